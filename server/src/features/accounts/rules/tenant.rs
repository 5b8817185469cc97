//! The business itself.

use entities::tenant;
use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::Set;

use crate::db::Tx;
use crate::features::accounts::commands::UpdateTenant;
use crate::features::accounts::events::{self, TenantUpdated};
use crate::features::accounts::parse;
use crate::features::accounts::views::{self, Tenant};
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::input::{self, Fields};

pub(in super::super) async fn update(
    tx: &Tx<'_>,
    _: &CommandContext,
    cmd: &UpdateTenant,
) -> Decided {
    let mut fields = Fields::default();
    let mut row: tenant::ActiveModel = views::tenant_row(tx).await?.into();
    if let Some(name) = &cmd.name
        && let Some(name) = fields.keep(input::name("name", name))
    {
        row.name = Set(name);
    }
    if let Some(locale) = &cmd.locale
        && let Some(locale) = fields.keep(parse::locale(locale))
    {
        row.locale = Set(locale);
    }
    if let Some(country) = &cmd.country
        && let Some(country) = fields.keep(parse::country(country))
    {
        row.country = Set(country);
    }
    if let Some(zone) = &cmd.time_zone
        && let Some(zone) = fields.keep(parse::time_zone(zone))
    {
        row.time_zone = Set(zone);
    }
    if let Some(currency) = &cmd.currency
        && let Some(currency) = fields.keep(parse::currency(currency))
    {
        row.currency = Set(currency);
    }
    fields.done()?;
    if !row.is_changed() {
        return Ok(Decision::default());
    }
    let tenant = Tenant::from(row.update(tx).await?);
    Ok(Decision::events(vec![events::on_tenant("tenant.updated", &TenantUpdated { tenant })?]))
}
