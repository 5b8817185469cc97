//! A channel by which people used to write, and nobody does any more.

use chrono::{DateTime, Duration, Utc};
use entities::channel;
use entities::ids::ChannelId;
use entities::tenancy::OfTenant;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ExprTrait, QueryFilter};
use serde_json::json;

use super::channels::ACTIVE;
use super::refuse_others;
use crate::db::Tx;
use crate::features::accounts;
use crate::features::channels::{events, views};
use crate::features::notifications::{self, Kind, Notice};
use crate::kernel::clock::wire_time;
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::event::NewEvent;
use crate::kernel::principal::Permission;
use crate::kernel::problem::Problem;

/// Of those who are told.
const PEOPLE_MAX: u64 = 50;

/// Since when nothing came, where that is too long and nobody was told yet. Hours are those of the
/// clock, not of the house: a night counts.
pub(in super::super) fn overdue(row: &channel::Model, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let last = row.last_inbound_at?;
    let listens = row.state == ACTIVE && row.silent_hours > 0 && row.silent_told_at.is_none();
    let patience = Duration::hours(i64::from(row.silent_hours));
    (listens && now - last >= patience).then_some(last)
}

/// Something came by this channel: it is not silent. Says so where somebody was told that it is.
pub(super) async fn heard(
    tx: &Tx<'_>,
    id: ChannelId,
    at: DateTime<Utc>,
) -> Result<Option<NewEvent>, Problem> {
    let earlier = || {
        let never = channel::Column::LastInboundAt.is_null();
        channel::Column::Id.eq(id).and(never.or(channel::Column::LastInboundAt.lt(at)))
    };
    let woken = channel::Entity::change(tx.tenant())
        .col_expr(channel::Column::SilentToldAt, Expr::value(None::<DateTime<Utc>>))
        .filter(earlier())
        .filter(channel::Column::SilentToldAt.is_not_null())
        .exec(tx)
        .await?;
    channel::Entity::change(tx.tenant())
        .col_expr(channel::Column::LastInboundAt, Expr::value(at))
        .filter(earlier())
        .exec(tx)
        .await?;
    (woken.rows_affected > 0).then(|| events::channel_heard(id, at)).transpose()
}

pub(in super::super) async fn tell(tx: &Tx<'_>, cx: &CommandContext, id: ChannelId) -> Decided {
    refuse_others(cx)?;
    let row = views::channel(tx, id).await?;
    let Some(last) = overdue(&row, cx.at) else { return Ok(Decision::default()) };
    // what comes in is written on another topic: only where nothing has come since the look
    let told = channel::Entity::change(tx.tenant())
        .col_expr(channel::Column::SilentToldAt, Expr::value(cx.at))
        .filter(channel::Column::Id.eq(id))
        .filter(channel::Column::LastInboundAt.eq(last))
        .filter(channel::Column::SilentToldAt.is_null())
        .exec(tx)
        .await?;
    if told.rows_affected == 0 {
        return Ok(Decision::default());
    }
    let people = accounts::holders(tx, Permission::ManageChannels, PEOPLE_MAX).await?;
    let notice = |user| Notice {
        user,
        kind: Kind::ChannelSilent,
        key: format!("channel_silent:{id}:{}", wire_time(last)),
        customer: None,
        d: json!({ "channel": id, "name": row.name, "hours": row.silent_hours,
            "since": wire_time(last) }),
    };
    let notices: Vec<Notice> = people.into_iter().map(notice).collect();
    let (told, jobs) = notifications::tell(tx, cx, &notices).await?;
    let mut events = vec![events::channel_silent(id, last)?];
    events.extend(told);
    Ok(Decision { events, jobs, ..Decision::default() })
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Duration};
    use entities::channel;
    use entities::ids::{ChannelId, ConnectionId, TenantId};

    use super::overdue;

    #[test]
    fn only_what_used_to_speak_can_be_silent() {
        let now = DateTime::from_timestamp(1_767_258_000, 0).unwrap();
        let row = channel::Model {
            tenant_id: TenantId::NIL,
            id: ChannelId::NIL,
            connection_id: ConnectionId::NIL,
            kind: "whatsapp".to_owned(),
            external_id: "1".to_owned(),
            name: "Hat".to_owned(),
            state: "active".to_owned(),
            silent_hours: 4,
            last_inbound_at: Some(now - Duration::hours(4)),
            silent_told_at: None,
            version: 1,
            created_by: "system".to_owned(),
            created_at: now,
            updated_at: now,
            removed_at: None,
        };
        assert_eq!(overdue(&row, now), row.last_inbound_at);
        assert_eq!(overdue(&row, now - Duration::seconds(1)), None);
        let never = channel::Model { last_inbound_at: None, ..row.clone() };
        let told = channel::Model { silent_told_at: Some(now), ..row.clone() };
        let off = channel::Model { silent_hours: 0, ..row.clone() };
        let paused = channel::Model { state: "paused".to_owned(), ..row };
        for quiet in [never, told, off, paused] {
            assert_eq!(overdue(&quiet, now), None);
        }
    }
}
