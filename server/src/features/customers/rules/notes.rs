//! Notes: everybody who may edit writes them; the author or a manager changes them.

use entities::ids::{CustomerId, NoteId};
use entities::note;
use entities::tenancy::OfTenant;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde_json::json;

use super::live;
use crate::db::Tx;
use crate::features::customers::commands::{AddNote, EditNote, RemoveNote};
use crate::features::customers::events;
use crate::features::customers::views::Note;
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::input;
use crate::kernel::principal::Permission;
use crate::kernel::problem::Problem;

pub(in crate::features::customers) async fn add(
    tx: &Tx<'_>,
    cx: &CommandContext,
    id: CustomerId,
    cmd: &AddNote,
) -> Decided {
    let customer = live(tx, cx, id).await?;
    let row = note::Model {
        tenant_id: cx.by.tenant,
        id: cx.fresh(NoteId),
        customer_id: id,
        body: input::text("body", &cmd.body)?,
        by: cx.by.author(),
        created_at: cx.at,
        edited_at: None,
        removed_at: None,
    };
    let active = row.clone().into_active_model().reset_all();
    note::Entity::insert(active).exec_without_returning(tx).await?;
    let d = events::Noted { note: Note::from(row.clone()) };
    let said = events::note_event("note.added", &customer, &d)?;
    Ok(Decision::events(vec![said]).reply(&json!({ "note_id": row.id })))
}

pub(in crate::features::customers) async fn edit(
    tx: &Tx<'_>,
    cx: &CommandContext,
    id: CustomerId,
    cmd: &EditNote,
) -> Decided {
    let customer = live(tx, cx, id).await?;
    let mut row = changeable(tx, cx, id, cmd.note).await?;
    let body = input::text("body", &cmd.body)?;
    if body == row.body {
        return Ok(Decision::default().reply(&json!({ "note_id": row.id })));
    }
    row.body = body;
    row.edited_at = Some(cx.at);
    note::Entity::change(tx.tenant())
        .col_expr(note::Column::Body, Expr::value(row.body.clone()))
        .col_expr(note::Column::EditedAt, Expr::value(row.edited_at))
        .filter(note::Column::Id.eq(row.id))
        .exec(tx)
        .await?;
    let note_id = row.id;
    let said =
        events::note_event("note.edited", &customer, &events::Noted { note: Note::from(row) })?;
    Ok(Decision::events(vec![said]).reply(&json!({ "note_id": note_id })))
}

pub(in crate::features::customers) async fn remove(
    tx: &Tx<'_>,
    cx: &CommandContext,
    id: CustomerId,
    cmd: &RemoveNote,
) -> Decided {
    let customer = live(tx, cx, id).await?;
    let row = changeable(tx, cx, id, cmd.note).await?;
    note::Entity::change(tx.tenant())
        .col_expr(note::Column::RemovedAt, Expr::value(Some(cx.at)))
        .filter(note::Column::Id.eq(row.id))
        .exec(tx)
        .await?;
    let said = events::note_event("note.removed", &customer, &events::NoteGone { note: row.id })?;
    Ok(Decision::events(vec![said]).reply(&json!({ "note_id": row.id })))
}

/// A note of this customer that the asker wrote, or that a manager may change.
async fn changeable(
    tx: &Tx<'_>,
    cx: &CommandContext,
    customer: CustomerId,
    id: NoteId,
) -> Result<note::Model, Problem> {
    let row = note::Entity::of(tx.tenant())
        .filter(note::Column::Id.eq(id))
        .filter(note::Column::CustomerId.eq(customer))
        .filter(note::Column::RemovedAt.is_null())
        .one(tx)
        .await?
        .ok_or_else(Problem::not_found)?;
    // whoever may merge customers is trusted with other people's words about them
    if row.by == cx.by.author() || cx.by.may(Permission::MergeCustomers) {
        Ok(row)
    } else {
        Err(Problem::forbidden())
    }
}
