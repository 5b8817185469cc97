//! The parts of a rule as people write them, and what can be checked of them without looking
//! anything up.

use entities::ids::{BoardId, StageId, TeamId, UserId, WebhookId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::kernel::input::{self, Fields};
use crate::kernel::problem::Problem;

/// What a rule may wait for.
pub(super) const TRIGGERS: [&str; 11] = [
    "lead.received",
    "customer.created",
    "customer.tagged",
    "card.created",
    "card.moved",
    "card.assigned",
    "activity.closed",
    "appointment.booked",
    "appointment.no_show",
    "appointment.cancelled",
    "reminder.fired",
];

pub(super) const CONDITIONS_MAX: usize = 10;
pub(super) const ACTIONS_MAX: usize = 10;
/// Longest list of a condition's values.
const VALUES_MAX: usize = 50;
/// Longest text of a condition's value, in characters.
const VALUE_MAX: usize = 200;
/// Longest name of a custom field or an event's field.
const KEY_MAX: usize = 60;
/// Thirty days.
const DELAY_MAX: i32 = 43_200;
/// A year, for what is due later.
const MINUTES_MAX: i64 = 525_600;
/// Most tags that one action adds or removes.
const TAGS_MAX: usize = 20;

/// The event a rule waits for, and what narrows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Trigger {
    pub op: String,
    pub board: Option<BoardId>,
    /// Where the card stands after the event.
    pub stage: Option<StageId>,
    /// Activity type, service, or kind of reminder.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub outcome: Option<String>,
    pub source: Option<String>,
    pub tag: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::enum_variant_names, reason = "the words of the wire")]
pub(super) enum Is {
    Is,
    IsNot,
    Has,
    HasNot,
    More,
    Less,
    Empty,
    NotEmpty,
}

/// What must hold of customer, card or event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Condition {
    pub field: String,
    pub is: Is,
    #[serde(default)]
    pub value: Value,
}

/// What "so many minutes" count from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Anchor {
    Now,
    /// Back from the beginning of the event's appointment.
    Appointment,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Action {
    MoveCard {
        stage: StageId,
    },
    Assign {
        to: String,
        #[serde(default)]
        replace: bool,
    },
    Tag {
        #[serde(default)]
        add: Vec<String>,
        #[serde(default)]
        remove: Vec<String>,
    },
    Remind {
        minutes: i64,
        text: String,
        kind: Option<String>,
        who: String,
        from: Option<Anchor>,
    },
    Activity {
        #[serde(rename = "type")]
        kind: String,
        title: Option<String>,
        due_minutes: Option<i64>,
        who: String,
    },
    Notify {
        who: String,
        text: String,
    },
    Mail {
        to: String,
        subject: String,
        body: String,
    },
    Webhook {
        webhook: WebhookId,
    },
}

impl Action {
    /// Whether it is about the one appointment that the event names: of a series such an action has
    /// its turn for each, what is about the customer only for the first.
    pub(super) fn is_of_each(&self) -> bool {
        matches!(self, Self::Webhook { .. } | Self::Remind { from: Some(Anchor::Appointment), .. })
    }

    /// The word on the wire.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::MoveCard { .. } => "move_card",
            Self::Assign { .. } => "assign",
            Self::Tag { .. } => "tag",
            Self::Remind { .. } => "remind",
            Self::Activity { .. } => "activity",
            Self::Notify { .. } => "notify",
            Self::Mail { .. } => "mail",
            Self::Webhook { .. } => "webhook",
        }
    }
}

/// Whom `assign` falls on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pick {
    User(UserId),
    Turns(Pool),
    Load(Pool),
}

/// Among whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pool {
    All,
    Team(TeamId),
}

impl Pool {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "all" => Some(Self::All),
            id => id.parse().ok().map(Self::Team),
        }
    }

    /// As it stands in `rule_turn.pool`.
    pub(super) fn key(self) -> String {
        match self {
            Self::All => "all".to_owned(),
            Self::Team(id) => id.to_string(),
        }
    }
}

impl Pick {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (how, whom) = text.split_once(':')?;
        match how {
            "user" => whom.parse().ok().map(Self::User),
            "round_robin" => Pool::parse(whom).map(Self::Turns),
            "load" => Pool::parse(whom).map(Self::Load),
            _ => None,
        }
    }
}

/// `user:<id>`.
pub(super) fn user(text: &str) -> Option<UserId> {
    text.strip_prefix("user:")?.parse().ok()
}

/// The parts of a rule that were checked for form.
#[derive(Clone, Debug)]
pub(super) struct Parts {
    pub(super) trigger: Trigger,
    pub(super) conditions: Vec<Condition>,
    pub(super) actions: Vec<Action>,
    pub(super) delay_minutes: i32,
    pub(super) hours: String,
}

impl Parts {
    /// # Errors
    /// `invalid`, naming every field that is not right.
    pub(super) fn check(&self) -> Result<(), Problem> {
        let mut fields = Fields::default();
        check_trigger(&self.trigger, &mut fields);
        check_conditions(&self.conditions, &mut fields);
        if self.actions.is_empty() {
            fields.add("actions", "required");
        }
        if self.actions.len() > ACTIONS_MAX {
            fields.add("actions", "too_many");
        }
        for (n, action) in self.actions.iter().enumerate().take(ACTIONS_MAX) {
            check_action(&format!("actions.{n}"), action, &mut fields);
        }
        if !(0..=DELAY_MAX).contains(&self.delay_minutes) {
            fields.add("delay_minutes", "bad_value");
        }
        if !matches!(self.hours.as_str(), "always" | "business") {
            fields.add("hours", "unknown_value");
        }
        fields.done()
    }
}

