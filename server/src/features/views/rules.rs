//! What happens to saved views. Those of the house belong to whoever may share.

use entities::ids::{UserId, ViewId};
use entities::saved_view;
use entities::tenancy::OfTenant;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde_json::{Map, Value, json};

use super::commands::{RemoveView, ReorderViews, SaveView, UpdateView};
use super::records::{self, Removed, Reordered, Saved, Shelf, View};
use crate::db::Tx;
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::event::NewEvent;
use crate::kernel::input::{self, Fields};
use crate::kernel::principal::Permission;
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

/// Most views of one person, and of the house.
const VIEWS_MAX: usize = 100;
/// Longest query as JSON, in bytes.
const QUERY_BYTES: usize = 4_096;

/// Whose views the command is about, and that the asker may change them.
fn shelf(cx: &CommandContext) -> Result<Shelf, Problem> {
    if cx.topic == Topic::tenant() {
        return match cx.by.may(Permission::ShareViews) {
            true => Ok(Shelf::House),
            false => Err(Problem::forbidden()),
        };
    }
    // the hub lets nobody name another's topic
    cx.topic.id().map(|id| Shelf::Of(UserId(id))).ok_or_else(Problem::not_found)
}

fn screen(word: &str) -> Result<String, Problem> {
    match word {
        "customers" | "board" | "agenda" => Ok(word.to_owned()),
        _ => Err(Problem::invalid("screen", "unknown_value")),
    }
}

fn query(said: &Map<String, Value>) -> Result<Value, Problem> {
    let query = Value::Object(said.clone());
    if query.to_string().len() > QUERY_BYTES {
        return Err(Problem::invalid("query", "too_long"));
    }
    Ok(query)
}

async fn row_on(tx: &Tx<'_>, shelf: Shelf, id: ViewId) -> Result<saved_view::Model, Problem> {
    let mut rows = records::on(tx, shelf).await?.into_iter();
    rows.find(|row| row.id == id).ok_or_else(Problem::not_found)
}

fn saved(cx: &CommandContext, row: saved_view::Model) -> Decided {
    let view = View::from(row);
    let event = NewEvent::new(cx.topic.clone(), "view.saved", &Saved { view: &view })?;
    Ok(Decision::events(vec![event]).reply(&json!({ "view_id": view.id })))
}

pub(super) async fn save(tx: &Tx<'_>, cx: &CommandContext, cmd: &SaveView) -> Decided {
    let shelf = shelf(cx)?;
    // a key has no name under which anything could be kept
    let owner = cx.by.user().ok_or_else(Problem::forbidden)?;
    let mut fields = Fields::default();
    let screen = fields.keep(screen(&cmd.screen));
    let name = fields.keep(input::name("name", &cmd.name));
    let query = fields.keep(query(&cmd.query));
    fields.done()?;
    let (Some(screen), Some(name), Some(query)) = (screen, name, query) else {
        return Err(Problem::internal());
    };
    let known = records::on(tx, shelf).await?;
    if known.len() >= VIEWS_MAX {
        return Err(Problem::invalid("name", "too_many"));
    }
    let last = known.iter().filter(|row| row.screen == screen).map(|row| row.position).max();
    let row = saved_view::Model {
        tenant_id: tx.tenant(),
        id: cx.fresh(ViewId),
        screen,
        name,
        query,
        owner,
        shared: shelf == Shelf::House,
        position: last.map_or(0, |last| last + 1),
        created_at: cx.at,
        updated_at: cx.at,
    };
    saved_view::Entity::insert(row.clone().into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    saved(cx, row)
}

pub(super) async fn update(tx: &Tx<'_>, cx: &CommandContext, cmd: &UpdateView) -> Decided {
    let shelf = shelf(cx)?;
    let mut fields = Fields::default();
    let name = cmd.name.as_deref().map(|name| input::name("name", name)).transpose();
    let name = fields.keep(name).flatten();
    let query = fields.keep(cmd.query.as_ref().map(query).transpose()).flatten();
    fields.done()?;
    let mut row = row_on(tx, shelf, cmd.view).await?;
    row.name = name.unwrap_or(row.name);
    row.query = query.unwrap_or(row.query);
    row.updated_at = cx.at;
    saved_view::Entity::change(tx.tenant())
        .filter(saved_view::Column::Id.eq(row.id))
        .col_expr(saved_view::Column::Name, Expr::value(row.name.as_str()))
        .col_expr(saved_view::Column::Query, Expr::value(row.query.clone()))
        .col_expr(saved_view::Column::UpdatedAt, Expr::value(row.updated_at))
        .exec(tx)
        .await?;
    saved(cx, row)
}

pub(super) async fn remove(tx: &Tx<'_>, cx: &CommandContext, cmd: &RemoveView) -> Decided {
    let row = row_on(tx, shelf(cx)?, cmd.view).await?;
    saved_view::Entity::forget(tx.tenant())
        .filter(saved_view::Column::Id.eq(row.id))
        .exec(tx)
        .await?;
    let d = Removed { id: row.id };
    Ok(Decision::events(vec![NewEvent::new(cx.topic.clone(), "view.removed", &d)?]))
}

pub(super) async fn reorder(tx: &Tx<'_>, cx: &CommandContext, cmd: &ReorderViews) -> Decided {
    let shelf = shelf(cx)?;
    let screen = screen(&cmd.screen)?;
    let rows = records::on(tx, shelf).await?;
    let mut known: Vec<ViewId> =
        rows.iter().filter(|row| row.screen == screen).map(|row| row.id).collect();
    let mut asked = cmd.order.clone();
    known.sort_unstable();
    asked.sort_unstable();
    if known != asked {
        return Err(Problem::invalid("order", "unknown_value"));
    }
    for (id, position) in cmd.order.iter().zip(0i32..) {
        saved_view::Entity::change(tx.tenant())
            .filter(saved_view::Column::Id.eq(*id))
            .filter(saved_view::Column::Position.ne(position))
            .col_expr(saved_view::Column::Position, Expr::value(position))
            .exec(tx)
            .await?;
    }
    let d = Reordered { screen: &screen, order: &cmd.order };
    Ok(Decision::events(vec![NewEvent::new(cx.topic.clone(), "view.reordered", &d)?]))
}
