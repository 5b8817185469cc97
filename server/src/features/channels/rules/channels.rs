//! Channels: claimed, changed, let go. Who claims an account gets what came for it before.

use entities::channel;
use entities::ids::ChannelId;
use entities::tenancy::OfTenant;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde_json::json;

use crate::adapters::messaging::Source;
use crate::db::Tx;
use crate::features::channels::commands::SaveChannel;
use crate::features::channels::{events, jobs, views};
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::input::{self, Fields};
use crate::kernel::problem::Problem;

/// Channels of one tenant.
const CHANNELS_MAX: usize = 200;
/// A month: who waits longer is not waiting.
const SILENT_HOURS_MAX: i32 = 720;
const EXTERNAL_MAX: usize = 64;
pub(in super::super) const ACTIVE: &str = "active";
const STATES: [&str; 3] = [ACTIVE, "paused", "reconnect"];

pub(in super::super) async fn save(tx: &Tx<'_>, cx: &CommandContext, cmd: &SaveChannel) -> Decided {
    let mut fields = Fields::default();
    let name = cmd.name.as_deref().and_then(|name| fields.keep(input::name("name", name)));
    if cmd.state.as_deref().is_some_and(|state| !STATES.contains(&state)) {
        fields.add("state", "unknown_value");
    }
    if cmd.silent_hours.is_some_and(|hours| !(0..=SILENT_HOURS_MAX).contains(&hours)) {
        fields.add("silent_hours", "bad_value");
    }
    match cmd.channel {
        Some(id) => {
            for (field, given) in [
                ("connection", cmd.connection.is_some()),
                ("kind", cmd.kind.is_some()),
                ("external_id", cmd.external_id.is_some()),
            ] {
                // another account is another channel
                if given {
                    fields.add(field, "unknown_value");
                }
            }
            fields.done()?;
            update(tx, cx, cmd, id, name).await
        }
        None => {
            if cmd.name.is_none() {
                fields.add("name", "required");
            }
            let source = cmd.kind.as_deref().map(Source::parse);
            match source {
                None => fields.add("kind", "required"),
                Some(None) => fields.add("kind", "unknown_value"),
                Some(Some(_)) => {}
            }
            let external = cmd.external_id.as_deref().map(str::trim).unwrap_or_default();
            match external.len() {
                0 => fields.add("external_id", "required"),
                1..=EXTERNAL_MAX if external.bytes().all(|b| b.is_ascii_alphanumeric()) => {}
                _ => fields.add("external_id", "bad_value"),
            }
            if cmd.connection.is_none() {
                fields.add("connection", "required");
            }
            fields.done()?;
            create(tx, cx, cmd, name.unwrap_or_default(), external).await
        }
    }
}

async fn create(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &SaveChannel,
    name: String,
    external_id: &str,
) -> Decided {
    let wanted = cmd.connection.ok_or_else(|| Problem::invalid("connection", "required"))?;
    let unknown = |_| Problem::invalid("connection", "unknown_value");
    let connection = views::connection(tx, wanted).await.map_err(unknown)?;
    let kind = cmd.kind.clone().unwrap_or_default();
    let all = views::channels(tx).await?;
    if all.len() >= CHANNELS_MAX {
        return Err(Problem::invalid("name", "too_many"));
    }
    if all.iter().any(|one| one.kind == kind && one.external_id == external_id) {
        return Err(Problem::invalid("external_id", "taken"));
    }
    let id = cx.fresh(ChannelId);
    let row = channel::Model {
        tenant_id: tx.tenant(),
        id,
        connection_id: connection.id,
        kind,
        external_id: external_id.to_owned(),
        name,
        state: cmd.state.clone().unwrap_or_else(|| ACTIVE.to_owned()),
        silent_hours: cmd.silent_hours.unwrap_or_default(),
        last_inbound_at: None,
        silent_told_at: None,
        version: 1,
        created_by: cx.by.author(),
        created_at: cx.at,
        updated_at: cx.at,
        removed_at: None,
    };
    channel::Entity::insert(row.clone().into_active_model()).exec_without_returning(tx).await?;
    // what came for it before is taken up where payloads are split: nothing slips between the two
    let jobs = jobs::listen(&row, cx.at).into_iter().chain(jobs::claim(connection.id, cx.at));
    let jobs = jobs.collect();
    let reply = json!({ "channel_id": id });
    let events = vec![events::channel_saved(row)?];
    Ok(Decision { events, jobs, ..Decision::default() }.reply(&reply))
}

async fn update(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &SaveChannel,
    id: ChannelId,
    name: Option<String>,
) -> Decided {
    let mut row = views::channel(tx, id).await?;
    cx.check_version(row.version)?;
    row.name = name.unwrap_or(row.name);
    row.state = cmd.state.clone().unwrap_or(row.state);
    row.silent_hours = cmd.silent_hours.unwrap_or(row.silent_hours);
    let row = keep(tx, cx, row).await?;
    let jobs = jobs::listen(&row, cx.at).into_iter().collect();
    let reply = json!({ "channel_id": id, "version": row.version });
    let events = vec![events::channel_saved(row)?];
    Ok(Decision { events, jobs, ..Decision::default() }.reply(&reply))
}

/// What came by it stays; what still comes waits for who claims the account next.
pub(in super::super) async fn remove(tx: &Tx<'_>, cx: &CommandContext, id: ChannelId) -> Decided {
    let mut row = views::channel(tx, id).await?;
    row.removed_at = Some(cx.at);
    let row = keep(tx, cx, row).await?;
    Ok(Decision::events(vec![events::channel_removed(row.id)?]))
}

async fn keep(
    tx: &Tx<'_>,
    cx: &CommandContext,
    mut row: channel::Model,
) -> Result<channel::Model, Problem> {
    row.version += 1;
    row.updated_at = cx.at;
    let mut active = row.clone().into_active_model();
    active.not_set(channel::Column::TenantId);
    active.not_set(channel::Column::Id);
    let mut active = active.reset_all();
    // written by what comes in, which may be doing so now
    active.not_set(channel::Column::LastInboundAt);
    active.not_set(channel::Column::SilentToldAt);
    channel::Entity::change(tx.tenant())
        .set(active)
        .filter(channel::Column::Id.eq(row.id))
        .exec(tx)
        .await?;
    Ok(row)
}
