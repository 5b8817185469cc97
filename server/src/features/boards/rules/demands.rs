//! What a stage demands of a card that comes in, and what a mover fills in on the way.

use chrono::{DateTime, Datelike, SubsecRound, Utc};
use entities::card;
use entities::ids::{BoardId, CardId, CustomerId, UserId};
use entities::lists::StringList;
use entities::tenancy::OfTenant;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, QueryFilter};
use serde_json::json;

use super::super::commands::CardFields;
use super::super::error::Error;
use super::super::events::{CardShown, audience, on_board_and_customer};
use super::super::views::{self, Card};
use super::due::{earlier, followed};
use super::place::checked;
use crate::db::Tx;
use crate::features::customers::{self, AssignOwners, Touch};
use crate::kernel::command::CommandContext;
use crate::kernel::event::NewEvent;
use crate::kernel::input::{self, Fields};
use crate::kernel::principal::{Permission, Principal};
use crate::kernel::problem::{Class, FieldError, Problem};

/// What can be demanded, in the order in which a sheet asks for it.
const DEMANDS: [&str; 6] = ["amount", "lost_reason", "need", "next_due_at", "quality", "owner"];

/// A stage's demands as they are kept: each once, in their order.
pub(super) fn demands(words: &[String]) -> Result<StringList, Problem> {
    if words.iter().any(|word| !DEMANDS.contains(&word.as_str())) {
        return Err(Problem::invalid("requires", "unknown_value"));
    }
    let asked = DEMANDS.iter().filter(|demand| words.iter().any(|word| word == *demand));
    Ok(StringList(asked.map(|demand| (*demand).to_owned()).collect()))
}

/// Four digits of year: what both databases and every client can read.
pub(super) fn date(at: DateTime<Utc>) -> Result<DateTime<Utc>, Problem> {
    if (1970..=9999).contains(&at.year()) {
        Ok(at.trunc_subsecs(3))
    } else {
        Err(Problem::invalid("next_due_at", "bad_value"))
    }
}

pub(super) fn lost_reason(text: &str) -> Result<String, Problem> {
    input::name("lost_reason", text)
}

/// Which demands a card meets.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Has {
    pub(super) amount: bool,
    pub(super) lost_reason: bool,
    pub(super) need: bool,
    pub(super) next_due_at: bool,
    pub(super) quality: bool,
    pub(super) owner: bool,
}

impl Has {
    pub(super) fn of(card: &Card) -> Self {
        Self {
            amount: card.amount.is_some(),
            lost_reason: card.lost_reason.is_some(),
            need: card.need.is_some(),
            next_due_at: card.next_due_at.is_some(),
            quality: card.quality.is_some(),
            owner: !card.owners.is_empty(),
        }
    }

    /// What it has with these fields filled in.
    fn with(self, fields: &CardFields) -> Self {
        Self {
            amount: self.amount || fields.amount.is_some(),
            lost_reason: self.lost_reason || fields.lost_reason.is_some(),
            need: self.need || fields.need.is_some(),
            next_due_at: self.next_due_at || fields.next_due_at.is_some(),
            quality: self.quality || fields.quality.is_some(),
            owner: self.owner || fields.owner.is_some(),
        }
    }

    fn meets(self, demand: &str) -> bool {
        match demand {
            "amount" => self.amount,
            "lost_reason" => self.lost_reason,
            "need" => self.need,
            "next_due_at" => self.next_due_at,
            "quality" => self.quality,
            "owner" => self.owner,
            // of a newer server: not ours to refuse for
            _ => true,
        }
    }
}

