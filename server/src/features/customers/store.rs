//! Writing customer rows and their indexes. Every change goes through here, so that owners, tags
//! and search tokens never disagree with the row.

use entities::ids::{CustomerId, IdentityId, UserId};
use entities::lists::{StringList, UserList};
use entities::tenancy::OfTenant;
use entities::{customer, customer_owner, customer_tag, identity};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, Set,
};

use super::identity::Ident;
use super::tokens;
use crate::db::Tx;
use crate::kernel::command::CommandContext;
use crate::kernel::fold::fold;
use crate::kernel::problem::{Fault, Problem};

/// Somebody else was faster; the committer decides again.
pub(super) fn race() -> Problem {
    Problem { fault: Some(Fault::Race), ..Problem::busy() }
}

/// A row for somebody new; nothing is written yet.
pub(super) fn fresh(cx: &CommandContext, id: CustomerId, name: String) -> customer::Model {
    customer::Model {
        tenant_id: cx.by.tenant,
        id,
        name_key: fold(&name),
        name,
        company: None,
        quality: None,
        score_emotional: None,
        score_logical: None,
        owners: UserList::default(),
        tags: StringList::default(),
        custom: serde_json::json!({}),
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
    }
}

/// Inserts new rows with their owners and tags, a few statements for all of them.
pub(super) async fn insert(tx: &Tx<'_>, rows: &[customer::Model]) -> Result<(), Problem> {
    for part in rows.chunks(500) {
        let models = part.iter().map(|row| row.clone().into_active_model().reset_all());
        customer::Entity::insert_many(models).exec_without_returning(tx).await?;
    }
    let owners: Vec<_> =
        rows.iter().flat_map(|row| row.owners.0.iter().map(|owner| (row.id, *owner))).collect();
    let tags: Vec<_> =
        rows.iter().flat_map(|row| row.tags.0.iter().map(|tag| (row.id, tag.clone()))).collect();
    add_owners(tx, owners).await?;
    add_tags(tx, tags).await
}

/// Writes a changed row over the one that was read: version and time move on, the indexes follow.
/// Returns the row as it stands now.
///
/// # Errors
/// A race when the row has changed since it was read.
pub(super) async fn save(
    tx: &Tx<'_>,
    cx: &CommandContext,
    before: &customer::Model,
    mut row: customer::Model,
) -> Result<customer::Model, Problem> {
    row.name_key = fold(&row.name);
    row.source_channel = channel_of(row.source.as_ref());
    row.version = before.version + 1;
    row.updated_at = cx.at;
    let mut active = row.clone().into_active_model().reset_all();
    active.not_set(customer::Column::TenantId);
    active.not_set(customer::Column::Id);
    let done = customer::Entity::change(tx.tenant())
        .set(active)
        .filter(customer::Column::Id.eq(row.id))
        .filter(customer::Column::Version.eq(before.version))
        .exec(tx)
        .await?;
    if done.rows_affected != 1 {
        return Err(race());
    }
    if before.owners != row.owners {
        customer_owner::Entity::forget(tx.tenant())
            .filter(customer_owner::Column::CustomerId.eq(row.id))
            .exec(tx)
            .await?;
        add_owners(tx, row.owners.0.iter().map(|owner| (row.id, *owner)).collect()).await?;
    }
    if before.tags != row.tags {
        customer_tag::Entity::forget(tx.tenant())
            .filter(customer_tag::Column::CustomerId.eq(row.id))
            .exec(tx)
            .await?;
        add_tags(tx, row.tags.0.iter().map(|tag| (row.id, tag.clone())).collect()).await?;
    }
    Ok(row)
}

