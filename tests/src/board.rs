//! A board as a client sees it: its ids by name, and a fold of snapshot and events to compare with a fresh one.
use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{subscriber::Subscriber, user::User};

/// Ids of a board, by the names of its stages.
#[derive(Debug, Clone)]
pub struct Board {
    pub id: String,
    pub topic: String,
    pub stages: Vec<(String, String)>,
}

impl Board {
    pub async fn load(user: &User, id: &str) -> Self {
        let board = user.get(&format!("/boards/{id}")).await.ok();
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let stages = board["stages"].as_array().expect("stages");
        let stages =
            stages.iter().map(|stage| (text(&stage["name"]), text(&stage["id"]))).collect();
        Self { id: id.to_owned(), topic: format!("board:{id}"), stages }
    }

    /// The id of a stage by its name.
    pub fn stage(&self, name: &str) -> &str {
        let found = self.stages.iter().find(|(known, _)| known == name);
        &found.unwrap_or_else(|| panic!("no stage {name} in {:?}", self.stages)).1
    }

    pub fn first_stage(&self) -> &str {
        &self.stages[0].1
    }

    /// A new card for a new customer at the end of a stage.
    pub async fn card(&self, user: &User, stage: &str, customer: &str) -> String {
        let d = json!({ "stage": self.stage(stage), "customer": { "name": customer } });
        let made = user.command(&self.topic, "card.create", d).await;
        made["d"]["card_id"].as_str().expect("a card id").to_owned()
    }

    /// The state by HTTP, every window of every stage read to its end.
    pub async fn read(&self, user: &User) -> BoardState {
        loop {
            let mut whole = user.get(&format!("/boards/{}", self.id)).await.ok();
            let seq = whole["seq"].clone();
            let mut torn = false;
            for stage in whole["stages"].as_array().cloned().unwrap_or_default() {
                let mut cursor = stage["next_cursor"].as_str().map(str::to_owned);
                while let Some(at) = cursor {
                    let path = format!(
                        "/boards/{}?stage={}&cursor={at}",
                        self.id,
                        stage["id"].as_str().unwrap_or("")
                    );
                    let window = user.get(&path).await.ok();
                    torn |= window["seq"] != seq;
                    let more = window["cards"].as_array().cloned().unwrap_or_default();
                    whole["cards"].as_array_mut().expect("cards").extend(more);
                    cursor = window["next_cursor"].as_str().map(str::to_owned);
                }
            }
            // Windows of different positions do not fit together: somebody wrote in between.
            if !torn {
                return BoardState::of(&whole["stages"], &whole["cards"]);
            }
        }
    }
}

/// Stages and cards as a client holds them. Two equal states mean the same screen.
#[derive(Debug, Clone, PartialEq)]
pub struct BoardState {
    /// Ids of the stages that are shown, in order.
    pub order: Vec<String>,
    pub cards: BTreeMap<String, Value>,
}

impl BoardState {
    pub fn of(stages: &Value, cards: &Value) -> Self {
        let mut stages: Vec<&Value> = stages.as_array().expect("stages").iter().collect();
        stages.retain(|stage| stage["archived_at"].is_null());
        stages.sort_by_key(|stage| stage["position"].as_i64());
        let order =
            stages.iter().filter_map(|stage| stage["id"].as_str().map(str::to_owned)).collect();
        let mut state = Self { order, cards: BTreeMap::new() };
        cards.as_array().expect("cards").iter().for_each(|card| state.put(card));
        state
    }

    /// The ids of a stage's cards from top to bottom.
    pub fn cards_in(&self, stage: &str) -> Vec<&str> {
        let mut cards: Vec<&Value> =
            self.cards.values().filter(|card| card["stage_id"] == stage).collect();
        cards.sort_by_key(|card| (card["rank"].as_i64(), card["id"].as_str()));
        cards.iter().filter_map(|card| card["id"].as_str()).collect()
    }

