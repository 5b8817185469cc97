//! Whose turn it is. Runs on the tenant's topic, where turns stand in line: two leads that come at
//! the same instant fall on two people, on however many nodes they arrive.

use entities::ids::{CustomerId, UserId};
use entities::tenancy::OfTenant;
use entities::{card, customer_owner, role, rule_turn, stage, user};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ColumnTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationDef,
};

use crate::db::Tx;
use crate::features::notifications::{self, Handover};
use crate::features::rules::commands::AssignByRule;
use crate::features::rules::events::Fallen;
use crate::features::rules::parse::{Pick, Pool};
use crate::features::{boards, customers};
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::principal::{Permission, Permissions};
use crate::kernel::problem::Problem;

/// People of one pool; more do not take turns.
const POOL_MAX: u64 = 1_000;

pub(in super::super) async fn assign(
    tx: &Tx<'_>,
    cx: &CommandContext,
    cmd: &AssignByRule,
) -> Decided {
    let pick = Pick::parse(&cmd.to).ok_or_else(|| Problem::invalid("to", "bad_value"))?;
    let pool = match pick {
        Pick::User(_) => Pool::All,
        Pick::Turns(pool) | Pick::Load(pool) => pool,
    };
    let people = match pick {
        Pick::User(id) => {
            candidates(tx, pool).await?.into_iter().filter(|one| *one == id).collect()
        }
        _ => candidates(tx, pool).await?,
    };
    if people.is_empty() {
        return Err(Problem::conflict("no_candidate"));
    }
    if !cmd.replace
        && let Some(owner) =
            owners(tx, cmd.customer).await?.into_iter().find(|o| people.contains(o))
    {
        return Ok(Decision::default().reply(&Fallen { user: owner, kept: true }));
    }
    let user = match pick {
        Pick::User(id) => id,
        Pick::Turns(pool) => take_turn(tx, pool, &people).await?,
        Pick::Load(_) => least_loaded(tx, &people).await?,
    };
    let owners = match cmd.replace {
        true => customers::AssignOwners { owners: Some(vec![user]), ..Default::default() },
        false => customers::AssignOwners { add: Some(vec![user]), ..Default::default() },
    };
    let (before, after, mut said) = customers::assign(tx, cx, cmd.customer, &owners).await?;
    if before != after {
        said.extend(boards::customer_changed(tx, cx, cmd.customer, Some(&before)).await?);
    }
    let handover = Handover { customer: cmd.customer, before, after };
    let (told, jobs) = notifications::assigned(tx, cx, &[handover]).await?;
    said.extend(told);
    let decision = Decision { events: said, jobs, ..Decision::default() };
    Ok(decision.reply(&Fallen { user, kept: false }))
}

/// Active people whose role shows customers: as owners they will see this one. In the order they
/// came.
async fn candidates(tx: &Tx<'_>, pool: Pool) -> Result<Vec<UserId>, Problem> {
    let roles = role::Entity::of(tx.tenant()).all(tx).await?;
    let seeing = roles
        .into_iter()
        .filter(|role| Permissions::parse(&role.permissions.0).has(Permission::ViewCustomers))
        .map(|role| role.key);
    let mut people = user::Entity::of(tx.tenant())
        .filter(user::Column::Active.eq(true))
        .filter(user::Column::Role.is_in(seeing));
    if let Pool::Team(team) = pool {
        people = people.filter(user::Column::TeamId.eq(team));
    }
    Ok(people
        .order_by_asc(user::Column::Id)
        .limit(POOL_MAX)
        .select_only()
        .column(user::Column::Id)
        .into_tuple()
        .all(tx)
        .await?)
}

async fn owners(tx: &Tx<'_>, customer: CustomerId) -> Result<Vec<UserId>, Problem> {
    Ok(customer_owner::Entity::of(tx.tenant())
        .filter(customer_owner::Column::CustomerId.eq(customer))
        .select_only()
        .column(customer_owner::Column::UserId)
        .into_tuple()
        .all(tx)
        .await?)
}

