//! Who is behind with what: for managers.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entities::ids::{TeamId, UserId};
use entities::tenancy::OfTenant;
use entities::{reminder, user};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, QueryFilter, QuerySelect, Select};
use serde::{Deserialize, Serialize};

use super::store::OPEN;
use super::views;
use crate::db::Tx;
use crate::features::accounts;
use crate::kernel::clock::wire;
use crate::kernel::principal::{Principal, Visibility};
use crate::kernel::problem::Problem;
use crate::kernel::wall;

/// What a client asks of the report.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
pub(super) struct ReportQuery {
    /// Only the people of this team.
    pub(super) team: Option<TeamId>,
}

/// One person's backlog.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Behind {
    user: UserId,
    overdue: i64,
    #[serde(serialize_with = "wire::optional_time")]
    oldest_due_at: Option<DateTime<Utc>>,
    due_today: i64,
}

/// Everybody with something overdue or due today, who is furthest behind first.
pub(super) async fn overdue(
    tx: &Tx<'_>,
    by: &Principal,
    ask: &ReportQuery,
    now: DateTime<Utc>,
) -> Result<Vec<Behind>, Problem> {
    let (_, end) = wall::days(accounts::zone(tx).await?, now, 1);
    let due = reminder::Column::DueAt;
    let open = || of_team(by, ask.team).filter(reminder::Column::State.eq(OPEN));
    let late: Vec<(UserId, i64, Option<DateTime<Utc>>)> = open()
        .filter(due.lt(now))
        .select_only()
        .column(reminder::Column::Assignee)
        .column_as(reminder::Column::Id.count(), "overdue")
        .column_as(due.min(), "oldest")
        .group_by(reminder::Column::Assignee)
        .into_tuple()
        .all(tx)
        .await?;
    let today: Vec<(UserId, i64)> = open()
        .filter(due.gte(now))
        .filter(due.lt(end))
        .select_only()
        .column(reminder::Column::Assignee)
        .column_as(reminder::Column::Id.count(), "today")
        .group_by(reminder::Column::Assignee)
        .into_tuple()
        .all(tx)
        .await?;
    let mut people: BTreeMap<UserId, Behind> = BTreeMap::new();
    for (id, overdue, oldest_due_at) in late {
        people.insert(id, Behind { user: id, overdue, oldest_due_at, due_today: 0 });
    }
    for (id, due_today) in today {
        let none = Behind { user: id, overdue: 0, oldest_due_at: None, due_today };
        people.entry(id).or_insert(none).due_today = due_today;
    }
    let mut people: Vec<Behind> = people.into_values().collect();
    people.sort_by(|a, b| b.overdue.cmp(&a.overdue).then(a.oldest_due_at.cmp(&b.oldest_due_at)));
    Ok(people)
}

fn of_team(by: &Principal, team: Option<TeamId>) -> Select<reminder::Entity> {
    let mut all = views::visible(by);
    if by.reports.visibility != Visibility::All {
        all = all.filter(reminder::Column::Assignee.is_in(by.reports.circle.iter().copied()));
    }
    let Some(team) = team else { return all };
    let mut members = Query::select();
    members
        .column(user::Column::Id)
        .from(user::Entity)
        .and_where(<user::Entity as OfTenant>::TENANT.eq(by.tenant))
        .and_where(user::Column::TeamId.eq(team));
    all.filter(reminder::Column::Assignee.in_subquery(members))
}
