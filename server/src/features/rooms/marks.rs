//! How far people have read, and what is left: messages of others and those that name one.

use std::collections::HashMap;

use entities::ids::{RoomId, UserId};
use entities::tenancy::OfTenant;
use entities::{message, message_mention, room, room_member};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func, Query, SelectStatement, SimpleExpr};
use sea_orm::{ColumnTrait, ConnectionTrait, QueryFilter};

use super::shapes::{Mine, Muted, TEXT};
use crate::db::Tx;
use crate::kernel::problem::Problem;

/// Beyond this nobody counts.
const COUNTED: u64 = 100;
/// Rooms that are counted in one statement.
const AT_ONCE: usize = 40;

/// How somebody stands to these rooms, of which they are a member.
pub(super) async fn of(
    tx: &Tx<'_>,
    rooms: &[(room::Model, room_member::Model)],
) -> Result<HashMap<RoomId, Mine>, Problem> {
    let mut found: HashMap<RoomId, Mine> = HashMap::with_capacity(rooms.len());
    let behind: Vec<&room_member::Model> =
        rooms.iter().filter(|(room, mine)| mine.read < room.last).map(|(_, mine)| mine).collect();
    for (room, mine) in rooms {
        let stands = Mine {
            role: mine.role.clone(),
            read: mine.read,
            unread: 0,
            mentions: 0,
            muted: Muted::parse(&mine.muted),
        };
        found.insert(room.id, stands);
    }
    for part in behind.chunks(AT_ONCE) {
        let mut count = Query::select();
        for mine in part {
            count.expr(counted(unread(tx, mine))).expr(counted(mentions(tx, mine)));
        }
        let row = tx.query_one(&count).await?.ok_or_else(Problem::internal)?;
        for (n, mine) in part.iter().enumerate() {
            if let Some(stands) = found.get_mut(&mine.room_id) {
                stands.unread = row.try_get_by_index(2 * n)?;
                stands.mentions = row.try_get_by_index(2 * n + 1)?;
            }
        }
    }
    Ok(found)
}

/// How one member stands to one room.
pub(super) async fn of_one(
    tx: &Tx<'_>,
    room: &room::Model,
    mine: room_member::Model,
) -> Result<Mine, Problem> {
    let mut all = of(tx, &[(room.clone(), mine)]).await?;
    all.remove(&room.id).ok_or_else(Problem::internal)
}

fn counted(bearers: SelectStatement) -> SimpleExpr {
    let mut count = Query::select();
    count.expr(Func::count(Expr::val(1))).from_subquery(bearers, Alias::new("left"));
    SimpleExpr::SubQuery(None, Box::new(count.into()))
}

fn unread(tx: &Tx<'_>, mine: &room_member::Model) -> SelectStatement {
    let mut query = Query::select();
    query
        .expr_as(Expr::val(1), Alias::new("one"))
        .from(message::Entity)
        .and_where(Expr::col(message::Column::TenantId).eq(tx.tenant()))
        .and_where(Expr::col(message::Column::RoomId).eq(mine.room_id))
        .and_where(Expr::col(message::Column::N).gt(mine.read))
        .and_where(Expr::col(message::Column::DeletedAt).is_null())
        .and_where(Expr::col(message::Column::Kind).eq(TEXT))
        .and_where(Expr::col(message::Column::By).ne(mine.user_id.to_string()))
        .limit(COUNTED);
    query
}

fn mentions(tx: &Tx<'_>, mine: &room_member::Model) -> SelectStatement {
    let mut query = Query::select();
    query
        .expr_as(Expr::val(1), Alias::new("one"))
        .from(message_mention::Entity)
        .and_where(Expr::col(message_mention::Column::TenantId).eq(tx.tenant()))
        .and_where(Expr::col(message_mention::Column::UserId).eq(mine.user_id))
        .and_where(Expr::col(message_mention::Column::RoomId).eq(mine.room_id))
        .and_where(Expr::col(message_mention::Column::N).gt(mine.read))
        .limit(COUNTED);
    query
}

/// Moves the mark.
pub(super) async fn set(tx: &Tx<'_>, room: RoomId, user: UserId, read: i64) -> Result<(), Problem> {
    room_member::Entity::change(tx.tenant())
        .col_expr(room_member::Column::Read, Expr::value(read))
        .filter(room_member::Column::RoomId.eq(room))
        .filter(room_member::Column::UserId.eq(user))
        .exec(tx)
        .await?;
    Ok(())
}
