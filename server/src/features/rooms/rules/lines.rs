//! What a room is told of a message, and the lines that nobody wrote.

use entities::ids::UserId;

use super::super::events::{Before, Said, Touched};
use super::super::shapes::{Line, Message};
use super::super::store::Place;
use super::super::{log, views};
use crate::db::Tx;
use crate::kernel::command::CommandContext;
use crate::kernel::event::NewEvent;
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

/// On the room's topic, and in the list of rooms; `before` is how it counted before a change.
pub(super) fn said(
    place: &Place,
    op: &'static str,
    hearers: &[UserId],
    message: &Message,
    before: Option<&Before>,
) -> Result<Vec<NewEvent>, Problem> {
    let here = place.here(op, hearers, &Said { message })?;
    let message = message.clone().cut();
    let d = Touched { room_id: place.row.id, message: &message, before };
    let touched = NewEvent::new(Topic::rooms(), "room.touched", &d)?;
    Ok(vec![here, touched.heard_by(place.audience(hearers))])
}

/// Says in the room what happened to it.
pub(super) async fn note(
    tx: &Tx<'_>,
    cx: &CommandContext,
    place: &mut Place,
    line: &Line,
) -> Result<Message, Problem> {
    let row = log::note(tx, cx, &mut place.row, line).await?;
    views::message(tx, row).await
}
