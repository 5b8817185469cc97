//! An appointment of somebody who leaves, or of somebody who comes back.

use entities::ids::{AppointmentId, UserId};
use entities::lists::UserList;

use super::super::events::{AppointmentMoved, Line, Place, said};
use super::super::settings::House;
use super::super::spans::Span;
use super::super::{topic, views};
use super::plan::Plan;
use super::{save, shown};
use crate::db::{Tx, take_topic};
use crate::kernel::command::CommandContext;
use crate::kernel::event::NewEvent;
use crate::kernel::problem::Problem;

/// Makes these the people of an appointment that is still to come; none where it is over by now, or
/// somebody new has another one then. Hours are not asked: the customer keeps the time.
///
/// # Errors
/// Those of the database, and held when the agenda's turn does not come.
pub async fn hand_over(
    tx: &Tx<'_>,
    cx: &CommandContext,
    id: AppointmentId,
    people: Vec<UserId>,
) -> Result<Option<Vec<NewEvent>>, Problem> {
    take_topic(tx, topic::agenda().as_str()).await?;
    let Some(before) = views::find(tx, id).await? else { return Ok(None) };
    if !matches!(before.state.as_str(), "booked" | "confirmed") || before.ends_at <= cx.at {
        return Ok(None);
    }
    let joining = people.iter().filter(|one| !before.people.0.contains(one)).copied().collect();
    let house = House::load(tx).await?;
    let plan = Plan {
        people: joining,
        spans: vec![Span::new(before.starts_at, before.ends_at)],
        buffer_minutes: before.buffer_minutes.into(),
        force_hours: true,
        except: vec![before.id],
        ..Plan::default()
    };
    let (taken, _) = plan.hindered(tx, &house).await?;
    if !taken.is_empty() {
        return Ok(None);
    }
    let mut after = before.clone();
    after.people = UserList(people);
    let shown = shown(tx, save(tx, cx, &before, after).await?).await?;
    let from = Place {
        starts_at: before.starts_at,
        ends_at: before.ends_at,
        people: before.people.0.clone(),
        resources: before.resources.0.clone(),
    };
    let d = AppointmentMoved { appointment: &shown.appointment, from };
    Ok(Some(said("appointment.moved", &d, &shown, &before.people.0, Line::Own)?))
}
