//! `customer:<id>`: who may follow it, and its state.

use entities::ids::CustomerId;
use entities::tenancy::OfTenant;
use entities::{customer, note};
use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter};
use serde_json::json;

use super::duplicates;
use super::views::{self, Detail, Note};
use crate::db::Tx;
use crate::features::boards;
use crate::kernel::principal::{Permission, Principal};
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;
use crate::realtime::registry::TopicKind;

/// Most notes of a snapshot; older ones are read by HTTP.
const NOTES_MAX: u64 = 200;
/// Bytes of one part; below the 60 KiB that a frame may hold.
const PART_BYTES: usize = 50_000;

pub(super) struct CustomerTopic;

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
        Ok(parts(&detail, notes))
    }
}

async fn find(tx: &Tx<'_>, by: &Principal, topic: &Topic) -> Result<customer::Model, Problem> {
    if !by.may(Permission::ViewCustomers) {
        return Err(Problem::forbidden());
    }
    views::find(tx, by, CustomerId(topic.id().ok_or_else(Problem::not_found)?)).await
}

/// `{customer, notes}`, then `{notes}` as often as they need.
fn parts(detail: &Detail, notes: Vec<Note>) -> Vec<String> {
    let customer = json!(detail);
    let mut size = customer.to_string().len();
    let mut lists: Vec<Vec<serde_json::Value>> = vec![Vec::new()];
    for note in notes {
        let note = json!(note);
        let length = note.to_string().len();
        if size + length > PART_BYTES {
            lists.push(Vec::new());
            size = 0;
        }
        size += length;
        if let Some(list) = lists.last_mut() {
            list.push(note);
        }
    }
    let mut lists = lists.into_iter();
    let first = json!({ "customer": customer, "notes": lists.next().unwrap_or_default() });
    let rest = lists.map(|notes| json!({ "notes": notes }).to_string());
    std::iter::once(first.to_string()).chain(rest).collect()
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
