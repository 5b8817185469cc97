//! What the outcome sheet asks for, answered: checked against the outcome, kept with the activity,
//! and handed to the card and the customer.

use chrono::{DateTime, Datelike, SubsecRound, Utc};
use entities::ids::UserId;
use serde::{Deserialize, Serialize};

use super::shapes::{Ask, AskField};
use crate::features::boards::CardFields;
use crate::features::customers;
use crate::kernel::clock::wire;
use crate::kernel::input::{self, Fields};
use crate::kernel::money::Money;
use crate::kernel::problem::Problem;

/// What was filled in. `need`, `next_due_at` and `owner` are there for stages that demand them; an
/// activity keeps the others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Answers {
    pub(super) amount: Option<Money>,
    pub(super) date: Option<DateTime<Utc>>,
    pub(super) lost_reason: Option<String>,
    pub(super) note: Option<String>,
    /// `A` to `D`.
    pub(super) quality: Option<String>,
    pub(super) need: Option<String>,
    pub(super) next_due_at: Option<DateTime<Utc>>,
    pub(super) owner: Option<UserId>,
}

/// What an activity keeps of them, and shows as `outcome`. Stored: it may gain fields, never lose
/// one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(super) struct Kept {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) amount: Option<Money>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "wire::optional_time")]
    pub(super) date: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) lost_reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) note: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) quality: Option<String>,
}

impl Answers {
    /// The answers as they are kept, if nothing that is asked for is missing.
    ///
    /// # Errors
    /// `invalid` on `fields.<name>`, all that are wrong at once.
    pub(super) fn checked(&self, asks: &[Ask]) -> Result<Self, Problem> {
        let said = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        let mut fields = Fields::default();
        if let Some(amount) = &self.amount {
            fields.keep(amount.check("fields.amount"));
        }
        let date = self.date.map(|at| four_digits("fields.date", at)).transpose();
        let date = fields.keep(date).flatten();
        let lost = said(&self.lost_reason).map(|text| input::name("fields.lost_reason", &text));
        let lost_reason = fields.keep(lost.transpose()).flatten();
        let note = said(&self.note).map(|text| input::text("fields.note", &text)).transpose();
        let note = fields.keep(note).flatten();
        let quality = said(&self.quality).map(|text| {
            customers::quality(&text)
                .map_err(|_| Problem::invalid("fields.quality", "unknown_value"))
        });
        let quality = fields.keep(quality.transpose()).flatten();
        for ask in asks.iter().filter(|ask| ask.required && !self.has(ask.field)) {
            fields.add(&format!("fields.{}", ask.field.name()), "required");
        }
        fields.done()?;
        Ok(Self { amount: self.amount.clone(), date, lost_reason, note, quality, ..self.clone() })
    }

    fn has(&self, field: AskField) -> bool {
        let said = |text: &Option<String>| text.as_ref().is_some_and(|t| !t.trim().is_empty());
        match field {
            AskField::Amount => self.amount.is_some(),
            AskField::Date => self.date.is_some(),
            AskField::LostReason => said(&self.lost_reason),
            AskField::Note => said(&self.note),
            AskField::Quality => said(&self.quality),
        }
    }

    /// What concerns the card and its customer. The date is when the customer is due next, unless
    /// a reminder says so.
    pub(super) fn for_card(&self, is_reminded: bool) -> CardFields {
        CardFields {
            amount: self.amount.clone(),
            lost_reason: self.lost_reason.clone(),
            need: self.need.clone(),
            next_due_at: self.next_due_at.or(self.date.filter(|_| !is_reminded)),
            quality: self.quality.clone(),
            owner: self.owner,
        }
    }

    pub(super) fn kept(self) -> Kept {
        let Self { amount, date, lost_reason, note, quality, .. } = self;
        Kept { amount, date, lost_reason, note, quality }
    }
}

/// A time that both databases and every client can read.
pub(super) fn four_digits(field: &str, at: DateTime<Utc>) -> Result<DateTime<Utc>, Problem> {
    if (1970..=9999).contains(&at.year()) {
        Ok(at.trunc_subsecs(3))
    } else {
        Err(Problem::invalid(field, "bad_value"))
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use proptest::prelude::*;

    use super::super::shapes::{Ask, AskField};
    use super::Answers;
    use crate::kernel::money::Money;

    const ALL: [AskField; 5] =
        [AskField::Amount, AskField::Date, AskField::LostReason, AskField::Note, AskField::Quality];

    fn answers(given: [bool; 5]) -> Answers {
        let [amount, date, lost_reason, note, quality] = given;
        let text = |given: bool, text: &str| Some(if given { text } else { "  " }.to_owned());
        Answers {
            amount: amount.then(|| Money { minor: 1, currency: "TRY".to_owned() }),
            date: date.then(|| DateTime::from_timestamp_millis(1_800_000_000_000).unwrap()),
            lost_reason: text(lost_reason, " Fiyat "),
            note: text(note, "Aradı"),
            quality: text(quality, "b"),
            ..Answers::default()
        }
    }

    proptest! {
        /// Required and not given is refused by name; nothing else is.
        #[test]
        fn what_is_asked_for_must_be_there(
            asked in any::<[Option<bool>; 5]>(),
            given in any::<[bool; 5]>(),
        ) {
            let asks: Vec<Ask> = ALL
                .iter()
                .zip(asked)
                .filter_map(|(field, required)| Some(Ask { field: *field, required: required? }))
                .collect();
            let missing: Vec<String> = (0..5)
                .filter(|n| asked[*n] == Some(true) && !given[*n])
                .map(|n| format!("fields.{}", ALL[n].name()))
                .collect();
            match answers(given).checked(&asks) {
                Ok(kept) => {
                    prop_assert!(missing.is_empty());
                    prop_assert_eq!(kept.lost_reason.as_deref(), given[2].then_some("Fiyat"));
                    prop_assert_eq!(kept.quality.as_deref(), given[4].then_some("B"));
                }
                Err(problem) => {
                    let named: Vec<String> =
                        problem.errors.iter().map(|error| error.field.clone()).collect();
                    prop_assert_eq!(named, missing);
                    prop_assert!(problem.errors.iter().all(|error| error.code == "required"));
                }
            }
        }
    }

    #[test]
    fn strange_values_are_refused_by_name() {
        let strange = Answers {
            amount: Some(Money { minor: i64::MAX, currency: "lira".to_owned() }),
            lost_reason: Some("x".repeat(201)),
            quality: Some("E".to_owned()),
            ..Answers::default()
        };
        let refused = strange.checked(&[]).unwrap_err();
        let fields: Vec<&str> = refused.errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["fields.amount", "fields.lost_reason", "fields.quality"]);
    }
}
