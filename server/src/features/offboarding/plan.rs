//! To whom the work of somebody goes.

use entities::ids::{TeamId, UserId};
use entities::tenancy::OfTenant;
use entities::user;
use sea_orm::{ColumnTrait, Condition, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::db::Tx;
use crate::kernel::problem::Problem;

/// Most people who share the work of one.
const RECEIVERS_MAX: u64 = 200;

/// By which rule.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub(super) enum Plan {
    /// All to one colleague.
    User { to: UserId },
    /// In turn to the people of a team.
    Team { team: TeamId },
    /// In turn to those of the same role; where there are none, to everybody.
    Spread {},
}

/// Who takes over, in the order of their turns.
///
/// # Errors
/// `invalid` on `plan` for somebody or some team that is not here, or with nobody in it.
pub(super) async fn receivers(
    tx: &Tx<'_>,
    leaver: &user::Model,
    plan: &Plan,
) -> Result<Vec<UserId>, Problem> {
    let found = match plan {
        Plan::User { to } => at_work(tx, leaver, user::Column::Id.eq(*to)).await?,
        Plan::Team { team } => at_work(tx, leaver, user::Column::TeamId.eq(*team)).await?,
        Plan::Spread {} => {
            let alike = user::Column::Role.eq(leaver.role.as_str());
            match at_work(tx, leaver, alike).await? {
                none if none.is_empty() => at_work(tx, leaver, Condition::all()).await?,
                found => found,
            }
        }
    };
    if found.is_empty() {
        return Err(Problem::invalid("plan", "no_receivers"));
    }
    Ok(found)
}

async fn at_work(
    tx: &Tx<'_>,
    leaver: &user::Model,
    which: impl sea_orm::sea_query::IntoCondition,
) -> Result<Vec<UserId>, Problem> {
    Ok(user::Entity::of(tx.tenant())
        .filter(user::Column::Active.eq(true))
        .filter(user::Column::Id.ne(leaver.id))
        .filter(which.into_condition())
        .order_by_asc(user::Column::Id)
        .limit(RECEIVERS_MAX)
        .select_only()
        .column(user::Column::Id)
        .into_tuple()
        .all(tx)
        .await?)
}

/// Whose turn the n-th record is.
pub(super) fn turn(receivers: &[UserId], n: i64) -> Option<UserId> {
    let count = i64::try_from(receivers.len()).ok().filter(|count| *count > 0)?;
    usize::try_from(n.rem_euclid(count)).ok().and_then(|at| receivers.get(at).copied())
}

#[cfg(test)]
mod tests {
    use entities::ids::UserId;
    use uuid::Uuid;

    use super::turn;

    #[test]
    fn turns_go_round_and_nobody_has_two_more_than_another() {
        let people: Vec<UserId> = (1..4).map(|n| UserId(Uuid::from_u128(n))).collect();
        let mut counts = [0; 3];
        for n in 0..100 {
            let who = turn(&people, n).unwrap();
            counts[people.iter().position(|one| *one == who).unwrap()] += 1;
        }
        assert_eq!(counts, [34, 33, 33]);
        assert_eq!(turn(&[], 1), None);
    }
}
