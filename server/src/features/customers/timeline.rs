//! Who, when and what of one customer: the journal by customer, those merged into them included.

use chrono::{DateTime, Utc};
use entities::ids::CustomerId;
use entities::tenancy::OfTenant;
use entities::{customer, event};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::views;
use crate::db::Tx;
use crate::kernel::clock::wire;
use crate::kernel::event::needed;
use crate::kernel::paging::{self, Page, Paging};
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;

/// Merges of merges are followed this deep.
const DEPTH: usize = 8;

/// What a client asks of a timeline.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
pub(super) struct TimelineQuery {
    /// `note`, `card`, `customer`, `import`, `merge`, `activity`, `appointment`, `reminder` or
    /// `rule`; several behind commas.
    pub(super) kind: Option<String>,
    /// The author: a user id, `system`, or `key:<id>`.
    pub(super) by: Option<String>,
    pub(super) limit: Option<i64>,
    pub(super) cursor: Option<String>,
}

/// One event.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct TimelineItem {
    topic: String,
    seq: i64,
    #[serde(serialize_with = "wire::time")]
    pub(super) at: DateTime<Utc>,
    pub(super) by: String,
    pub(super) op: String,
    #[schema(value_type = Object)]
    pub(super) d: Box<RawValue>,
}

#[derive(Serialize, Deserialize)]
struct Position {
    at: DateTime<Utc>,
    topic: String,
    seq: i64,
}

pub(super) async fn timeline(
    tx: &Tx<'_>,
    by: &Principal,
    id: CustomerId,
    ask: &TimelineQuery,
) -> Result<Page<TimelineItem>, Problem> {
    let paging = Paging { limit: ask.limit, cursor: ask.cursor.clone() };
    let (limit, after) = (paging.limit()?, paging.after::<Position>()?);
    let kinds = kinds(ask.kind.as_deref())?;
    views::find(tx, by, id).await?;
    let mut query = event::Entity::of(tx.tenant())
        .filter(event::Column::CustomerId.is_in(with_merged(tx, id).await?))
        .filter(told_to(by))
        .filter(kinds);
    if let Some(author) = ask.by.as_deref().filter(|author| !author.is_empty()) {
        if author.contains('\0') {
            return Err(Problem::invalid("by", "bad_value"));
        }
        query = query.filter(event::Column::By.eq(author));
    }
    if let Some(Position { at, topic, seq }) = after {
        let tie = Condition::any().add(event::Column::Topic.lt(topic.as_str())).add(
            Condition::all().add(event::Column::Topic.eq(topic)).add(event::Column::Seq.lt(seq)),
        );
        query = query.filter(event::Column::At.lte(at)).filter(
            Condition::any()
                .add(event::Column::At.lt(at))
                .add(Condition::all().add(event::Column::At.eq(at)).add(tie)),
        );
    }
    let mut rows = query
        .order_by_desc(event::Column::At)
        .order_by_desc(event::Column::Topic)
        .order_by_desc(event::Column::Seq)
        .limit(limit + 1)
        .all(tx)
        .await?;
    let next_cursor = paging::cut(&mut rows, limit, |row| Position {
        at: row.at,
        topic: row.topic.clone(),
        seq: row.seq,
    });
    let items = rows
        .into_iter()
        .map(|row| {
            let d = RawValue::from_string(row.payload).map_err(|_| Problem::internal())?;
            let event::Model { topic, seq, at, by, op, .. } = row;
            Ok(TimelineItem { topic, seq, at, by, op, d })
        })
        .collect::<Result<_, Problem>>()?;
    Ok(Page { items, next_cursor })
}

/// The customer and all that were merged into them.
async fn with_merged(tx: &Tx<'_>, id: CustomerId) -> Result<Vec<CustomerId>, Problem> {
    let mut all = vec![id];
    let mut level = vec![id];
    for _ in 0..DEPTH {
        level = customer::Entity::of(tx.tenant())
            .filter(customer::Column::MergedInto.is_in(level))
            .select_only()
            .column(customer::Column::Id)
            .limit(500)
            .into_tuple()
            .all(tx)
            .await?;
        if level.is_empty() {
            break;
        }
        all.extend(&level);
    }
    Ok(all)
}

/// Without what the asker may not hear of on the topic either.
fn told_to(by: &Principal) -> Condition {
    let nouns = ["card", "appointment"].into_iter();
    let hidden = nouns
        .map(|noun| format!("{noun}.%"))
        .filter(|ops| needed(ops).is_some_and(|right| !by.may(right)));
    hidden.fold(Condition::all(), |all, ops| all.add(event::Column::Op.not_like(ops)))
}

const MERGES: [&str; 2] = ["customer.merged", "customer.unmerged"];
const IMPORTED: &str = "customer.imported";

fn kinds(said: Option<&str>) -> Result<Condition, Problem> {
    let Some(said) = said.filter(|said| !said.is_empty()) else { return Ok(Condition::all()) };
    let mut any = Condition::any();
    for kind in said.split(',') {
        let op = || Expr::col(event::Column::Op);
        let word = |noun: &str| op().like(format!("{noun}.%"));
        any = match kind.trim() {
            "note" | "activity" | "appointment" | "reminder" | "rule" => any.add(word(kind.trim())),
            "card" => any.add(word("card")),
            "merge" => any.add(op().is_in(MERGES)),
            "import" => any.add(op().eq(IMPORTED)),
            "customer" => any
                .add(word("customer").and(op().is_not_in(MERGES)).and(op().ne(IMPORTED)))
                .add(word("lead")),
            _ => return Err(Problem::invalid("kind", "unknown_value")),
        };
    }
    Ok(any)
}
