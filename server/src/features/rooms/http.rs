//! Reading rooms and messages. Writes are commands on `rooms` and `room:<id>`.

use actix_web::web::{self, Data, Json, Path, Query, ServiceConfig};
use entities::ids::{MessageId, RoomId, UserId};
use entities::message;
use entities::tenancy::OfTenant;
use futures_util::FutureExt;
use sea_orm::{ColumnTrait, QueryFilter};
use serde::{Deserialize, Serialize};

use super::listing::{self, Counts, ListQuery, MembersQuery, Named, Within};
use super::search::{self, Ask, Position};
use super::shapes::{Message, Room};
use super::views::{Stretch, Version};
use super::{store, tokens, views};
use crate::db::{Db, Tx};
use crate::kernel::paging::{self, Page, Paging};
use crate::kernel::principal::{Permission, Principal};
use crate::kernel::problem::Problem;

/// Messages of one stretch.
const STRETCH_MAX: u64 = 100;
/// Hits of one page.
const HITS_MAX: u64 = 50;

pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/rooms", web::get().to(list))
        .route("/rooms/counts", web::get().to(counts))
        .route("/rooms/{room}", web::get().to(room))
        .route("/rooms/{room}/members", web::get().to(members))
        .route("/rooms/{room}/messages", web::get().to(messages))
        .route("/messages/search", web::get().to(find))
        .route("/messages/{message}/history", web::get().to(history));
}

/// What these routes say of themselves.
#[derive(utoipa::OpenApi)]
#[openapi(paths(list, counts, room, members, messages, find, history))]
pub(super) struct Api;

/// Rooms that I am in, and the channels of the house; by name.
#[utoipa::path(get, path = "/api/v1/rooms", tag = "rooms", params(ListQuery),
    responses((status = 200, body = Page<Room>)))]
async fn list(
    by: Principal,
    ask: Query<ListQuery>,
    db: Data<Db>,
) -> Result<Json<Page<Room>>, Problem> {
    let (me, ask) = (store::person(&by)?, ask.into_inner());
    let page =
        db.read(by.tenant, move |tx| async move { listing::list(tx, me, &ask).await }.boxed());
    Ok(Json(page.await?))
}

/// In how many rooms something is unread, and how often I am named there.
#[utoipa::path(get, path = "/api/v1/rooms/counts", tag = "rooms",
    responses((status = 200, body = Counts)))]
async fn counts(by: Principal, db: Data<Db>) -> Result<Json<Counts>, Problem> {
    let me = store::person(&by)?;
    let counts = db.read(by.tenant, move |tx| listing::counts(tx, me).boxed());
    Ok(Json(counts.await?))
}

/// One room.
#[utoipa::path(get, path = "/api/v1/rooms/{room}", tag = "rooms",
    params(("room" = RoomId, Path)),
    responses((status = 200, body = Room), (status = 404, description = "nothing of mine")))]
async fn room(by: Principal, id: Path<RoomId>, db: Data<Db>) -> Result<Json<Room>, Problem> {
    let id = id.into_inner();
    let read = db.read(by.tenant, move |tx| {
        async move {
            let place = store::place(tx, &by, id).await?;
            views::room(tx, Some(place.me), place.row).await
        }
        .boxed()
    });
    Ok(Json(read.await?))
}

/// The members of a room who can sign in, by name.
#[utoipa::path(get, path = "/api/v1/rooms/{room}/members", tag = "rooms",
    params(("room" = RoomId, Path), MembersQuery),
    responses((status = 200, body = Page<Named>), (status = 404, description = "nothing of mine")))]
async fn members(
    by: Principal,
    id: Path<RoomId>,
    ask: Query<MembersQuery>,
    db: Data<Db>,
) -> Result<Json<Page<Named>>, Problem> {
    let (id, ask) = (id.into_inner(), ask.into_inner());
    let read = db.read(by.tenant, move |tx| {
        async move {
            store::place(tx, &by, id).await?;
            listing::members(tx, id, &ask).await
        }
        .boxed()
    });
    Ok(Json(read.await?))
}

/// Which messages: those before a number, after it or around it; else the latest.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
struct StretchQuery {
    before: Option<i64>,
    after: Option<i64>,
    around: Option<i64>,
    /// 1 to 100, 50 when absent.
    limit: Option<i64>,
}

impl StretchQuery {
    /// From which number to which, in a room with so many.
    fn bounds(&self, last: i64) -> Result<(i64, i64), Problem> {
        let limit = paging::limit(self.limit, 50)?;
        if limit > STRETCH_MAX {
            return Err(Problem::invalid("limit", "bad_value"));
        }
        let limit = i64::try_from(limit).unwrap_or_default();
        // what lies far outside would run over
        let inside = |n: i64| n.clamp(0, last.saturating_add(1));
        match (self.before, self.after, self.around) {
            (None, None, None) => Ok((last - limit + 1, last)),
            (Some(n), None, None) => Ok((inside(n) - limit, inside(n) - 1)),
            (None, Some(n), None) => Ok((inside(n) + 1, inside(n) + limit)),
            (None, None, Some(n)) => {
                let from = (inside(n) - limit / 2).max(1);
                Ok((from, from + limit - 1))
            }
            (None, _, _) => Err(Problem::invalid("around", "bad_value")),
            (Some(_), _, _) => Err(Problem::invalid("before", "bad_value")),
        }
    }
}

