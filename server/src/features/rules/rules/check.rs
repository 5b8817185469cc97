//! Whether the records that a rule names are there.

use entities::ids::{StageId, UserId};
use entities::tenancy::OfTenant;
use entities::{board, stage, team, user, webhook};
use sea_orm::{ColumnTrait, QueryFilter};

use crate::db::Tx;
use crate::features::rules::parse::{self, Action, Parts, Pick, Pool};
use crate::kernel::fold::fold;
use crate::kernel::input::Fields;
use crate::kernel::problem::Problem;

/// # Errors
/// `unknown_value`, on every field that names what is not there.
pub(super) async fn check(tx: &Tx<'_>, parts: &Parts) -> Result<(), Problem> {
    parts.check()?;
    let mut fields = Fields::default();
    if let Some(id) = parts.trigger.board {
        let found = board::Entity::of(tx.tenant()).filter(board::Column::Id.eq(id));
        if found.one(tx).await?.is_none() {
            fields.add("trigger.board", "unknown_value");
        }
    }
    if let Some(id) = parts.trigger.stage {
        stage_is_there(tx, id, "trigger.stage", &mut fields).await?;
    }
    for (n, action) in parts.actions.iter().enumerate() {
        check_action(tx, &format!("actions.{n}"), action, &mut fields).await?;
    }
    fields.done()
}

async fn check_action(
    tx: &Tx<'_>,
    at: &str,
    action: &Action,
    fields: &mut Fields,
) -> Result<(), Problem> {
    match action {
        Action::MoveCard { stage } => {
            stage_is_there(tx, *stage, &format!("{at}.stage"), fields).await
        }
        Action::Assign { to, .. } => match Pick::parse(to) {
            Some(Pick::User(id)) => works_here(tx, id, &format!("{at}.to"), fields).await,
            Some(Pick::Turns(Pool::Team(id)) | Pick::Load(Pool::Team(id))) => {
                let found = team::Entity::of(tx.tenant()).filter(team::Column::Id.eq(id));
                if found.one(tx).await?.is_none() {
                    fields.add(&format!("{at}.to"), "unknown_value");
                }
                Ok(())
            }
            _ => Ok(()),
        },
        Action::Remind { who, .. } | Action::Activity { who, .. } | Action::Notify { who, .. } => {
            match parse::user(who) {
                Some(id) => works_here(tx, id, &format!("{at}.who"), fields).await,
                None => Ok(()),
            }
        }
        Action::Mail { to, .. } => match parse::user(to) {
            Some(id) => works_here(tx, id, &format!("{at}.to"), fields).await,
            None if to.contains('@') => {
                let found = user::Entity::of(tx.tenant())
                    .filter(user::Column::EmailKey.eq(fold(to)))
                    .filter(user::Column::Active.eq(true));
                if found.one(tx).await?.is_none() {
                    fields.add(&format!("{at}.to"), "unknown_value");
                }
                Ok(())
            }
            None => Ok(()),
        },
        Action::Webhook { webhook } => {
            let found = webhook::Entity::of(tx.tenant())
                .filter(webhook::Column::Id.eq(*webhook))
                .filter(webhook::Column::RemovedAt.is_null());
            if found.one(tx).await?.is_none() {
                fields.add(&format!("{at}.webhook"), "unknown_value");
            }
            Ok(())
        }
        Action::Tag { .. } => Ok(()),
    }
}

async fn stage_is_there(
    tx: &Tx<'_>,
    id: StageId,
    field: &str,
    fields: &mut Fields,
) -> Result<(), Problem> {
    let found = stage::Entity::of(tx.tenant())
        .filter(stage::Column::Id.eq(id))
        .filter(stage::Column::ArchivedAt.is_null());
    if found.one(tx).await?.is_none() {
        fields.add(field, "unknown_value");
    }
    Ok(())
}

async fn works_here(
    tx: &Tx<'_>,
    id: UserId,
    field: &str,
    fields: &mut Fields,
) -> Result<(), Problem> {
    let found = user::Entity::of(tx.tenant())
        .filter(user::Column::Id.eq(id))
        .filter(user::Column::Active.eq(true));
    if found.one(tx).await?.is_none() {
        fields.add(field, "unknown_value");
    }
    Ok(())
}