/// Lets cards into a stage that have what it demands, with what the mover fills in.
///
/// # Errors
/// `invalid` / `fields_required`, naming what is missing and to which cards.
pub(super) fn admit(
    requires: &[String],
    cards: &[(CardId, Has)],
    fields: &CardFields,
) -> Result<(), Problem> {
    if requires.is_empty() {
        return Ok(());
    }
    let lacks = |has: Has| {
        let has = has.with(fields);
        requires.iter().filter(move |demand| !has.meets(demand))
    };
    let missing: Vec<&String> = requires
        .iter()
        .filter(|demand| cards.iter().any(|(_, has)| lacks(*has).any(|lacking| lacking == *demand)))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let short: Vec<CardId> =
        cards.iter().filter(|(_, has)| lacks(*has).next().is_some()).map(|(id, _)| *id).collect();
    let errors = missing
        .iter()
        .map(|field| FieldError { field: format!("fields.{field}"), code: "required" })
        .collect();
    let refusal = Problem { errors, ..Problem::new(Class::Invalid, "fields_required") };
    Err(refusal.with(json!({ "requires": requires, "missing": missing, "cards": short })))
}

impl CardFields {
    /// The fields as they are kept; blank ones are absent.
    ///
    /// # Errors
    /// `invalid` on `fields.<name>`, all that are wrong at once.
    pub(super) fn checked(&self) -> Result<Self, Problem> {
        let mut fields = Fields::default();
        let said = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        let of_card = checked(self.need.as_deref(), self.amount.as_ref());
        let need = fields.keep(of_card).flatten();
        let lost = said(&self.lost_reason).map(|text| lost_reason(&text)).transpose();
        let lost = fields.keep(lost).flatten();
        let due = fields.keep(self.next_due_at.map(date).transpose()).flatten();
        let quality = said(&self.quality).map(|text| customers::quality(&text)).transpose();
        let quality = fields.keep(quality).flatten();
        fields.done().map_err(below_fields)?;
        Ok(Self {
            amount: self.amount.clone(),
            lost_reason: lost,
            need,
            next_due_at: due,
            quality,
            owner: self.owner,
        })
    }

    /// Whether the card's own row changes.
    fn on_card(&self) -> bool {
        self.amount.is_some()
            || self.lost_reason.is_some()
            || self.need.is_some()
            || self.next_due_at.is_some()
    }

    /// Filling in is editing: who may only move cards may not.
    pub(super) fn allowed(&self, by: &Principal) -> Result<(), Problem> {
        let edits_card = self.on_card() || self.owner.is_some();
        if (edits_card && !by.may(Permission::EditCards))
            || (self.quality.is_some() && !by.may(Permission::EditCustomers))
        {
            return Err(Problem::forbidden());
        }
        Ok(())
    }
}

fn below_fields(mut problem: Problem) -> Problem {
    for error in &mut problem.errors {
        error.field = format!("fields.{}", error.field);
    }
    problem
}

/// The card before it is filled in.
pub(super) struct Unfilled {
    pub(super) card: CardId,
    pub(super) board: BoardId,
    pub(super) customer: CustomerId,
    pub(super) version: i64,
    pub(super) owners: Vec<UserId>,
}

/// What the filling came to.
pub(super) struct Filled {
    pub(super) version: i64,
    pub(super) owners: Vec<UserId>,
    pub(super) events: Vec<NewEvent>,
}

/// Writes what was filled in, on the card and on its customer. `fields` were checked.
pub(super) async fn fill(
    tx: &Tx<'_>,
    cx: &CommandContext,
    was: Unfilled,
    fields: &CardFields,
) -> Result<Filled, Error> {
    let Unfilled { card, board, customer, mut version, mut owners } = was;
    let mut events = Vec::new();
    if fields.on_card() {
        write(tx, cx, (card, customer), version, fields).await?;
        version += 1;
        let everyone = Principal::system(tx.tenant());
        let shown = views::cards(tx, &everyone, &[card]).await?.pop().ok_or(Error::NotFound)?;
        let d = CardShown { card: &shown };
        let sees = audience(&shown.owners);
        events.extend(on_board_and_customer((board, customer), "card.updated", &d, sees)?);
    }
    if let Some(quality) = &fields.quality {
        let touch = Touch { quality: Some(quality.clone()), last_contact_at: None };
        events.extend(customers::touch(tx, cx, customer, &touch).await?.1);
    }
    if let Some(owner) = fields.owner {
        let add = AssignOwners { add: Some(vec![owner]), ..AssignOwners::default() };
        let (before, after, said) = customers::assign(tx, cx, customer, &add)
            .await
            .map_err(|problem| if problem.errors.is_empty() { problem } else { no_such_owner() })?;
        events.extend(said);
        if before != after {
            events.extend(super::customer_changed(tx, cx, customer, Some(&before)).await?);
        }
        owners = after;
    }
    Ok(Filled { version, owners, events })
}

