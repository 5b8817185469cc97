//! When there is something to book, and how: hours, time off, settings.

use chrono::Duration;
use entities::ids::TimeOffId;
use entities::tenancy::OfTenant;
use entities::{agenda_settings, hours, resource, time_off, user};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, Set};
use serde_json::json;

use super::super::commands::{AddTimeOff, RemoveTimeOff, SetBooking, SetHours};
use super::super::events::{SettingsChanged, settings_changed};
use super::super::hours::Week;
use super::super::of::Of;
use super::super::settings::{House, plausible};
use super::super::views::{Hours, TimeOff};
use super::{long, place};
use crate::db::Tx;
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::input::Fields;
use crate::kernel::principal::Permission;
use crate::kernel::problem::Problem;

/// Longest time off, and most of them that a tenant keeps.
const OFF_DAYS: i64 = 366;
const OFF_MAX: u64 = 20_000;
/// Longest intro and consent, in characters.
const INTRO_MAX: usize = 2_000;

/// Somebody or something of ours.
async fn check_of(tx: &Tx<'_>, of: Of) -> Result<(), Problem> {
    let known = match of {
        Of::Tenant => 1,
        Of::User(id) => {
            user::Entity::of(tx.tenant()).filter(user::Column::Id.eq(id)).count(tx).await?
        }
        Of::Resource(id) => {
            let rows = resource::Entity::of(tx.tenant());
            rows.filter(resource::Column::Id.eq(id)).count(tx).await?
        }
    };
    if known == 1 { Ok(()) } else { Err(Problem::invalid("of", "unknown_value")) }
}

pub(in super::super) async fn set_hours(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &SetHours,
) -> Decided {
    check_of(tx, cmd.of).await?;
    let Some(written) = &cmd.week else {
        hours::Entity::forget(tx.tenant())
            .filter(hours::Column::Of.eq(cmd.of.to_string()))
            .exec(tx)
            .await?;
        let event = settings_changed(&SettingsChanged::HoursRemoved { of: cmd.of })?;
        return Ok(Decision::events(vec![event]));
    };
    let week = Week::read(written)?.write();
    let row = hours::ActiveModel {
        tenant_id: Set(tx.tenant()),
        of: Set(cmd.of.to_string()),
        week: Set(serde_json::to_value(&week).map_err(|_| Problem::internal())?),
        updated_at: Set(cx.at),
    };
    let again = OnConflict::columns([hours::Column::TenantId, hours::Column::Of])
        .update_columns([hours::Column::Week, hours::Column::UpdatedAt])
        .to_owned();
    hours::Entity::insert(row).on_conflict(again).exec_without_returning(tx).await?;
    let hours = Hours { of: cmd.of, week };
    Ok(Decision::events(vec![settings_changed(&SettingsChanged::Hours { hours: &hours })?]))
}

/// Everybody arranges their own absence; that of others and of rooms is arranged for them.
fn check_right(cx: &CommandContext, of: Of) -> Result<(), Problem> {
    let is_own = matches!(of, Of::User(user) if cx.by.user() == Some(user));
    match is_own || cx.by.may(Permission::ManageAgenda) {
        true => Ok(()),
        false => Err(Problem::forbidden()),
    }
}

pub(in super::super) async fn add_time_off(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &AddTimeOff,
) -> Decided {
    check_right(cx, cmd.of)?;
    check_of(tx, cmd.of).await?;
    let (start, end) = (plausible("starts_at", cmd.starts_at)?, plausible("ends_at", cmd.ends_at)?);
    if end <= start || end - start > Duration::days(OFF_DAYS) {
        return Err(Problem::invalid("ends_at", "bad_value"));
    }
    let reason = long("reason", cmd.reason.as_deref())?;
    if reason.as_ref().is_some_and(|reason| reason.chars().count() > 500) {
        return Err(Problem::invalid("reason", "too_long"));
    }
    if time_off::Entity::of(tx.tenant()).count(tx).await? >= OFF_MAX {
        return Err(Problem::invalid("of", "too_many"));
    }
    let id = cx.fresh(TimeOffId);
    let row = time_off::ActiveModel {
        tenant_id: Set(tx.tenant()),
        id: Set(id),
        of: Set(cmd.of.to_string()),
        starts_at: Set(start),
        ends_at: Set(end),
        reason: Set(reason),
        created_at: Set(cx.at),
    };
    row.insert(tx).await?;
    // the reason is for some only, and an event is for all who read the agenda
    let told = TimeOff { id, of: cmd.of, starts_at: start, ends_at: end, reason: None };
    let event = settings_changed(&SettingsChanged::TimeOff { time_off: &told })?;
    Ok(Decision::events(vec![event]).reply(&json!({ "time_off_id": id })))
}

