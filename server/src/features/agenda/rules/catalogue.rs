//! Resources and services.

use entities::ids::{ResourceId, ServiceId};
use entities::lists::{ResourceList, UserList};
use entities::tenancy::OfTenant;
use entities::{resource, service};
use sea_orm::{ActiveModelTrait, ColumnTrait, IntoActiveModel, PaginatorTrait, QueryFilter, Set};
use serde_json::json;

use super::super::commands::{
    ArchiveResource, ArchiveService, CreateResource, CreateService, RestoreResource,
    RestoreService, UpdateResource, UpdateService,
};
use super::super::events::{SettingsChanged, settings_changed};
use super::super::views::{Resource, Service};
use super::check_people;
use super::plan::check_resources;
use crate::db::Tx;
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::input::{self, Fields};
use crate::kernel::money::Money;
use crate::kernel::problem::Problem;

/// Most resources, and most services, of a tenant, archived ones too.
const RECORDS_MAX: u64 = 500;
const COLOURS: i32 = 8;

fn kind(text: &str) -> Result<String, Problem> {
    match text {
        "room" | "device" | "other" => Ok(text.to_owned()),
        _ => Err(Problem::invalid("kind", "unknown_value")),
    }
}

fn colour(colour: i32) -> Result<i32, Problem> {
    match (1..=COLOURS).contains(&colour) {
        true => Ok(colour),
        false => Err(Problem::invalid("colour", "bad_value")),
    }
}

async fn find_resource(tx: &Tx<'_>, id: ResourceId) -> Result<resource::Model, Problem> {
    let row = resource::Entity::of(tx.tenant()).filter(resource::Column::Id.eq(id)).one(tx).await?;
    row.ok_or_else(Problem::not_found)
}

fn resource_changed(row: resource::Model) -> Decided {
    let resource = Resource::from(row);
    let event = settings_changed(&SettingsChanged::Resource { resource: &resource })?;
    Ok(Decision::events(vec![event]).reply(&json!({ "resource_id": resource.id })))
}

pub(in super::super) async fn create_resource(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &CreateResource,
) -> Decided {
    let mut fields = Fields::default();
    let name = fields.keep(input::name("name", &cmd.name));
    let kind = fields.keep(kind(cmd.kind.as_deref().unwrap_or("room")));
    let count = resource::Entity::of(tx.tenant()).count(tx).await?;
    let next = i32::try_from(count % 8).unwrap_or_default() + 1;
    let colour = fields.keep(colour(cmd.colour.unwrap_or(next)));
    fields.done()?;
    if count >= RECORDS_MAX {
        return Err(Problem::invalid("name", "too_many"));
    }
    let row = resource::ActiveModel {
        tenant_id: Set(tx.tenant()),
        id: Set(cx.fresh(ResourceId)),
        name: Set(name.unwrap_or_default()),
        kind: Set(kind.unwrap_or_default()),
        colour: Set(colour.unwrap_or(next)),
        created_at: Set(cx.at),
        archived_at: Set(None),
    };
    resource_changed(row.insert(tx).await?)
}

pub(in super::super) async fn update_resource(
    tx: &Tx<'_>,
    _: &CommandContext,
    cmd: &UpdateResource,
) -> Decided {
    let mut row = find_resource(tx, cmd.resource).await?.into_active_model();
    if let Some(name) = &cmd.name {
        row.name = Set(input::name("name", name)?);
    }
    if let Some(text) = &cmd.kind {
        row.kind = Set(kind(text)?);
    }
    if let Some(number) = cmd.colour {
        row.colour = Set(colour(number)?);
    }
    resource_changed(row.update(tx).await?)
}

pub(in super::super) async fn archive_resource(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &ArchiveResource,
) -> Decided {
    let mut row = find_resource(tx, cmd.resource).await?.into_active_model();
    row.archived_at = Set(Some(cx.at));
    resource_changed(row.update(tx).await?)
}

pub(in super::super) async fn restore_resource(
    tx: &Tx<'_>,
    _: &CommandContext,
    cmd: &RestoreResource,
) -> Decided {
    let mut row = find_resource(tx, cmd.resource).await?.into_active_model();
    row.archived_at = Set(None);
    resource_changed(row.update(tx).await?)
}

