//! One function a command: rows in, reply and events out.

pub(super) mod create;
pub(super) mod custom_fields;
pub(super) mod lists;
pub(super) mod many;
pub(super) mod merge;
pub(super) mod notes;
pub(super) mod touch;
pub(super) mod unmerge;
pub(super) mod update;

use entities::customer;
use entities::ids::CustomerId;

use super::views;
use crate::db::Tx;
use crate::kernel::command::CommandContext;
use crate::kernel::problem::Problem;

/// A customer who can be changed: seen by the asker, and not merged into another.
///
/// # Errors
/// `not_found` for who is hidden, `already_merged` with the winner's id.
pub(crate) async fn live(
    tx: &Tx<'_>,
    cx: &CommandContext,
    id: CustomerId,
) -> Result<customer::Model, Problem> {
    let row = views::find(tx, &cx.by, id).await?;
    match row.merged_into {
        Some(winner) => {
            Err(Problem::conflict("already_merged")
                .with(serde_json::json!({ "customer_id": winner })))
        }
        None => Ok(row),
    }
}