/// A stretch of a room's messages.
#[utoipa::path(get, path = "/api/v1/rooms/{room}/messages", tag = "rooms",
    params(("room" = RoomId, Path), StretchQuery),
    responses((status = 200, body = Stretch), (status = 404, description = "nothing of mine")))]
async fn messages(
    by: Principal,
    id: Path<RoomId>,
    ask: Query<StretchQuery>,
    db: Data<Db>,
) -> Result<Json<Stretch>, Problem> {
    let (id, ask) = (id.into_inner(), ask.into_inner());
    let read = db.read(by.tenant, move |tx| {
        async move {
            let place = store::place(tx, &by, id).await?;
            let (from, to) = ask.bounds(place.row.last)?;
            views::stretch(tx, &place.row, from, to).await
        }
        .boxed()
    });
    Ok(Json(read.await?))
}

/// What is looked for, and where.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
struct FindQuery {
    q: Option<String>,
    room: Option<RoomId>,
    /// Who said it.
    by: Option<UserId>,
    /// 1 to 50.
    limit: Option<i64>,
    cursor: Option<String>,
}

/// A message and where it was said.
#[derive(Serialize, utoipa::ToSchema)]
struct Hit {
    message: Message,
    room: Within,
}

/// Messages of my rooms with these words, the newest first. A page may be short, even empty: as long
/// as there is a cursor, there may be more.
#[utoipa::path(get, path = "/api/v1/messages/search", tag = "rooms", params(FindQuery),
    responses((status = 200, body = Page<Hit>)))]
async fn find(
    by: Principal,
    ask: Query<FindQuery>,
    db: Data<Db>,
) -> Result<Json<Page<Hit>>, Problem> {
    let (me, ask) = (store::person(&by)?, ask.into_inner());
    let paging = Paging { limit: ask.limit, cursor: ask.cursor };
    let ask = Ask {
        me,
        words: tokens::query_words(ask.q.as_deref().unwrap_or_default()),
        room: ask.room,
        by: ask.by,
        limit: usize::try_from(paging.limit()?.min(HITS_MAX)).unwrap_or_default(),
        after: paging.after::<Position>()?,
    };
    let page = db.read(by.tenant, move |tx| async move { hits(tx, &ask).await }.boxed());
    Ok(Json(page.await?))
}

async fn hits(tx: &Tx<'_>, ask: &Ask) -> Result<Page<Hit>, Problem> {
    let found = search::search(tx, ask).await?;
    let rooms = listing::faces(tx, found.rows.iter().map(|row| row.room_id).collect()).await?;
    let mut items = Vec::with_capacity(found.rows.len());
    for message in views::messages(tx, found.rows).await? {
        if let Some(room) = rooms.get(&message.room_id).cloned() {
            items.push(Hit { message, room });
        }
    }
    Ok(Page { items, next_cursor: found.next.as_ref().map(paging::encode) })
}

/// What a message said before, the first first. Of a deleted one only for its author, and in
/// channels for whoever looks after them.
#[utoipa::path(get, path = "/api/v1/messages/{message}/history", tag = "rooms",
    params(("message" = MessageId, Path)),
    responses((status = 200, body = Vec<Version>), (status = 404, description = "nothing of mine")))]
async fn history(
    by: Principal,
    id: Path<MessageId>,
    db: Data<Db>,
) -> Result<Json<Vec<Version>>, Problem> {
    let id = id.into_inner();
    store::person(&by)?;
    let read = db.read(by.tenant, move |tx| {
        async move {
            let row = message::Entity::of(tx.tenant()).filter(message::Column::Id.eq(id));
            let row = row.one(tx).await?.ok_or_else(Problem::not_found)?;
            let place = store::place(tx, &by, row.room_id).await?;
            let tends = place.is_channel() && by.may(Permission::ManageChat);
            if row.deleted_at.is_some() && row.by != by.author() && !tends {
                return Err(Problem::not_found());
            }
            views::history(tx, row).await
        }
        .boxed()
    });
    Ok(Json(read.await?))
}

#[cfg(test)]
mod tests {
    use super::StretchQuery;

    #[test]
    fn a_stretch_lies_where_it_was_asked_for() {
        let ask = |before, after, around| StretchQuery { before, after, around, limit: Some(10) };
        let bounds = |ask: StretchQuery| ask.bounds(100).unwrap();
        assert_eq!(bounds(ask(None, None, None)), (91, 100));
        assert_eq!(bounds(ask(Some(91), None, None)), (81, 90));
        assert_eq!(bounds(ask(None, Some(90), None)), (91, 100));
        assert_eq!(bounds(ask(None, None, Some(50))), (45, 54));
        assert_eq!(bounds(ask(None, None, Some(2))), (1, 10));
        assert_eq!(bounds(ask(Some(i64::MAX), None, None)), (91, 100));
        assert_eq!(bounds(ask(None, Some(i64::MAX), None)), (102, 111));
        assert_eq!(bounds(ask(Some(i64::MIN), None, None)), (-10, -1));
        assert!(ask(Some(1), Some(1), None).bounds(100).is_err());
        let many = StretchQuery { limit: Some(101), ..ask(None, None, None) };
        assert!(many.bounds(100).is_err());
    }
}
