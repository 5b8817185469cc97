//! One function a command: rows in, events out.

pub(super) mod state;
pub(super) mod undo;
pub(super) mod work;

use std::collections::HashMap;

use entities::ids::{ImportId, StageId, UserId};
use entities::tenancy::OfTenant;
use entities::{import, import_chunk, stage, tenant, user};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};
use serde_json::json;

use super::read::Row;
use super::row::Reading;
use super::views;
use crate::db::Tx;
use crate::features::customers::House;
use crate::features::notifications;
use crate::kernel::command::{CommandContext, NewJob};
use crate::kernel::event::NewEvent;
use crate::kernel::fold::fold;
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

/// The row of an import, whoever asks: for the server's own work.
pub(super) async fn load(tx: &Tx<'_>, id: ImportId) -> Result<import::Model, Problem> {
    let row = import::Entity::of(tx.tenant()).filter(import::Column::Id.eq(id)).one(tx).await?;
    row.ok_or_else(Problem::not_found)
}

/// Writes the row as it stands now.
pub(super) async fn save(tx: &Tx<'_>, row: &import::Model) -> Result<(), Problem> {
    let mut active = row.clone().into_active_model().reset_all();
    active.not_set(import::Column::TenantId);
    active.not_set(import::Column::Id);
    import::Entity::change(tx.tenant())
        .set(active)
        .filter(import::Column::Id.eq(row.id))
        .exec(tx)
        .await?;
    Ok(())
}

pub(super) fn progressed(row: &import::Model) -> Result<NewEvent, Problem> {
    NewEvent::new(Topic::tenant(), "import.progressed", &views::Progress::from(row))
}

/// Whoever began an import hears how it ended.
async fn tell_ended(
    tx: &Tx<'_>,
    cx: &CommandContext,
    row: &import::Model,
) -> Result<(Vec<NewEvent>, Vec<NewJob>), Problem> {
    let d = json!({
        "import": row.id,
        "file_name": row.file_name,
        "state": row.state,
        "created": row.created,
        "matched": row.matched,
        "failed": row.failed,
    });
    notifications::import_done(tx, cx, row.id, row.created_by, d).await
}

/// The rows of one chunk.
pub(super) async fn chunk_rows(
    tx: &Tx<'_>,
    id: ImportId,
    chunk: i32,
) -> Result<Option<Vec<Row>>, Problem> {
    let row = import_chunk::Entity::of(tx.tenant())
        .filter(import_chunk::Column::ImportId.eq(id))
        .filter(import_chunk::Column::Chunk.eq(chunk))
        .one(tx)
        .await?;
    let read = |row: import_chunk::Model| serde_json::from_str(&row.rows);
    row.map(read).transpose().map_err(|_| Problem::internal())
}

/// All that rows of this import are read with.
pub(super) async fn reading(tx: &Tx<'_>, row: &import::Model) -> Result<Reading, Problem> {
    let house = House::load(tx).await?;
    let currency = tenant::Entity::find_by_id(tx.tenant())
        .one(tx)
        .await?
        .map_or_else(|| "TRY".to_owned(), |tenant| tenant.currency);
    let options = views::options(row);
    let mut reading = Reading::new(house, options, &views::mapping(row), currency);
    let people: Vec<(UserId, String, String)> = user::Entity::of(tx.tenant())
        .filter(user::Column::Active.eq(true))
        .select_only()
        .columns([user::Column::Id, user::Column::Name, user::Column::Email])
        .into_tuple()
        .all(tx)
        .await?;
    let active: Vec<UserId> = people.iter().map(|(id, ..)| *id).collect();
    // somebody may have left since the import was prepared
    reading.options.owners.retain(|owner| active.contains(owner));
    for (id, name, email) in people {
        reading.colleagues.insert(fold(&name), id);
        reading.colleagues.insert(fold(&email), id);
    }
    if let Some(board) = reading.options.board_id {
        let stages: Vec<(StageId, String)> = stage::Entity::of(tx.tenant())
            .filter(stage::Column::BoardId.eq(board))
            .filter(stage::Column::ArchivedAt.is_null())
            .order_by_desc(stage::Column::Position)
            .select_only()
            .columns([stage::Column::Id, stage::Column::Name])
            .into_tuple()
            .all(tx)
            .await?;
        let named = stages.into_iter().map(|(id, name)| (fold(&name), id));
        reading.stages = named.collect::<HashMap<_, _>>();
    }
    Ok(reading)
}
