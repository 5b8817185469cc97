//! How far somebody has read.

use super::super::commands::{ReadRoom, UnreadRoom};
use super::super::events::{Marked, ReadTo};
use super::super::store::{self, Place};
use super::super::{marks, telling};
use crate::db::Tx;
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::event::NewEvent;
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

pub(in super::super) async fn read(tx: &Tx<'_>, cx: &CommandContext, cmd: &ReadRoom) -> Decided {
    if cmd.n < 0 {
        return Err(Problem::invalid("n", "bad_value"));
    }
    let place = store::here(tx, cx).await?;
    let before = place.membership()?.read;
    let n = cmd.n.min(place.row.last);
    // a notification may wait also where the room was read before it came
    let mut events = telling::read(tx, cx, &place, n.max(before)).await?;
    if n > before {
        events.splice(0..0, moved(tx, &place, n).await?);
    }
    Ok(Decision::events(events))
}

pub(in super::super) async fn unread(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &UnreadRoom,
) -> Decided {
    let place = store::here(tx, cx).await?;
    let before = place.membership()?.read;
    if !(1..=place.row.last).contains(&cmd.from) {
        return Err(Problem::invalid("from", "bad_value"));
    }
    if cmd.from - 1 == before {
        return Ok(Decision::default());
    }
    Ok(Decision::events(moved(tx, &place, cmd.from - 1).await?))
}

/// Moves the mark, and says it to all of one's own screens; and to the room, unless that is a channel:
/// there everybody would hear of everybody, at each message.
async fn moved(tx: &Tx<'_>, place: &Place, n: i64) -> Result<Vec<NewEvent>, Problem> {
    marks::set(tx, place.row.id, place.me, n).await?;
    if place.is_channel() {
        return Ok(vec![marked(tx, place, n).await?]);
    }
    let hearers = store::hearers(tx, place).await?;
    let d = ReadTo { room_id: place.row.id, user: place.me, n };
    let here = place.here("room.read", &hearers, &d)?;
    Ok(vec![here, marked(tx, place, n).await?])
}

/// How I stand to the room, once my mark is here.
pub(in super::super) async fn marked(
    tx: &Tx<'_>,
    place: &Place,
    read: i64,
) -> Result<NewEvent, Problem> {
    let mut mine = place.membership()?.clone();
    mine.read = read;
    let mine = marks::of_one(tx, &place.row, mine).await?;
    let d = Marked { room_id: place.row.id, mine: &mine, last: place.row.last };
    NewEvent::new(Topic::user(place.me), "room.marked", &d)
}
