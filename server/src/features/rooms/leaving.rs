//! Somebody loses access: what they said stays, and the rooms that only they ran get an owner.

use entities::ids::{RoomId, UserId};
use entities::tenancy::OfTenant;
use entities::{room, room_member};
use sea_orm::{ColumnTrait, QueryFilter, QuerySelect};

use super::events::Promoted;
use super::shapes::OWNER;
use super::store::{self, Place};
use crate::db::{Tx, take_topic};
use crate::kernel::event::NewEvent;
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

/// The eldest member follows in each group and channel that had this owner alone. They stay a
/// member: with their access they have their rooms again.
///
/// # Errors
/// Those of the database.
pub async fn succeed(tx: &Tx<'_>, leaver: UserId) -> Result<Vec<NewEvent>, Problem> {
    let owned: Vec<RoomId> = room_member::Entity::of(tx.tenant())
        .filter(room_member::Column::UserId.eq(leaver))
        .filter(room_member::Column::Role.eq(OWNER))
        .select_only()
        .column(room_member::Column::RoomId)
        .into_tuple()
        .all(tx)
        .await?;
    let mut owned = owned;
    owned.sort_unstable();
    for room in &owned {
        take_topic(tx, Topic::room(*room).as_str()).await?;
    }
    let mut events = Vec::new();
    for id in owned {
        let row = room::Entity::of(tx.tenant()).filter(room::Column::Id.eq(id)).one(tx).await?;
        let Some(row) = row else { continue };
        let Some(heir) = store::heir(tx, id, leaver).await? else { continue };
        store::promote(tx, id, heir).await?;
        let place = Place { row, me: leaver, mine: None };
        let d = Promoted { room_id: id, user: heir };
        let hearers = store::hearers(tx, &place).await?;
        events.extend(place.both("member.promoted", &hearers, &d)?);
    }
    Ok(events)
}