pub(in super::super) async fn remove_time_off(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &RemoveTimeOff,
) -> Decided {
    let row = time_off::Entity::of(tx.tenant())
        .filter(time_off::Column::Id.eq(cmd.time_off))
        .one(tx)
        .await?
        .ok_or_else(Problem::not_found)?;
    check_right(cx, row.of.parse().map_err(|()| Problem::not_found())?)?;
    time_off::Entity::forget(tx.tenant()).filter(time_off::Column::Id.eq(row.id)).exec(tx).await?;
    let event = settings_changed(&SettingsChanged::TimeOffRemoved { id: row.id })?;
    Ok(Decision::events(vec![event]))
}

fn within(field: &str, value: i64, least: i64, most: i64) -> Result<i64, Problem> {
    match (least..=most).contains(&value) {
        true => Ok(value),
        false => Err(Problem::invalid(field, "bad_value")),
    }
}

fn words(field: &str, text: Option<&str>) -> Result<Option<String>, Problem> {
    match long(field, text)? {
        Some(text) if text.chars().count() > INTRO_MAX => Err(Problem::invalid(field, "too_long")),
        text => Ok(text),
    }
}

pub(in super::super) async fn set_booking(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &SetBooking,
) -> Decided {
    let before = House::load(tx).await?.settings;
    let mut now = before.clone();
    let mut fields = Fields::default();
    let numbers = [
        ("grace_minutes", cmd.grace_minutes, &mut now.grace_minutes, 0, 1_440),
        ("reminder_minutes", cmd.reminder_minutes, &mut now.reminder_minutes, 0, 10_080),
        ("notice_minutes", cmd.notice_minutes, &mut now.notice_minutes, 0, 43_200),
        ("horizon_days", cmd.horizon_days, &mut now.horizon_days, 1, 366),
    ];
    for (field, given, kept, least, most) in numbers {
        if let Some(value) = given.and_then(|v| fields.keep(within(field, v, least, most))) {
            *kept = value;
        }
    }
    match cmd.step_minutes {
        Some(step @ (5 | 10 | 15 | 20 | 30 | 60)) => now.step_minutes = step,
        Some(_) => fields.add("step_minutes", "unknown_value"),
        None => {}
    }
    if let Some(holidays) = cmd.holidays {
        now.holidays = holidays;
    }
    now.public = cmd.public.unwrap_or(now.public);
    now.show_people = cmd.show_people.unwrap_or(now.show_people);
    if let Some(text) = &cmd.intro {
        now.intro = fields.keep(words("intro", text.as_deref())).flatten();
    }
    if let Some(text) = &cmd.consent {
        now.consent = fields.keep(words("consent", text.as_deref())).flatten();
    }
    if let Some(text) = &cmd.place {
        now.place = fields.keep(place(text.as_deref())).flatten();
    }
    fields.done()?;
    if now == before {
        return Ok(Decision::default());
    }
    let row = agenda_settings::ActiveModel {
        tenant_id: Set(tx.tenant()),
        settings: Set(serde_json::to_value(&now).map_err(|_| Problem::internal())?),
        updated_at: Set(cx.at),
    };
    let again = OnConflict::column(agenda_settings::Column::TenantId)
        .update_columns([agenda_settings::Column::Settings, agenda_settings::Column::UpdatedAt])
        .to_owned();
    agenda_settings::Entity::insert(row).on_conflict(again).exec_without_returning(tx).await?;
    Ok(Decision::events(vec![settings_changed(&SettingsChanged::Settings { settings: &now })?]))
}