pub(super) fn check_trigger(trigger: &Trigger, fields: &mut Fields) {
    if !TRIGGERS.contains(&trigger.op.as_str()) {
        fields.add("trigger.op", "unknown_value");
    }
    for (name, word) in [
        ("trigger.type", &trigger.kind),
        ("trigger.outcome", &trigger.outcome),
        ("trigger.source", &trigger.source),
        ("trigger.tag", &trigger.tag),
    ] {
        if let Some(word) = word {
            fields.keep(short(name, word));
        }
    }
}

pub(super) fn check_conditions(conditions: &[Condition], fields: &mut Fields) {
    if conditions.len() > CONDITIONS_MAX {
        fields.add("conditions", "too_many");
    }
    for (n, condition) in conditions.iter().enumerate().take(CONDITIONS_MAX) {
        if !known_field(&condition.field) {
            fields.add(&format!("conditions.{n}.field"), "unknown_value");
        }
        let name = format!("conditions.{n}.value");
        match condition.is {
            Is::Empty | Is::NotEmpty => {}
            Is::More | Is::Less if condition.value.as_f64().is_none_or(|n| !n.is_finite()) => {
                fields.add(&name, "bad_value");
            }
            Is::More | Is::Less => {}
            _ => match &condition.value {
                Value::Array(all) if all.is_empty() => fields.add(&name, "required"),
                Value::Array(all) if all.len() > VALUES_MAX => fields.add(&name, "too_many"),
                Value::Array(all) if all.iter().all(is_plain) => {}
                one if is_plain(one) => {}
                Value::Null => fields.add(&name, "required"),
                _ => fields.add(&name, "bad_value"),
            },
        }
    }
}

fn is_plain(value: &Value) -> bool {
    match value {
        Value::String(text) => text.len() <= VALUE_MAX * 4 && text.chars().count() <= VALUE_MAX,
        Value::Number(_) | Value::Bool(_) => true,
        _ => false,
    }
}

fn known_field(field: &str) -> bool {
    let plain = |key: &str| {
        (1..=KEY_MAX).contains(&key.len())
            && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    };
    match field.split_once('.') {
        Some(("customer", rest)) => match rest.strip_prefix("custom.") {
            Some(key) => plain(key),
            None => super::facts::CUSTOMER_FIELDS.contains(&rest),
        },
        Some(("card", rest)) => super::facts::CARD_FIELDS.contains(&rest),
        Some(("event", key)) => plain(key),
        _ => false,
    }
}

fn short(field: &str, text: &str) -> Result<String, Problem> {
    input::name(field, text)
}

fn check_action(at: &str, action: &Action, fields: &mut Fields) {
    let field = |name: &str| format!("{at}.{name}");
    let minutes = |name: &str, n: i64, fields: &mut Fields| {
        if !(0..=MINUTES_MAX).contains(&n) {
            fields.add(&field(name), "bad_value");
        }
    };
    match action {
        Action::MoveCard { .. } | Action::Webhook { .. } => {}
        Action::Assign { to, .. } => {
            if Pick::parse(to).is_none() {
                fields.add(&field("to"), "bad_value");
            }
        }
        Action::Tag { add, remove } => {
            if add.is_empty() && remove.is_empty() {
                fields.add(&field("add"), "required");
            }
            for (name, tags) in [("add", add), ("remove", remove)] {
                if tags.len() > TAGS_MAX {
                    fields.add(&field(name), "too_many");
                }
                for tag in tags.iter().take(TAGS_MAX) {
                    fields.keep(short(&field(name), tag));
                }
            }
        }
        Action::Remind { minutes: n, text, kind, who, .. } => {
            minutes("minutes", *n, fields);
            fields.keep(short(&field("text"), text));
            if let Some(kind) = kind {
                fields.keep(short(&field("kind"), kind));
            }
            check_who(&field("who"), who, &["owner"], fields);
        }
        Action::Activity { kind, title, due_minutes, who } => {
            fields.keep(short(&field("type"), kind));
            if let Some(title) = title {
                fields.keep(short(&field("title"), title));
            }
            if let Some(n) = due_minutes {
                minutes("due_minutes", *n, fields);
            }
            check_who(&field("who"), who, &["owner"], fields);
        }
        Action::Notify { who, text } => {
            fields.keep(short(&field("text"), text));
            check_who(&field("who"), who, &["owners", "managers"], fields);
        }
        Action::Mail { to, subject, body } => {
            fields.keep(short(&field("subject"), subject));
            fields.keep(input::text(&field("body"), body));
            let address = to.contains('@') && to.len() <= 254;
            if !address {
                check_who(&field("to"), to, &["customer", "owners"], fields);
            }
        }
    }
}

fn check_who(field: &str, who: &str, words: &[&str], fields: &mut Fields) {
    if !words.contains(&who) && user(who).is_none() {
        fields.add(field, "bad_value");
    }
}
