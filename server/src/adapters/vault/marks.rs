//! Which master key a database is used with: its mark stands in the directory, where it is read before
//! any tenant is known.

use anyhow::bail;
use entities::directory;
use entities::ids::{TenantId, UserId};
use futures_util::FutureExt;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::db::{Db, Tx};
use crate::kernel::problem::Problem;

/// The directory's kind of a mark.
const MARK: &str = "master";

/// The one mark in the database; ours where there was none.
///
/// # Errors
/// When there are several: two servers with different keys have started at once. Ours is taken back
/// then, if it was this start that left it.
pub(super) async fn agreed(db: &Db, own: &str) -> anyhow::Result<String> {
    let left = leave(db, own).await?;
    let all = all(db).await?;
    match all.as_slice() {
        [one] => return Ok(one.clone()),
        _ if left => forget(db, own).await?,
        _ => {}
    }
    bail!(
        "this database has {} marks of master keys: servers with different keys.master have started \
         on it at once; give all of them the same one and start again",
        all.len()
    )
}

/// Leaves our mark where there is none. Whether this was the first.
async fn leave(db: &Db, own: &str) -> Result<bool, Problem> {
    let row = directory::ActiveModel {
        kind: Set(MARK.to_owned()),
        key: Set(own.to_owned()),
        tenant_id: Set(TenantId::NIL),
        user_id: Set(UserId::NIL),
    };
    if !all(db).await?.is_empty() {
        return Ok(false);
    }
    let same = [
        directory::Column::Kind,
        directory::Column::Key,
        directory::Column::TenantId,
        directory::Column::UserId,
    ];
    db.lobby(move |lobby| {
        async move {
            let written = directory::Entity::insert(row)
                .on_conflict(OnConflict::columns(same).do_nothing().to_owned())
                .exec_without_returning(lobby)
                .await?;
            Ok(written > 0)
        }
        .boxed()
    })
    .await
}

async fn all(db: &Db) -> Result<Vec<String>, Problem> {
    db.lobby(|lobby| {
        async move {
            let all = directory::Entity::find().filter(directory::Column::Kind.eq(MARK));
            Ok(all.all(lobby).await?.into_iter().map(|row| row.key).collect())
        }
        .boxed()
    })
    .await
}

async fn forget(db: &Db, mark: &str) -> Result<(), Problem> {
    let mark = mark.to_owned();
    db.lobby(move |lobby| {
        async move {
            directory::Entity::delete_many()
                .filter(directory::Column::Kind.eq(MARK))
                .filter(directory::Column::Key.eq(mark))
                .exec(lobby)
                .await?;
            Ok(())
        }
        .boxed()
    })
    .await
}

/// Another mark in the place of the old one. Waits for those who are just making a key under it.
pub(super) async fn replace(db: &Db, old: &str, new: &str) -> Result<(), Problem> {
    let (old, new) = (old.to_owned(), new.to_owned());
    db.lobby(move |lobby| {
        async move {
            directory::Entity::update_many()
                .col_expr(directory::Column::Key, Expr::value(new))
                .filter(directory::Column::Kind.eq(MARK))
                .filter(directory::Column::Key.eq(old))
                .exec(lobby)
                .await?;
            Ok(())
        }
        .boxed()
    })
    .await
}

/// Whether this mark is the database's, until the transaction ends.
pub(super) async fn holds(tx: &Tx<'_>, mark: &str) -> Result<bool, Problem> {
    let found = directory::Entity::find()
        .filter(directory::Column::Kind.eq(MARK))
        .filter(directory::Column::Key.eq(mark))
        .lock_shared()
        .one(tx)
        .await?;
    Ok(found.is_some())
}

/// All tenants there are.
pub(super) async fn tenants(db: &Db) -> Result<Vec<TenantId>, Problem> {
    db.glance(|lobby| {
        async move {
            Ok(directory::Entity::find()
                .filter(directory::Column::Kind.eq("slug"))
                .select_only()
                .column(directory::Column::TenantId)
                .into_tuple()
                .all(lobby)
                .await?)
        }
        .boxed()
    })
    .await
}