fn no_such_owner() -> Problem {
    Problem::invalid("fields.owner", "unknown_value")
}

/// # Errors
/// Overtaken when the card is not as it was read.
async fn write(
    tx: &Tx<'_>,
    cx: &CommandContext,
    (card, customer): (CardId, CustomerId),
    seen: i64,
    fields: &CardFields,
) -> Result<(), Error> {
    let mut change = card::Entity::change(tx.tenant())
        .filter(card::Column::Id.eq(card))
        .filter(card::Column::Version.eq(seen))
        .col_expr(card::Column::Version, Expr::value(seen + 1));
    if let Some(amount) = &fields.amount {
        change = change
            .col_expr(card::Column::AmountMinor, Expr::value(amount.minor))
            .col_expr(card::Column::Currency, Expr::value(amount.currency.as_str()));
    }
    if let Some(reason) = &fields.lost_reason {
        change = change.col_expr(card::Column::LostReason, Expr::value(reason.as_str()));
    }
    if let Some(need) = &fields.need {
        change = change.col_expr(card::Column::Need, Expr::value(need.as_str()));
    }
    if let Some(due) = fields.next_due_at {
        let next = earlier(Some(due), followed(tx, cx.at, customer).await?);
        change = change
            .col_expr(card::Column::OwnDueAt, Expr::value(due))
            .col_expr(card::Column::NextDueAt, Expr::value(next));
    }
    match change.exec(tx).await?.rows_affected {
        1 => Ok(()),
        _ => Err(Error::Overtaken),
    }
}

#[cfg(test)]
mod tests {
    use entities::ids::CardId;
    use proptest::prelude::*;

    use super::super::super::commands::CardFields;
    use super::{DEMANDS, Has, admit, demands};
    use crate::kernel::money::Money;

    fn words(of: &[&str]) -> Vec<String> {
        of.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn demands_are_known_words_each_once() {
        let kept = demands(&words(&["owner", "amount", "amount"])).unwrap();
        assert_eq!(kept.0, ["amount", "owner"]);
        assert_eq!(demands(&words(&["colour"])).unwrap_err().errors[0].field, "requires");
    }

    fn has(bits: [bool; 6]) -> Has {
        let [amount, lost_reason, need, next_due_at, quality, owner] = bits;
        Has { amount, lost_reason, need, next_due_at, quality, owner }
    }

    proptest! {
        /// Exactly what is demanded, not had and not filled in is refused, by name.
        #[test]
        fn what_is_missing_is_named(
            asked in any::<[bool; 6]>(),
            had in prop::collection::vec(any::<[bool; 6]>(), 1..4),
            amount in any::<bool>(),
            reason in any::<bool>(),
        ) {
            let requires: Vec<String> =
                DEMANDS.iter().zip(asked).filter(|(_, on)| *on).map(|(d, _)| (*d).to_owned()).collect();
            let fields = CardFields {
                amount: amount.then(|| Money { minor: 1, currency: "TRY".to_owned() }),
                lost_reason: reason.then(|| "fiyat".to_owned()),
                ..CardFields::default()
            };
            let filled = [amount, reason, false, false, false, false];
            let expected: Vec<String> = (0..6)
                .filter(|n| asked[*n] && !filled[*n] && had.iter().any(|bits| !bits[*n]))
                .map(|n| format!("fields.{}", DEMANDS[n]))
                .collect();
            let cards: Vec<(CardId, Has)> =
                had.iter().map(|bits| (CardId::NIL, has(*bits))).collect();
            match admit(&requires, &cards, &fields) {
                Ok(()) => prop_assert!(expected.is_empty()),
                Err(problem) => {
                    let named: Vec<String> =
                        problem.errors.iter().map(|error| error.field.clone()).collect();
                    prop_assert_eq!(named, expected);
                    prop_assert_eq!(problem.code, "fields_required");
                }
            }
        }
    }
}
