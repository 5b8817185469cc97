//! # Customers
//!
//! The de-duplicated person or company; here as far as boards need one: a name and owners.

use entities::ids::{CustomerId, UserId};
use entities::lists::{StringList, UserList};
use entities::tenancy::OfTenant;
use entities::{customer, customer_owner};
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter, Set,
};
use serde_json::json;

use crate::db::Tx;
use crate::kernel::command::CommandContext;
use crate::kernel::event::{Audience, NewEvent};
use crate::kernel::fold::fold;
use crate::kernel::input;
use crate::kernel::principal::{Principal, Visibility};
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

/// A customer as a client describes one.
#[derive(Clone, Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCustomer {
    pub name: Option<String>,
    pub owners: Option<Vec<UserId>>,
}

/// Who it turned out to be.
pub struct Resolved {
    pub customer: customer::Model,
    pub created: bool,
    pub matched_by: Option<&'static str>,
    pub events: Vec<NewEvent>,
}

/// Owners as a whole, or by difference.
#[derive(Clone, Debug, Default)]
pub struct AssignOwners {
    pub owners: Option<Vec<UserId>>,
    pub add: Option<Vec<UserId>>,
    pub remove: Option<Vec<UserId>>,
}

/// # Errors
/// `invalid` without a name.
pub async fn resolve(
    tx: &Tx<'_>,
    cx: &CommandContext,
    new: &NewCustomer,
) -> Result<Resolved, Problem> {
    let name = input::name("name", new.name.as_deref().unwrap_or_default())?;
    let owners = new.owners.clone().unwrap_or_default();
    let row = customer::Model {
        tenant_id: tx.tenant(),
        id: cx.fresh(CustomerId),
        name_key: fold(&name),
        name,
        company: None,
        quality: None,
        score_emotional: None,
        score_logical: None,
        owners: UserList(owners.clone()),
        tags: StringList::default(),
        custom: json!({}),
        source: None,
        source_channel: None,
        utm: None,
        first_touch_at: None,
        last_touch_at: None,
        last_contact_at: None,
        version: 1,
        created_at: cx.at,
        updated_at: cx.at,
        archived_at: None,
        merged_into: None,
    };
    let active = row.clone().into_active_model();
    customer::Entity::insert(active.reset_all()).exec_without_returning(tx).await?;
    write_owners(tx, row.id, &owners).await?;
    Ok(Resolved { customer: row, created: true, matched_by: None, events: Vec::new() })
}

async fn write_owners(tx: &Tx<'_>, id: CustomerId, owners: &[UserId]) -> Result<(), Problem> {
    customer_owner::Entity::forget(tx.tenant())
        .filter(customer_owner::Column::CustomerId.eq(id))
        .exec(tx)
        .await?;
    let rows = owners.iter().map(|user| customer_owner::ActiveModel {
        tenant_id: Set(tx.tenant()),
        customer_id: Set(id),
        user_id: Set(*user),
    });
    if !owners.is_empty() {
        customer_owner::Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// Owners before and after, and what is to be said.
///
/// # Errors
/// `not_found`.
pub async fn assign(
    tx: &Tx<'_>,
    cx: &CommandContext,
    id: CustomerId,
    to: &AssignOwners,
) -> Result<(Vec<UserId>, Vec<UserId>, Vec<NewEvent>), Problem> {
    let row = customer::Entity::of(tx.tenant())
        .filter(customer::Column::Id.eq(id))
        .filter(visible(&cx.by))
        .one(tx)
        .await?
        .ok_or_else(Problem::not_found)?;
    let before = row.owners.0;
    let mut after = to.owners.clone().unwrap_or_else(|| before.clone());
    after.extend(to.add.iter().flatten().filter(|user| !before.contains(user)));
    after.retain(|user| !to.remove.iter().flatten().any(|gone| gone == user));
    let version = row.version + 1;
    customer::Entity::change(tx.tenant())
        .filter(customer::Column::Id.eq(id))
        .col_expr(customer::Column::Owners, Expr::value(json!(after)))
        .col_expr(customer::Column::Version, Expr::value(version))
        .exec(tx)
        .await?;
    write_owners(tx, id, &after).await?;
    let d = json!({ "customer": id, "owners": after, "before": before, "version": version });
    let event = NewEvent::new(Topic::customer(id), "customer.assigned", &d)?
        .on_timeline_of(id)
        .heard_by(Audience::owners(&before, &after));
    Ok((before, after, vec![event]))
}

/// Which customers a principal may see.
pub fn visible(by: &Principal) -> Condition {
    use customer_owner::Column;
    if by.visibility == Visibility::All {
        return Condition::all();
    }
    let mine = Query::select()
        .column(Column::CustomerId)
        .from(customer_owner::Entity)
        .and_where(Column::TenantId.eq(by.tenant))
        .and_where(Column::UserId.is_in(by.circle.iter().copied()))
        .to_owned();
    Condition::all().add(customer::Column::Id.in_subquery(mine))
}