/// The next after whoever had the last turn; from the first again after the last.
async fn take_turn(tx: &Tx<'_>, pool: Pool, people: &[UserId]) -> Result<UserId, Problem> {
    let key = pool.key();
    let known = rule_turn::Entity::of(tx.tenant())
        .filter(rule_turn::Column::Pool.eq(key.as_str()))
        .one(tx)
        .await?;
    let last = known.as_ref().map(|turn| turn.last);
    let next = next_after(last, people).ok_or_else(|| Problem::conflict("no_candidate"))?;
    let row = rule_turn::ActiveModel {
        tenant_id: Set(tx.tenant()),
        pool: Set(key),
        last: Set(next),
        given: Set(known.map_or(0, |turn| turn.given) + 1),
    };
    rule_turn::Entity::insert(row)
        .on_conflict(
            OnConflict::columns([rule_turn::Column::TenantId, rule_turn::Column::Pool])
                .update_columns([rule_turn::Column::Last, rule_turn::Column::Given])
                .to_owned(),
        )
        .exec_without_returning(tx)
        .await?;
    Ok(next)
}

/// `people` in their order, sorted.
fn next_after(last: Option<UserId>, people: &[UserId]) -> Option<UserId> {
    let next = last.and_then(|last| people.iter().find(|id| **id > last));
    next.or_else(|| people.first()).copied()
}

/// Who owns the fewest live cards in open stages; of those, who came first.
async fn least_loaded(tx: &Tx<'_>, people: &[UserId]) -> Result<UserId, Problem> {
    let loads: Vec<(UserId, i64)> = customer_owner::Entity::of(tx.tenant())
        .filter(customer_owner::Column::UserId.is_in(people.iter().copied()))
        .join(JoinType::InnerJoin, cards_of_owner())
        .join(JoinType::InnerJoin, stage_of_card())
        .filter(card::Column::ArchivedAt.is_null())
        .filter(stage::Column::Kind.eq("open"))
        .select_only()
        .column(customer_owner::Column::UserId)
        .column_as(card::Column::Id.count(), "cards")
        .group_by(customer_owner::Column::UserId)
        .into_tuple()
        .all(tx)
        .await?;
    let load = |id: &UserId| loads.iter().find(|(user, _)| user == id).map_or(0, |(_, n)| *n);
    // the first of those with the least: `min_by_key` keeps the earliest
    people.iter().copied().min_by_key(load).ok_or_else(|| Problem::conflict("no_candidate"))
}

fn cards_of_owner() -> RelationDef {
    customer_owner::Entity::belongs_to(card::Entity)
        .from((customer_owner::Column::TenantId, customer_owner::Column::CustomerId))
        .to((card::Column::TenantId, card::Column::CustomerId))
        .into()
}

fn stage_of_card() -> RelationDef {
    card::Entity::belongs_to(stage::Entity)
        .from((card::Column::TenantId, card::Column::StageId))
        .to((stage::Column::TenantId, stage::Column::Id))
        .into()
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use entities::ids::UserId;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::next_after;

    fn people(all: &[u128]) -> Vec<UserId> {
        all.iter().map(|n| UserId(Uuid::from_u128(*n))).collect()
    }

    #[test]
    fn turns_go_round_also_when_somebody_leaves() {
        let all = people(&[1, 2, 3]);
        assert_eq!(next_after(None, &all), Some(all[0]));
        assert_eq!(next_after(Some(all[2]), &all), Some(all[0]));
        assert_eq!(next_after(Some(all[1]), &people(&[1, 3])), Some(all[2]));
        assert_eq!(next_after(Some(all[0]), &[]), None);
    }

    proptest! {
        #[test]
        fn nobody_is_more_than_one_turn_ahead(count in 1_u128..12, turns in 0_usize..200) {
            let all = people(&(1..=count).collect::<Vec<_>>());
            let (mut last, mut given) = (None, HashMap::<UserId, i32>::new());
            for _ in 0..turns {
                last = next_after(last, &all);
                *given.entry(last.unwrap()).or_default() += 1;
            }
            let each: Vec<i32> = all.iter().map(|id| given.get(id).copied().unwrap_or(0)).collect();
            let (most, least) = (each.iter().max().unwrap(), each.iter().min().unwrap());
            prop_assert!(most - least <= 1);
        }
    }
}