/// Writes many changed rows, each over the one that was read and is held by this transaction:
/// only owners, tags and the archive may differ. A few statements, however many rows. Returns the
/// rows as they stand now.
///
/// # Errors
/// A race when one of them has changed since it was read.
pub(super) async fn save_many(
    tx: &Tx<'_>,
    cx: &CommandContext,
    pairs: &[(customer::Model, customer::Model)],
) -> Result<Vec<customer::Model>, Problem> {
    type Becomes = (UserList, StringList, Option<chrono::DateTime<chrono::Utc>>);
    let mut becomes: Vec<(Becomes, Vec<CustomerId>)> = Vec::new();
    for (_, row) in pairs {
        let to = (row.owners.clone(), row.tags.clone(), row.archived_at);
        match becomes.iter_mut().find(|(known, _)| *known == to) {
            Some((_, ids)) => ids.push(row.id),
            None => becomes.push((to, vec![row.id])),
        }
    }
    for ((owners, tags, archived_at), ids) in becomes {
        let count = ids.len() as u64;
        let done = customer::Entity::change(tx.tenant())
            .filter(customer::Column::Id.is_in(ids))
            .col_expr(customer::Column::Owners, Expr::value(owners))
            .col_expr(customer::Column::Tags, Expr::value(tags))
            .col_expr(customer::Column::ArchivedAt, Expr::value(archived_at))
            .col_expr(customer::Column::Version, Expr::col(customer::Column::Version).add(1))
            .col_expr(customer::Column::UpdatedAt, Expr::value(cx.at))
            .exec(tx)
            .await?;
        if done.rows_affected != count {
            return Err(race());
        }
    }
    let owned: Vec<_> =
        pairs.iter().filter(|(a, b)| a.owners != b.owners).map(|(_, b)| b).collect();
    if !owned.is_empty() {
        customer_owner::Entity::forget(tx.tenant())
            .filter(customer_owner::Column::CustomerId.is_in(owned.iter().map(|row| row.id)))
            .exec(tx)
            .await?;
        let new = owned.iter().flat_map(|row| row.owners.0.iter().map(|owner| (row.id, *owner)));
        add_owners(tx, new.collect()).await?;
    }
    let tagged: Vec<_> = pairs.iter().filter(|(a, b)| a.tags != b.tags).map(|(_, b)| b).collect();
    if !tagged.is_empty() {
        customer_tag::Entity::forget(tx.tenant())
            .filter(customer_tag::Column::CustomerId.is_in(tagged.iter().map(|row| row.id)))
            .exec(tx)
            .await?;
        let new = tagged.iter().flat_map(|row| row.tags.0.iter().map(|tag| (row.id, tag.clone())));
        add_tags(tx, new.collect()).await?;
    }
    let saved = pairs.iter().map(|(before, row)| customer::Model {
        version: before.version + 1,
        updated_at: cx.at,
        ..row.clone()
    });
    Ok(saved.collect())
}

/// `source.channel`, for filters.
pub(super) fn channel_of(source: Option<&serde_json::Value>) -> Option<String> {
    source
        .and_then(|source| source["channel"].as_str())
        .filter(|c| !c.is_empty())
        .map(str::to_owned)
}

async fn add_owners(tx: &Tx<'_>, rows: Vec<(CustomerId, UserId)>) -> Result<(), Problem> {
    for part in rows.chunks(2_000) {
        let models = part.iter().map(|(customer, user)| customer_owner::ActiveModel {
            tenant_id: Set(tx.tenant()),
            customer_id: Set(*customer),
            user_id: Set(*user),
        });
        customer_owner::Entity::insert_many(models).exec_without_returning(tx).await?;
    }
    Ok(())
}

async fn add_tags(tx: &Tx<'_>, rows: Vec<(CustomerId, String)>) -> Result<(), Problem> {
    for part in rows.chunks(2_000) {
        let models = part.iter().map(|(customer, tag)| customer_tag::ActiveModel {
            tenant_id: Set(tx.tenant()),
            customer_id: Set(*customer),
            tag: Set(tag.clone()),
        });
        customer_tag::Entity::insert_many(models).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// New identity rows of a customer, positions from `from` on; nothing is written yet.
pub(super) fn identity_rows(
    cx: &CommandContext,
    customer: CustomerId,
    idents: &[Ident],
    from: usize,
) -> Vec<identity::Model> {
    let place = |at: usize| i32::try_from(from + at).unwrap_or(i32::MAX);
    idents
        .iter()
        .enumerate()
        .map(|(at, ident)| identity::Model {
            tenant_id: cx.by.tenant,
            id: cx.fresh(IdentityId),
            customer_id: customer,
            kind: ident.kind.to_owned(),
            value: ident.value.clone(),
            display: ident.display.clone(),
            position: place(at),
            created_at: cx.at,
        })
        .collect()
}

/// Inserts identities. One that somebody else has meanwhile is a race, so that the matcher gets
/// another look.
pub(super) async fn insert_identities(
    tx: &Tx<'_>,
    rows: Vec<identity::Model>,
) -> Result<(), Problem> {
    for part in rows.chunks(1_000) {
        let models = part.iter().map(|row| row.clone().into_active_model().reset_all());
        identity::Entity::insert_many(models).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// Makes the search agree with the row and its identities.
pub(super) async fn reindex(
    tx: &Tx<'_>,
    row: &customer::Model,
    identities: &[identity::Model],
) -> Result<(), Problem> {
    tokens::write(tx, row.id, tokens_of(row, identities)).await
}

/// The search tokens of a row with these identities.
pub(super) fn tokens_of(
    row: &customer::Model,
    identities: &[identity::Model],
) -> std::collections::BTreeSet<String> {
    let idents = identities.iter().map(|i| (i.kind.as_str(), i.value.as_str()));
    tokens::of(&row.name, row.company.as_deref(), idents)
}
