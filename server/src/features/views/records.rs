//! Saved views as clients read them, and what is said of them.

use entities::ids::{UserId, ViewId};
use entities::saved_view;
use entities::tenancy::OfTenant;
use sea_orm::{ColumnTrait, Condition, QueryFilter, QueryOrder};
use serde::Serialize;
use serde_json::Value;

use crate::db::Tx;
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;

/// A saved view.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct View {
    pub id: ViewId,
    pub screen: String,
    pub name: String,
    #[schema(value_type = Object)]
    pub query: Value,
    /// Whether everybody has it.
    pub shared: bool,
    /// Whose it is; of a shared one, who made it.
    pub owner: UserId,
    pub position: i32,
}

impl From<saved_view::Model> for View {
    fn from(row: saved_view::Model) -> Self {
        let saved_view::Model { id, screen, name, query, shared, owner, position, .. } = row;
        Self { id, screen, name, query, shared, owner, position }
    }
}

/// `view.saved`: new or changed.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct Saved<'a> {
    pub(super) view: &'a View,
}

/// `view.removed`.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct Removed {
    pub(super) id: ViewId,
}

/// `view.reordered`.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct Reordered<'a> {
    pub(super) screen: &'a str,
    pub(super) order: &'a [ViewId],
}

/// Whose views a topic holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shelf {
    House,
    Of(UserId),
}

impl Shelf {
    fn condition(self) -> Condition {
        let shared = saved_view::Column::Shared;
        match self {
            Self::House => Condition::all().add(shared.eq(true)),
            Self::Of(user) => {
                Condition::all().add(shared.eq(false)).add(saved_view::Column::Owner.eq(user))
            }
        }
    }
}

/// The rows of a shelf, in order; a few at most.
pub(super) async fn on(tx: &Tx<'_>, shelf: Shelf) -> Result<Vec<saved_view::Model>, Problem> {
    Ok(saved_view::Entity::of(tx.tenant())
        .filter(shelf.condition())
        .order_by_asc(saved_view::Column::Screen)
        .order_by_asc(saved_view::Column::Position)
        .order_by_asc(saved_view::Column::Id)
        .all(tx)
        .await?)
}

async fn views(tx: &Tx<'_>, shelf: Shelf) -> Result<Vec<View>, Problem> {
    Ok(on(tx, shelf).await?.into_iter().map(View::from).collect())
}

/// The views that everybody has.
///
/// # Errors
/// Those of the database.
pub async fn shared(tx: &Tx<'_>) -> Result<Vec<View>, Problem> {
    views(tx, Shelf::House).await
}

/// Somebody's own views.
///
/// # Errors
/// Those of the database.
pub async fn own(tx: &Tx<'_>, user: UserId) -> Result<Vec<View>, Problem> {
    views(tx, Shelf::Of(user)).await
}

/// A view that this principal may open.
///
/// # Errors
/// `not_found`, also for somebody else's own.
pub(super) async fn find(tx: &Tx<'_>, by: &Principal, id: ViewId) -> Result<View, Problem> {
    let row =
        saved_view::Entity::of(tx.tenant()).filter(saved_view::Column::Id.eq(id)).one(tx).await?;
    let row = row.filter(|row| row.shared || by.in_person() == Some(row.owner));
    row.map(View::from).ok_or_else(Problem::not_found)
}
