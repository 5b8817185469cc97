//! `customer:<id>`: who may follow it, and its state.

use entities::ids::CustomerId;
use entities::tenancy::OfTenant;
use entities::{customer, note};
use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::duplicates;
use super::views::{self, Detail};
use crate::db::Tx;
use crate::features::{activities, agenda, boards, reminders};
use crate::kernel::clock::Clock;
use crate::kernel::principal::{Permission, Principal};
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;
use crate::realtime::registry::TopicKind;

/// Most notes of a snapshot; older ones are read by HTTP.
const NOTES_MAX: u64 = 200;
/// Bytes of one part; below the 60 KiB that a frame may hold.
const PART_BYTES: usize = 50_000;

pub(super) struct CustomerTopic(pub(super) Clock);

#[async_trait::async_trait]
impl TopicKind for CustomerTopic {
    async fn admit(&self, tx: &Tx<'_>, by: &Principal, topic: &Topic) -> Result<(), Problem> {
        find(tx, by, topic).await.map(|_| ())
    }

    async fn snapshot(
        &self,
        tx: &Tx<'_>,
        by: &Principal,
        topic: &Topic,
    ) -> Result<Vec<String>, Problem> {
        let row = find(tx, by, topic).await?;
        let notes = views::notes(tx, row.id, NOTES_MAX).await?;
        let detail = detail(tx, by, &row).await?;
        let appointments = match by.may(Permission::ViewAgenda) {
            true => agenda::of_customer(tx, self.0.now(), row.id).await?,
            false => Vec::new(),
        };
        let around = [
            ("notes", values(notes)),
            ("reminders", values(reminders::of_customer(tx, by, row.id).await?)),
            ("appointments", appointments),
            ("activities", values(activities::of_customer(tx, by, row.id).await?)),
        ];
        Ok(parts(&detail, around))
    }
}

async fn find(tx: &Tx<'_>, by: &Principal, topic: &Topic) -> Result<customer::Model, Problem> {
    if !by.may(Permission::ViewCustomers) {
        return Err(Problem::forbidden());
    }
    views::find(tx, by, CustomerId(topic.id().ok_or_else(Problem::not_found)?)).await
}

fn values<T: Serialize>(list: Vec<T>) -> Vec<Value> {
    list.into_iter().map(|item| json!(item)).collect()
}

/// `{customer, <list>, …}` with all lists, then `{<list>}` as often as they need.
fn parts<const N: usize>(detail: &Detail, lists: [(&'static str, Vec<Value>); N]) -> Vec<String> {
    let customer = json!(detail);
    let mut size = customer.to_string().len();
    let mut open = Map::from_iter([("customer".to_owned(), customer)]);
    open.extend(lists.iter().map(|(name, _)| ((*name).to_owned(), json!([]))));
    let mut parts = Vec::new();
    for (name, items) in lists {
        for item in items {
            let length = item.to_string().len();
            if size + length > PART_BYTES {
                parts.push(Value::Object(std::mem::take(&mut open)).to_string());
                size = 0;
            }
            size += length;
            match open.entry(name).or_insert_with(|| json!([])) {
                Value::Array(list) => list.push(item),
                other => *other = json!([item]),
            }
        }
    }
    parts.push(Value::Object(open).to_string());
    parts
}

/// A customer with cards, merges, and how many notes and likenesses there are.
pub(super) async fn detail(
    tx: &Tx<'_>,
    by: &Principal,
    row: &customer::Model,
) -> Result<Detail, Problem> {
    let note_count = note::Entity::of(tx.tenant())
        .filter(note::Column::CustomerId.eq(row.id))
        .filter(note::Column::RemovedAt.is_null())
        .count(tx)
        .await?;
    let cards = match by.may(Permission::ViewBoards) {
        true => json!(boards::cards_of(tx, by, row.id).await?),
        false => json!([]),
    };
    Ok(Detail {
        customer: views::one_record(tx, row).await?,
        cards,
        note_count,
        duplicate_count: duplicates::of_one(tx, by, row).await?.len(),
        merges: views::merges(tx, row.id).await?,
    })
}