    /// Folds one event; what it does not know changes nothing here.
    pub fn apply(&mut self, ev: &Value) {
        let d = &ev["d"];
        match ev["op"].as_str().unwrap_or_default() {
            "card.created" | "card.updated" | "card.assigned" | "card.restored" => {
                self.put(&d["card"])
            }
            "card.created_many" | "card.updated_many" | "card.restored_many" => {
                d["cards"].as_array().into_iter().flatten().for_each(|card| self.put(card))
            }
            "card.archived" | "card.withdrawn" => {
                self.cards.remove(d["card"].as_str().unwrap_or_default());
            }
            "card.archived_many" | "card.withdrawn_many" => {
                for one in d["cards"].as_array().into_iter().flatten() {
                    self.cards.remove(one["card"].as_str().unwrap_or_default());
                }
            }
            "card.moved" => {
                self.moved(&d["card"], d, &d["version"]);
                self.rank(&d["ranks"]);
            }
            "card.moved_many" => {
                for one in d["cards"].as_array().into_iter().flatten() {
                    self.moved(&one["card"], d, &one["version"]);
                    let card = one["card"].as_str().and_then(|id| self.cards.get_mut(id));
                    if let (Some(card), Some(own)) = (card, one.get("entered_stage_at")) {
                        card["entered_stage_at"] = own.clone();
                    }
                }
                self.rank(&d["ranks"]);
            }
            "card.reranked" => self.rank(&d["ranks"]),
            "stage.created" | "stage.reordered" => {
                let ids = d["order"].as_array().into_iter().flatten();
                self.order = ids.filter_map(|id| id.as_str().map(str::to_owned)).collect();
            }
            "stage.archived" => self.order.retain(|id| d["stage"] != **id),
            _ => {}
        }
    }

    fn put(&mut self, card: &Value) {
        let id = card["id"].as_str().unwrap_or_else(|| panic!("no card: {card}"));
        if card["archived_at"].is_null() {
            self.cards.insert(id.to_owned(), card.clone());
        } else {
            self.cards.remove(id);
        }
    }

    fn moved(&mut self, card: &Value, d: &Value, version: &Value) {
        // A card that this client may not see is in no event that it hears.
        if let Some(card) = self.cards.get_mut(card.as_str().unwrap_or_default()) {
            if card["stage_id"] != d["to"] {
                card["entered_stage_at"] = d["entered_stage_at"].clone();
            }
            card["stage_id"] = d["to"].clone();
            card["version"] = version.clone();
        }
    }

    fn rank(&mut self, ranks: &Value) {
        for pair in ranks.as_array().into_iter().flatten() {
            if let Some(card) = self.cards.get_mut(pair[0].as_str().unwrap_or_default()) {
                card["rank"] = pair[1].clone();
            }
        }
    }

    /// Only what decides the screen's order: card ids by stage.
    pub fn places(&self) -> Vec<(String, Vec<String>)> {
        let owned = |ids: Vec<&str>| ids.into_iter().map(str::to_owned).collect();
        self.order.iter().map(|stage| (stage.clone(), owned(self.cards_in(stage)))).collect()
    }
}

/// What a subscriber of a board shows now: its last snapshot and every event after it.
pub fn at_rest(subscriber: &Subscriber, topic: &str) -> BoardState {
    folded(&subscriber.frames(), topic)
}

/// The same from frames of several sockets, one after the other.
pub fn folded(frames: &[Value], topic: &str) -> BoardState {
    let mut state: Option<BoardState> = None;
    let mut parts = (Value::Null, Vec::new());
    for frame in frames.iter().filter(|frame| frame["topic"] == topic) {
        match frame["t"].as_str() {
            Some("snap") => {
                if !frame["d"]["stages"].is_null() {
                    parts = (frame["d"]["stages"].clone(), Vec::new());
                }
                parts.1.extend(frame["d"]["cards"].as_array().cloned().unwrap_or_default());
                if frame["last"] == true {
                    let cards = Value::Array(std::mem::take(&mut parts.1));
                    state = Some(BoardState::of(&parts.0, &cards));
                }
            }
            Some("ev") => {
                if let Some(state) = &mut state {
                    state.apply(frame);
                }
            }
            _ => {}
        }
    }
    state.expect("a snapshot")
}
