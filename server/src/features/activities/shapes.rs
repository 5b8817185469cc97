//! What an outcome asks for and what follows from it: the parts of a type that a tenant sets.

use entities::ids::StageId;
use entities::stage;
use entities::tenancy::OfTenant;
use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter};
use serde::{Deserialize, Serialize};

use crate::db::Tx;
use crate::kernel::input::{self, Fields};
use crate::kernel::problem::Problem;

/// Latest that an outcome's reminder may be, in minutes: a year.
const MINUTES_MAX: i64 = 366 * 24 * 60;
const ASKS_MAX: usize = 5;

/// One thing that the outcome sheet asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    pub field: AskField,
    pub required: bool,
}

/// What can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AskField {
    Amount,
    Date,
    LostReason,
    Note,
    Quality,
}

impl AskField {
    /// The word on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Amount => "amount",
            Self::Date => "date",
            Self::LostReason => "lost_reason",
            Self::Note => "note",
            Self::Quality => "quality",
        }
    }
}

/// What follows from an outcome.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Effects {
    /// The card goes to the first stage of this kind: `open`, `won`, `lost`, `parked`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage_kind: Option<String>,
    /// … or to this stage, if it is on the card's board.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage_id: Option<StageId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reminder: Option<NextReminder>,
    /// The customer was spoken to.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub last_contact: bool,
    /// `owners` or `managers` hear of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notify: Option<String>,
}

/// A reminder that an outcome leaves: at the date that was asked for, else so much later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NextReminder {
    pub minutes: i64,
    pub text: String,
}

/// Each field at most once.
pub(super) fn asks(asks: &[Ask]) -> Result<(), Problem> {
    let twice = |n: usize, ask: &Ask| asks[..n].iter().any(|known| known.field == ask.field);
    if asks.len() > ASKS_MAX || asks.iter().enumerate().any(|(n, ask)| twice(n, ask)) {
        return Err(Problem::invalid("asks", "too_many"));
    }
    Ok(())
}

impl Effects {
    /// Effects as they are kept.
    ///
    /// # Errors
    /// `invalid` on `effects.<name>`.
    pub(super) async fn checked(&self, tx: &Tx<'_>) -> Result<Self, Problem> {
        let mut fields = Fields::default();
        let mut kept = self.clone();
        if let Some(kind) = &self.stage_kind
            && !matches!(kind.as_str(), "open" | "won" | "lost" | "parked")
        {
            fields.add("effects.stage_kind", "unknown_value");
        }
        if self.stage_kind.is_some() && self.stage_id.is_some() {
            fields.add("effects.stage_id", "bad_value");
        }
        if let Some(id) = self.stage_id
            && !is_stage(tx, id).await?
        {
            fields.add("effects.stage_id", "unknown_value");
        }
        if let Some(reminder) = &self.reminder {
            if !(0..=MINUTES_MAX).contains(&reminder.minutes) {
                fields.add("effects.reminder", "bad_value");
            }
            let text = fields.keep(input::name("effects.reminder", &reminder.text));
            kept.reminder = text.map(|text| NextReminder { minutes: reminder.minutes, text });
        }
        if let Some(whom) = &self.notify
            && !matches!(whom.as_str(), "owners" | "managers")
        {
            fields.add("effects.notify", "unknown_value");
        }
        fields.done().map(|()| kept)
    }
}

async fn is_stage(tx: &Tx<'_>, id: StageId) -> Result<bool, Problem> {
    let found = stage::Entity::of(tx.tenant())
        .filter(stage::Column::Id.eq(id))
        .filter(stage::Column::ArchivedAt.is_null())
        .count(tx)
        .await?;
    Ok(found > 0)
}

/// `positive`, `neutral`, `negative`.
pub(super) fn kind(word: &str) -> Result<String, Problem> {
    match word {
        "positive" | "neutral" | "negative" => Ok(word.to_owned()),
        _ => Err(Problem::invalid("kind", "unknown_value")),
    }
}
