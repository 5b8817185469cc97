//! What conditions and actions look at: the customer, the card, the event, as they are now.

use chrono::{DateTime, Utc};
use entities::ids::{BoardId, CardId, CustomerId, StageId};
use entities::tenancy::OfTenant;
use entities::{card, customer, stage};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder};
use serde_json::Value;

use super::conditions::{Seen, holds};
use super::parse::{Condition, Trigger};
use crate::db::Tx;
use crate::kernel::problem::Problem;

pub(super) const CUSTOMER_FIELDS: [&str; 10] = [
    "name",
    "company",
    "quality",
    "source",
    "tags",
    "owners",
    "score_emotional",
    "score_logical",
    "age_hours",
    "contact_hours",
];

pub(super) const CARD_FIELDS: [&str; 6] =
    ["board", "stage", "stage_kind", "amount", "need", "stage_hours"];

/// Merges of merges are followed this deep.
const MERGES_MAX: usize = 8;

pub(super) struct Facts {
    pub(super) customer: customer::Model,
    /// The event's card; else the customer's on the trigger's board; else the newest live one.
    pub(super) card: Option<card::Model>,
    stage: Option<stage::Model>,
    /// `d` of the event.
    pub(super) event: Value,
    pub(super) now: DateTime<Utc>,
}

/// Whoever this customer has become by merges. None when there is no such customer, or an archived
/// one.
pub(super) async fn customer(
    tx: &Tx<'_>,
    mut id: CustomerId,
) -> Result<Option<customer::Model>, Problem> {
    for _ in 0..MERGES_MAX {
        let found = customer::Entity::of(tx.tenant()).filter(customer::Column::Id.eq(id));
        match found.one(tx).await? {
            Some(customer::Model { merged_into: Some(winner), .. }) => id = winner,
            found => return Ok(found.filter(|row| row.archived_at.is_none())),
        }
    }
    Ok(None)
}

/// The card that an event names.
pub(super) fn card_of(event: &Value) -> Option<CardId> {
    let said = [&event["card"], &event["card"]["id"]];
    said.into_iter().find_map(|id| id.as_str()?.parse().ok())
}

/// A customer's live card on a board.
pub(super) async fn card_on(
    tx: &Tx<'_>,
    customer: CustomerId,
    board: Option<BoardId>,
) -> Result<Option<card::Model>, Problem> {
    let mut live = card::Entity::of(tx.tenant())
        .filter(card::Column::CustomerId.eq(customer))
        .filter(card::Column::ArchivedAt.is_null());
    if let Some(board) = board {
        live = live.filter(card::Column::BoardId.eq(board));
    }
    Ok(live.order_by_desc(card::Column::Id).one(tx).await?)
}

pub(super) async fn stage(tx: &Tx<'_>, id: StageId) -> Result<Option<stage::Model>, Problem> {
    Ok(stage::Entity::of(tx.tenant()).filter(stage::Column::Id.eq(id)).one(tx).await?)
}

impl Facts {
    pub(super) async fn load(
        tx: &Tx<'_>,
        trigger: &Trigger,
        id: CustomerId,
        event: Value,
        now: DateTime<Utc>,
    ) -> Result<Option<Self>, Problem> {
        let Some(customer) = customer(tx, id).await? else { return Ok(None) };
        let mut card = None;
        if let Some(id) = card_of(&event) {
            let found = card::Entity::of(tx.tenant()).filter(card::Column::Id.eq(id));
            card = found.one(tx).await?.filter(|card| card.archived_at.is_none());
        }
        if card.is_none() {
            card = card_on(tx, customer.id, trigger.board).await?;
        }
        let stage = match &card {
            Some(card) => stage(tx, card.stage_id).await?,
            None => None,
        };
        Ok(Some(Self { customer, card, stage, event, now }))
    }

    /// The first condition that does not hold, counted from 0.
    pub(super) fn unmet(&self, conditions: &[Condition]) -> Option<usize> {
        conditions.iter().position(|condition| !holds(condition, &self.seen(&condition.field)))
    }

    fn seen(&self, field: &str) -> Seen {
        match field.split_once('.') {
            Some(("customer", rest)) => self.of_customer(rest),
            Some(("card", rest)) => self.of_card(rest),
            Some(("event", key)) => self.of_event(key),
            _ => Seen::Nothing,
        }
    }

    fn hours_since(&self, at: Option<DateTime<Utc>>) -> Seen {
        Seen::number(at.map(|at| (self.now - at).num_minutes() as f64 / 60.0))
    }

    fn of_customer(&self, field: &str) -> Seen {
        let row = &self.customer;
        match field {
            "name" => Seen::text(Some(&row.name)),
            "company" => Seen::text(row.company.as_deref()),
            "quality" => Seen::text(row.quality.as_deref()),
            "source" => Seen::text(row.source_channel.as_deref()),
            "tags" => Seen::list(row.tags.0.clone()),
            "owners" => Seen::list(row.owners.0.iter().map(ToString::to_string).collect()),
            "score_emotional" => Seen::number(row.score_emotional.map(f64::from)),
            "score_logical" => Seen::number(row.score_logical.map(f64::from)),
            "age_hours" => self.hours_since(Some(row.created_at)),
            "contact_hours" => self.hours_since(row.last_contact_at),
            _ => match field.strip_prefix("custom.") {
                Some(key) => Seen::of(&row.custom[key]),
                None => Seen::Nothing,
            },
        }
    }

    fn of_card(&self, field: &str) -> Seen {
        let Some(card) = &self.card else { return Seen::Nothing };
        match field {
            "board" => Seen::Text(card.board_id.to_string()),
            "stage" => Seen::Text(card.stage_id.to_string()),
            "stage_kind" => Seen::text(self.stage.as_ref().map(|stage| stage.kind.as_str())),
            "amount" => Seen::number(card.amount_minor.map(|minor| minor as f64)),
            "need" => Seen::text(card.need.as_deref()),
            "stage_hours" => self.hours_since(Some(card.entered_stage_at)),
            _ => Seen::Nothing,
        }
    }

    /// Of `d`, or of the one record inside it.
    fn of_event(&self, key: &str) -> Seen {
        let inside = ["activity", "appointment", "reminder", "card", "customer"];
        let own = Seen::of(&self.event[key]);
        if own != Seen::Nothing {
            return own;
        }
        let found = inside.iter().map(|record| Seen::of(&self.event[*record][key]));
        found.into_iter().find(|seen| *seen != Seen::Nothing).unwrap_or(Seen::Nothing)
    }
}
