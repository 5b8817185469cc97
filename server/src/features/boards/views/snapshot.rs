//! The topic `board:<id>` as a subscriber first hears it.

use entities::card;
use entities::ids::BoardId;
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder};
use serde::Serialize;
use serde_json::json;

use super::board::Stage;
use super::card::{query, read};
use crate::db::Tx;
use crate::kernel::principal::{Permission, Principal};
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;
use crate::realtime::registry::TopicKind;

/// Bytes of one part; the frame around it takes the rest of 64 KiB.
const PART_MAX: usize = 60 * 1024;

/// Boards as topics.
pub(in super::super) struct BoardTopic;

impl BoardTopic {
    async fn board(
        tx: &Tx<'_>,
        by: &Principal,
        topic: &Topic,
    ) -> Result<entities::board::Model, Problem> {
        if !by.may(Permission::ViewBoards) {
            return Err(Problem::forbidden());
        }
        let id = topic.id().map(BoardId).ok_or_else(Problem::not_found)?;
        super::find(tx, id).await?.ok_or_else(Problem::not_found)
    }
}

#[async_trait::async_trait]
impl TopicKind for BoardTopic {
    async fn admit(&self, tx: &Tx<'_>, by: &Principal, topic: &Topic) -> Result<(), Problem> {
        Self::board(tx, by, topic).await.map(drop)
    }

    async fn snapshot(
        &self,
        tx: &Tx<'_>,
        by: &Principal,
        topic: &Topic,
    ) -> Result<Vec<String>, Problem> {
        let board = Self::board(tx, by, topic).await?;
        let stages = super::stages(tx, board.id).await?.into_iter().map(Stage::from);
        let cards = read(
            tx,
            query(by)
                .filter(card::Column::BoardId.eq(board.id))
                .filter(card::Column::ArchivedAt.is_null())
                .order_by_asc(card::Column::StageId)
                .order_by_asc(card::Column::Rank),
        )
        .await?;
        let archived_at = board.archived_at.map(crate::kernel::clock::wire_time);
        let head = json!({
            "board": { "id": board.id, "name": board.name, "archived_at": archived_at },
            "stages": stages.collect::<Vec<_>>(),
            "total": cards.len(),
        });
        parts(&head.to_string(), cards.iter())
    }
}

/// The head with as many items as fit, then parts of items alone. No item is near the limit by
/// itself: all its texts are bounded.
fn parts<T: Serialize>(head: &str, items: impl Iterator<Item = T>) -> Result<Vec<String>, Problem> {
    let mut all = Vec::new();
    let mut part = String::with_capacity(PART_MAX);
    part.push_str(head.strip_suffix('}').unwrap_or(head));
    part.push_str(",\"cards\":[");
    let mut empty = true;
    for item in items {
        let item = serde_json::to_string(&item).map_err(|error| {
            tracing::error!(%error, "snapshot cannot be serialised");
            Problem::internal()
        })?;
        if !empty && part.len() + item.len() + 3 > PART_MAX {
            part.push_str("]}");
            all.push(std::mem::replace(&mut part, String::with_capacity(PART_MAX)));
            part.push_str("{\"cards\":[");
            empty = true;
        }
        if !empty {
            part.push(',');
        }
        part.push_str(&item);
        empty = false;
    }
    part.push_str("]}");
    all.push(part);
    Ok(all)
}
