//! What a rule would have done: the events of the last seven days that it would have taken up, its
//! conditions checked against the customers as they are now.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use chrono::{DateTime, Duration, Utc};
use entities::event;
use entities::ids::{CardId, CustomerId};
use entities::tenancy::OfTenant;
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::facts::{self, Facts};
use super::parse::{self, Action, Condition, Trigger};
use super::watching::matches;
use crate::db::Tx;
use crate::kernel::clock::wire;
use crate::kernel::input::Fields;
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;

const DAYS: i64 = 7;
/// Events that are looked at.
const EVENTS_MAX: u64 = 2_000;
const EXAMPLES_MAX: usize = 10;

/// A rule as far as a preview needs it; the rest may be there.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub(super) struct Draft {
    pub(super) trigger: Trigger,
    #[serde(default)]
    pub(super) conditions: Vec<Condition>,
    /// Says whether each appointment of a series counts, or the first for all.
    #[serde(default)]
    #[schema(value_type = Vec<Object>)]
    pub(super) actions: Vec<Value>,
}

impl Draft {
    fn is_of_each(&self) -> bool {
        let known = self.actions.iter().filter_map(|action| Action::deserialize(action).ok());
        self.trigger.op.starts_with("appointment.") && known.into_iter().any(|a| a.is_of_each())
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Preview {
    would_have_fired: usize,
    days: i64,
    /// More events than were looked at.
    capped: bool,
    examples: Vec<Example>,
}

#[derive(Debug, Serialize, ToSchema)]
struct Example {
    #[serde(serialize_with = "wire::time")]
    at: DateTime<Utc>,
    customer_id: CustomerId,
    customer_name: String,
}

pub(super) async fn preview(
    tx: &Tx<'_>,
    by: &Principal,
    draft: &Draft,
    now: DateTime<Utc>,
) -> Result<Preview, Problem> {
    let mut fields = Fields::default();
    parse::check_trigger(&draft.trigger, &mut fields);
    parse::check_conditions(&draft.conditions, &mut fields);
    fields.done()?;
    let of_each = draft.is_of_each();
    let facts = match of_each {
        true => event::Column::Topic.eq("agenda"),
        false => event::Column::CustomerId.is_not_null(),
    };
    let rows = event::Entity::of(tx.tenant())
        .filter(facts)
        .filter(event::Column::Op.eq(draft.trigger.op.as_str()))
        .filter(event::Column::At.gt(now - Duration::days(DAYS)))
        .order_by_desc(event::Column::At)
        .limit(EVENTS_MAX + 1)
        .all(tx)
        .await?;
    let capped = rows.len() as u64 > EVENTS_MAX;
    let mut preview = Preview { would_have_fired: 0, days: DAYS, capped, examples: Vec::new() };
    // what does not hang on the event itself is asked once for each customer and card
    let mut known: HashMap<(CustomerId, Option<CardId>), Option<Facts>> = HashMap::new();
    for row in rows.into_iter().take(usize::try_from(EVENTS_MAX).unwrap_or(usize::MAX)) {
        let d: Value = serde_json::from_str(&row.payload).unwrap_or_default();
        let said = || d["appointment"]["customer_id"].as_str()?.parse().ok();
        let Some(id) = (if of_each { said() } else { row.customer_id }) else { continue };
        if !matches(&draft.trigger, &row.op, &d) {
            continue;
        }
        let asked = match known.entry((id, facts::card_of(&d))) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                new.insert(Facts::load(tx, &draft.trigger, id, d.clone(), now).await?)
            }
        };
        let Some(facts) = asked else { continue };
        facts.event = d;
        if !by.sees(&facts.customer.owners.0) || facts.unmet(&draft.conditions).is_some() {
            continue;
        }
        preview.would_have_fired += 1;
        if preview.examples.len() < EXAMPLES_MAX {
            preview.examples.push(Example {
                at: row.at,
                customer_id: facts.customer.id,
                customer_name: facts.customer.name.clone(),
            });
        }
    }
    Ok(preview)
}
