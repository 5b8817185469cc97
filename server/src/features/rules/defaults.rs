//! The rules that every tenant begins with, in its language. Made once: who removes one does not
//! get it again.

use chrono::{DateTime, Utc};
use entities::ids::RuleId;
use entities::tenancy::OfTenant;
use entities::{activity_outcome, activity_type, rule, stage, tenant};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};

use super::rules::write;
use crate::db::Tx;
use crate::kernel::clock::Clock;
use crate::kernel::problem::Problem;

/// A default: its key, its names, and the rest as JSON of a rule.
struct Preset {
    key: &'static str,
    tr: &'static str,
    en: &'static str,
    trigger: Value,
    conditions: Value,
    actions: Value,
}

/// For a new tenant, in the transaction that makes it.
///
/// # Errors
/// Those of the database.
pub async fn create_default(tx: &Tx<'_>, clock: &Clock) -> Result<(), Problem> {
    write(tx, &|| RuleId(clock.fresh_id()), clock.now()).await?;
    Ok(())
}

/// Writes the defaults where a tenant has never had a rule; what was written.
pub(super) async fn write(
    tx: &Tx<'_>,
    fresh: &(dyn Fn() -> RuleId + Sync),
    at: DateTime<Utc>,
) -> Result<Vec<rule::Model>, Problem> {
    if rule::Entity::of(tx.tenant()).count(tx).await? > 0 {
        return Ok(Vec::new());
    }
    let tenant = tenant::Entity::find().filter(tenant::Column::Id.eq(tx.tenant())).one(tx).await?;
    let turkish = tenant.is_none_or(|tenant| tenant.locale.starts_with("tr"));
    let mut rows = Vec::new();
    let deposit = deposit(tx).await?;
    for (place, one) in defaults(turkish).into_iter().chain(deposit).enumerate() {
        let row = rule::Model {
            tenant_id: tx.tenant(),
            id: fresh(),
            name: if turkish { one.tr } else { one.en }.to_owned(),
            enabled: true,
            trigger: one.trigger,
            conditions: one.conditions,
            actions: one.actions,
            delay_minutes: 0,
            hours: "always".to_owned(),
            position: i32::try_from(place).unwrap_or(i32::MAX),
            version: 1,
            builtin: Some(one.key.to_owned()),
            created_by: "system".to_owned(),
            created_at: at,
            updated_at: at,
            removed_at: None,
        };
        rule::Entity::insert(row.clone().into_active_model()).exec_without_returning(tx).await?;
        write::listen(tx, &row).await?;
        rows.push(row);
    }
    Ok(rows)
}

/// A deposit that was received takes the card to the stage of that name, where a tenant has both.
async fn deposit(tx: &Tx<'_>) -> Result<Option<Preset>, Problem> {
    let kind = activity_type::Entity::of(tx.tenant())
        .filter(activity_type::Column::Key.eq("deposit"))
        .one(tx)
        .await?;
    let Some(kind) = kind else { return Ok(None) };
    let outcome = activity_outcome::Entity::of(tx.tenant())
        .filter(activity_outcome::Column::TypeId.eq(kind.id))
        .filter(activity_outcome::Column::Kind.eq("positive"))
        .order_by_asc(activity_outcome::Column::Position)
        .one(tx)
        .await?;
    let stage = stage::Entity::of(tx.tenant())
        .filter(stage::Column::Name.is_in(["Kapora", "Deposit"]))
        .filter(stage::Column::ArchivedAt.is_null())
        .order_by_asc(stage::Column::Id)
        .one(tx)
        .await?;
    Ok(outcome.zip(stage).map(|(outcome, stage)| Preset {
        key: "deposit_stage",
        tr: "Kapora alındı: kartı Kapora aşamasına taşı",
        en: "Deposit received: move the card to the stage Deposit",
        trigger: json!({ "op": "activity.closed", "type": kind.id, "outcome": outcome.id }),
        conditions: json!([]),
        actions: json!([{ "do": "move_card", "stage": stage.id }]),
    }))
}

fn defaults(turkish: bool) -> Vec<Preset> {
    let text = |tr: &'static str, en: &'static str| if turkish { tr } else { en };
    vec![
        Preset {
            key: "lead_owner",
            tr: "Yeni başvuru: sıradaki kişiye ver, arama hatırlat",
            en: "New lead: give it to whose turn it is, remind to call",
            trigger: json!({ "op": "lead.received" }),
            conditions: json!([]),
            actions: json!([
                { "do": "assign", "to": "round_robin:all" },
                { "do": "remind", "minutes": 15, "kind": "call", "who": "owner",
                  "text": text("İlk aramayı yap", "Make the first call") },
            ]),
        },
        Preset {
            key: "appointment_confirm",
            tr: "Randevu alındı: bir gün önce teyit hatırlat",
            en: "Appointment made: remind to confirm a day before",
            trigger: json!({ "op": "appointment.booked" }),
            conditions: json!([]),
            actions: json!([
                { "do": "remind", "minutes": 1_440, "from": "appointment", "who": "owner",
                  "kind": "confirm_appointment",
                  "text": text("Randevuyu teyit et", "Confirm the appointment") },
            ]),
        },
        Preset {
            key: "no_show_follow_up",
            tr: "Randevuya gelmedi: takip hatırlat",
            en: "No-show: remind to follow up",
            trigger: json!({ "op": "appointment.no_show" }),
            conditions: json!([]),
            actions: json!([
                { "do": "remind", "minutes": 60, "kind": "follow_up", "who": "owner",
                  "text": text("Randevuya gelmedi, ara", "Did not come: call") },
            ]),
        },
    ]
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::super::parse::{Action, Condition, Parts, Trigger};
    use super::defaults;

    #[test]
    fn the_defaults_are_rules_that_could_be_typed() {
        for turkish in [true, false] {
            for one in defaults(turkish) {
                let parts = Parts {
                    trigger: Trigger::deserialize(&one.trigger).unwrap(),
                    conditions: Vec::<Condition>::deserialize(&one.conditions).unwrap(),
                    actions: Vec::<Action>::deserialize(&one.actions).unwrap(),
                    delay_minutes: 0,
                    hours: "always".to_owned(),
                };
                parts.check().unwrap();
            }
        }
    }
}