async fn find_service(tx: &Tx<'_>, id: ServiceId) -> Result<service::Model, Problem> {
    let row = service::Entity::of(tx.tenant()).filter(service::Column::Id.eq(id)).one(tx).await?;
    row.ok_or_else(Problem::not_found)
}

fn service_changed(row: service::Model) -> Decided {
    let service = Service::from(row);
    let event = settings_changed(&SettingsChanged::Service { service: &service })?;
    Ok(Decision::events(vec![event]).reply(&json!({ "service_id": service.id })))
}

fn minutes(minutes: i32) -> Result<i32, Problem> {
    match (5..=720).contains(&minutes) {
        true => Ok(minutes),
        false => Err(Problem::invalid("minutes", "bad_value")),
    }
}

fn buffer(minutes: i32) -> Result<i32, Problem> {
    match (0..=240).contains(&minutes) {
        true => Ok(minutes),
        false => Err(Problem::invalid("buffer_minutes", "bad_value")),
    }
}

fn price(price: Option<&Money>) -> Result<(Option<i64>, Option<String>), Problem> {
    match price {
        Some(price) => {
            price.check("price")?;
            Ok((Some(price.minor), Some(price.currency.clone())))
        }
        None => Ok((None, None)),
    }
}

pub(in super::super) async fn create_service(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &CreateService,
) -> Decided {
    let mut fields = Fields::default();
    let name = fields.keep(input::name("name", &cmd.name));
    let minutes = fields.keep(minutes(cmd.minutes));
    let buffer = fields.keep(buffer(cmd.buffer_minutes.unwrap_or(0)));
    let price = fields.keep(price(cmd.price.as_ref()));
    fields.done()?;
    let (people, resources) =
        (check_people(tx, &cmd.people).await?, check_resources(tx, &cmd.resources).await?);
    if service::Entity::of(tx.tenant()).count(tx).await? >= RECORDS_MAX {
        return Err(Problem::invalid("name", "too_many"));
    }
    let (minor, currency) = price.unwrap_or_default();
    let row = service::ActiveModel {
        tenant_id: Set(tx.tenant()),
        id: Set(cx.fresh(ServiceId)),
        name: Set(name.unwrap_or_default()),
        minutes: Set(minutes.unwrap_or_default()),
        buffer_minutes: Set(buffer.unwrap_or_default()),
        people: Set(UserList(people)),
        resources: Set(ResourceList(resources)),
        public: Set(cmd.public),
        price_minor: Set(minor),
        currency: Set(currency),
        created_at: Set(cx.at),
        archived_at: Set(None),
    };
    service_changed(row.insert(tx).await?)
}

pub(in super::super) async fn update_service(
    tx: &Tx<'_>,
    _: &CommandContext,
    cmd: &UpdateService,
) -> Decided {
    let mut row = find_service(tx, cmd.service).await?.into_active_model();
    if let Some(name) = &cmd.name {
        row.name = Set(input::name("name", name)?);
    }
    if let Some(length) = cmd.minutes {
        row.minutes = Set(minutes(length)?);
    }
    if let Some(length) = cmd.buffer_minutes {
        row.buffer_minutes = Set(buffer(length)?);
    }
    if let Some(people) = &cmd.people {
        row.people = Set(UserList(check_people(tx, people).await?));
    }
    if let Some(resources) = &cmd.resources {
        row.resources = Set(ResourceList(check_resources(tx, resources).await?));
    }
    if let Some(public) = cmd.public {
        row.public = Set(public);
    }
    if let Some(money) = &cmd.price {
        let (minor, currency) = price(money.as_ref())?;
        (row.price_minor, row.currency) = (Set(minor), Set(currency));
    }
    service_changed(row.update(tx).await?)
}

pub(in super::super) async fn archive_service(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &ArchiveService,
) -> Decided {
    let mut row = find_service(tx, cmd.service).await?.into_active_model();
    row.archived_at = Set(Some(cx.at));
    service_changed(row.update(tx).await?)
}

pub(in super::super) async fn restore_service(
    tx: &Tx<'_>,
    _: &CommandContext,
    cmd: &RestoreService,
) -> Decided {
    let mut row = find_service(tx, cmd.service).await?.into_active_model();
    row.archived_at = Set(None);
    service_changed(row.update(tx).await?)
}
