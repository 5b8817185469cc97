//! Departments: several teams under one name. They order people; what somebody sees follows from the
//! team.

use entities::ids::DepartmentId;
use entities::tenancy::OfTenant;
use entities::{department, team};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, QueryFilter};
use serde_json::json;

use crate::db::Tx;
use crate::features::accounts::commands::{CreateDepartment, RemoveDepartment, UpdateDepartment};
use crate::features::accounts::events::{self, DepartmentChanged, DepartmentRemoved, TeamChanged};
use crate::features::accounts::views::{self, Department, Team};
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::fold::fold;
use crate::kernel::input;
use crate::kernel::problem::Problem;

/// Most departments of a tenant.
const DEPARTMENTS_MAX: usize = 200;

pub(in super::super) async fn create(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &CreateDepartment,
) -> Decided {
    let name = free_name(tx, None, &cmd.name).await?;
    let row = department::ActiveModel {
        tenant_id: Set(tx.tenant()),
        id: Set(cx.fresh(DepartmentId)),
        name: Set(name),
        created_at: Set(cx.at),
    };
    let department = Department::from(row.insert(tx).await?);
    let id = department.id;
    let created = events::on_tenant("department.created", &DepartmentChanged { department })?;
    Ok(Decision::events(vec![created]).reply(&json!({ "department_id": id })))
}

pub(in super::super) async fn update(
    tx: &Tx<'_>,
    _: &CommandContext,
    cmd: &UpdateDepartment,
) -> Decided {
    let row = views::find_department(tx, cmd.department).await?.ok_or_else(Problem::not_found)?;
    let name = free_name(tx, Some(row.id), &cmd.name).await?;
    if name == row.name {
        return Ok(Decision::default());
    }
    let mut row: department::ActiveModel = row.into();
    row.name = Set(name);
    let department = Department::from(row.update(tx).await?);
    let updated = events::on_tenant("department.updated", &DepartmentChanged { department })?;
    Ok(Decision::events(vec![updated]))
}

/// Its teams stay, in no department.
pub(in super::super) async fn remove(
    tx: &Tx<'_>,
    _: &CommandContext,
    cmd: &RemoveDepartment,
) -> Decided {
    let row = views::find_department(tx, cmd.department).await?.ok_or_else(Problem::not_found)?;
    let of_it = || team::Column::DepartmentId.eq(row.id);
    let teams = team::Entity::of(tx.tenant()).filter(of_it()).all(tx).await?;
    team::Entity::change(tx.tenant())
        .col_expr(team::Column::DepartmentId, Expr::value(Option::<DepartmentId>::None))
        .filter(of_it())
        .exec(tx)
        .await?;
    department::Entity::forget(tx.tenant())
        .filter(department::Column::Id.eq(row.id))
        .exec(tx)
        .await?;
    let mut out = Vec::with_capacity(teams.len() + 1);
    for team in teams {
        let team = Team::from(team::Model { department_id: None, ..team });
        out.push(events::on_tenant("team.updated", &TeamChanged { team })?);
    }
    out.push(events::on_tenant("department.removed", &DepartmentRemoved { id: row.id })?);
    Ok(Decision::events(out))
}

async fn free_name(tx: &Tx<'_>, own: Option<DepartmentId>, name: &str) -> Result<String, Problem> {
    let name = input::name("name", name)?;
    let folded = fold(&name);
    let all = department::Entity::of(tx.tenant()).all(tx).await?;
    if own.is_none() && all.len() >= DEPARTMENTS_MAX {
        return Err(Problem::invalid("name", "too_many"));
    }
    if all.iter().any(|row| Some(row.id) != own && fold(&row.name) == folded) {
        return Err(Problem::invalid("name", "taken"));
    }
    Ok(name)
}
