//! A rule's turn has come: the job that decides whether it acts, lets it act, and puts it on
//! record. It may run twice: what it does has ids that follow from the run's.

use chrono::{DateTime, Duration, Utc};
use entities::ids::{CustomerId, JobId, RuleId, RunId, TenantId};
use entities::tenancy::OfTenant;
use entities::{event, rule, rule_run};
use futures_util::FutureExt;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::bell::Bell;
use super::commands::FinishRun;
use super::facts::{self, Facts};
use super::parse::{Action, Trigger};
use super::views::{FAILED, RAN, RUNNING, SKIPPED, WAITING};
use super::{actions, guard, views};
use crate::db::{Db, Tx, queue};
use crate::features::agenda;
use crate::kernel::clock::Clock;
use crate::kernel::command::NewJob;
use crate::kernel::principal::{Principal, Who};
use crate::kernel::problem::{Class, Problem};
use crate::kernel::topic::Topic;
use crate::realtime::Hub;
use crate::workers::jobs::{Job, JobError};

const KIND: &str = "rules.run";

/// A rule's turn for one event: what the job carries.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Order {
    pub(super) run: RunId,
    pub(super) rule: RuleId,
    pub(super) topic: String,
    pub(super) seq: i64,
}

impl Order {
    pub(super) fn job(&self, run_at: DateTime<Utc>) -> Option<NewJob> {
        let payload = serde_json::to_string(self).ok()?;
        Some(NewJob { kind: KIND, payload, run_at })
    }
}

/// The id of a run's n-th command: `rule:<run>:<n>`.
pub(super) fn command_id(run: RunId, what: &str) -> String {
    format!("rule:{}:{what}", run.0.simple())
}

/// The run that sent this command.
fn run_of(command: &str) -> Option<RunId> {
    let run = command.strip_prefix("rule:")?.split(':').next()?;
    run.parse().ok()
}

/// The rule, acting.
pub(super) fn author(tenant: TenantId, rule: RuleId) -> Principal {
    Principal { who: Who::Rule { id: rule }, ..Principal::system(tenant) }
}

pub(super) struct RunRule {
    pub(super) db: Db,
    pub(super) clock: Clock,
    pub(super) hub: Hub,
    pub(super) bell: Bell,
}

/// What a run acts on.
#[derive(Clone)]
pub(super) struct Begun {
    pub(super) run: rule_run::Model,
    pub(super) trigger: Trigger,
    pub(super) actions: Vec<Action>,
    /// `d` of the event.
    pub(super) event: Value,
    /// The event is about one of a series behind the first.
    pub(super) follows: bool,
}

#[async_trait::async_trait]
impl Job for RunRule {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, tenant: TenantId, _: JobId, payload: &str) -> Result<(), JobError> {
        let order: Order =
            serde_json::from_str(payload).map_err(|_| JobError::Never("bad_payload"))?;
        let (clock, now) = (self.clock.clone(), self.clock.now());
        let rule = order.rule;
        let begun = self.db.write(tenant, move |tx| {
            let (order, clock) = (order.clone(), clock.clone());
            async move { begin(tx, &clock, now, &order).await }.boxed()
        });
        let begun = begun.await?;
        self.bell.ring(tenant, rule);
        let Some(begun) = begun else { return Ok(()) };
        let results = actions::act(&self.db, &self.hub, &begun).await?;
        let finish = FinishRun {
            run: begun.run.id,
            customer: begun.run.customer_id,
            results,
            follows: begun.follows,
        };
        let by = author(tenant, begun.run.rule_id);
        let topic = Topic::customer(begun.run.customer_id);
        let id = command_id(begun.run.id, "end");
        let ended = self.hub.command(&by, topic, "rule.finish", &finish, Some(id), None).await;
        self.bell.ring(tenant, rule);
        match ended {
            Ok(_) => Ok(()),
            // ended before, with the answers it had then
            Err(Problem { code: "idempotency_conflict", .. }) => Ok(()),
            Err(problem) => Err(problem.into()),
        }
    }
}

/// Decides whether the rule acts, and says so in its row. None when there is nothing to do (any
/// more, or yet).
async fn begin(
    tx: &Tx<'_>,
    clock: &Clock,
    now: DateTime<Utc>,
    order: &Order,
) -> Result<Option<Begun>, Problem> {
    let known = views::find_run(tx, order.run).await?;
    if known.as_ref().is_some_and(|run| [RAN, SKIPPED, FAILED].contains(&run.state.as_str())) {
        return Ok(None);
    }
    let rule =
        rule::Entity::of(tx.tenant()).filter(rule::Column::Id.eq(order.rule)).one(tx).await?;
    let cause = event::Entity::of(tx.tenant())
        .filter(event::Column::Topic.eq(order.topic.as_str()))
        .filter(event::Column::Seq.eq(order.seq))
        .one(tx)
        .await?;
    // no rule, no event, no customer: nothing that could be put on record
    let (Some(rule), Some(cause)) = (rule, cause) else { return Ok(None) };
    let follows = cause.customer_id.is_none();
    let Some(customer) = cause.customer_id.or_else(|| topic_of(&cause)) else { return Ok(None) };
    // where the watch could not say so: none of this is done for each appointment of a series
    if follows && !views::parts(&rule).2.iter().any(Action::is_of_each) {
        return Ok(None);
    }
    let is_new = known.is_none();
    let mut run = known.unwrap_or_else(|| rule_run::Model {
        tenant_id: tx.tenant(),
        id: order.run,
        rule_id: rule.id,
        customer_id: customer,
        topic: order.topic.clone(),
        seq: order.seq,
        op: cause.op.clone(),
        state: WAITING.to_owned(),
        reason: None,
        results: json!([]),
        chain: json!([]),
        begun_at: now,
        waits_until: None,
        finished_at: None,
    });
    let event: Value = serde_json::from_str(&cause.payload).unwrap_or_default();
    let begun = if run.state == RUNNING {
        // it was cut off while it acted: it goes on
        let (trigger, _, actions) = views::parts(&rule);
        return Ok(Some(Begun { run, trigger, actions, event, follows }));
    } else {
        consider(tx, now, &rule, &cause, &event, &mut run).await?
    };
    if run.state == WAITING
        && let Some(job) = run.waits_until.and_then(|at| order.job(at))
    {
        queue::write(tx, tx.tenant(), clock, &job).await?;
    }
    if is_new {
        rule_run::Entity::insert(run.clone().into_active_model())
            .exec_without_returning(tx)
            .await?;
    } else {
        rule_run::Entity::change(tx.tenant())
            .col_expr(rule_run::Column::State, Expr::value(run.state.as_str()))
            .col_expr(rule_run::Column::Reason, Expr::value(run.reason.clone()))
            .col_expr(rule_run::Column::CustomerId, Expr::value(run.customer_id))
            .col_expr(rule_run::Column::Chain, Expr::value(run.chain.clone()))
            .col_expr(rule_run::Column::BegunAt, Expr::value(run.begun_at))
            .col_expr(rule_run::Column::WaitsUntil, Expr::value(run.waits_until))
            .col_expr(rule_run::Column::FinishedAt, Expr::value(run.finished_at))
            .filter(rule_run::Column::Id.eq(run.id))
            .exec(tx)
            .await?;
    }
    Ok(begun.map(|(trigger, actions)| Begun { run, trigger, actions, event, follows }))
}

/// The customer on whose topic an event stands that has no line on the timeline.
fn topic_of(cause: &event::Model) -> Option<CustomerId> {
    let topic = Topic::new(&cause.topic);
    topic.id().map(CustomerId).filter(|_| topic.kind() == "customer")
}

/// Sets the run's state: skipped for a reason, put off to the next opening, or running.
async fn consider(
    tx: &Tx<'_>,
    now: DateTime<Utc>,
    rule: &rule::Model,
    cause: &event::Model,
    event: &Value,
    run: &mut rule_run::Model,
) -> Result<Option<(Trigger, Vec<Action>)>, Problem> {
    let (trigger, conditions, actions) = views::parts(rule);
    let skipped = |run: &mut rule_run::Model, why: &str| {
        SKIPPED.clone_into(&mut run.state);
        run.reason = Some(why.to_owned());
        run.waits_until = None;
        run.finished_at = Some(now);
        Ok(None)
    };
    if rule.removed_at.is_some() {
        return skipped(run, "removed");
    }
    if !rule.enabled {
        return skipped(run, "disabled");
    }
    match guard::follow(&causes(tx, cause, event).await?, rule.id) {
        Ok(chain) => run.chain = json!(chain),
        Err(why) => return skipped(run, why),
    }
    if rule.hours == "business" {
        match agenda::next_opening(tx, now).await? {
            Some(open) if open > now => {
                run.waits_until = Some(open);
                return Ok(None);
            }
            // who never opens would wait for ever
            _ => run.waits_until = None,
        }
    }
    let facts = Facts::load(tx, &trigger, run.customer_id, event.clone(), now).await?;
    let Some(facts) = facts else { return skipped(run, "customer_gone") };
    run.customer_id = facts.customer.id;
    if facts.unmet(&conditions).is_some() {
        return skipped(run, "conditions");
    }
    if too_often(tx, rule.id, run, cause, now).await? {
        return skipped(run, "too_often");
    }
    RUNNING.clone_into(&mut run.state);
    // what it makes counts its minutes from here, also when it begins again
    run.begun_at = now;
    Ok(Some((trigger, actions)))
}

/// The rules that led to this event, first cause first: those of the run that sent its command, or
/// the one that made the record that the event is about (a reminder rings by itself).
async fn causes(tx: &Tx<'_>, cause: &event::Model, event: &Value) -> Result<Vec<RuleId>, Problem> {
    if cause.by.starts_with("rule:")
        && let Some(parent) = cause.cmd.as_deref().and_then(run_of)
        && let Some(parent) = views::find_run(tx, parent).await?
    {
        return Ok(views::chain(&parent.chain));
    }
    let makers = [
        &event["reminder"]["created_by"],
        &event["activity"]["opened_by"],
        &event["appointment"]["created_by"],
    ];
    let maker = std::iter::once(cause.by.as_str())
        .chain(makers.into_iter().filter_map(Value::as_str))
        .find_map(|by| by.strip_prefix("rule:")?.parse::<RuleId>().ok());
    Ok(maker.into_iter().collect())
}

async fn too_often(
    tx: &Tx<'_>,
    rule: RuleId,
    run: &rule_run::Model,
    cause: &event::Model,
    now: DateTime<Utc>,
) -> Result<bool, Problem> {
    let acted = rule_run::Entity::of(tx.tenant())
        .filter(rule_run::Column::CustomerId.eq(run.customer_id))
        .filter(rule_run::Column::RuleId.eq(rule))
        .filter(rule_run::Column::BegunAt.gt(now - Duration::days(1)))
        .filter(rule_run::Column::State.is_in([RUNNING, RAN, FAILED]));
    if cause.customer_id.is_none() {
        return Ok(acted.count(tx).await? >= guard::FOLLOWING_A_DAY_MAX);
    }
    let first = |column| Expr::col((event::Entity, column));
    let of_run = |column| Expr::col((rule_run::Entity, column));
    // whatever else a series set off does not use up the day
    let lines = Query::select()
        .expr(Expr::val(1))
        .from(event::Entity)
        .and_where(
            first(event::Column::TenantId).equals((rule_run::Entity, rule_run::Column::TenantId)),
        )
        .and_where(first(event::Column::Topic).eq(of_run(rule_run::Column::Topic)))
        .and_where(first(event::Column::Seq).eq(of_run(rule_run::Column::Seq)))
        .and_where(first(event::Column::CustomerId).is_not_null())
        .take();
    Ok(acted.filter(Expr::exists(lines)).count(tx).await? >= guard::A_DAY_MAX)
}

/// A refusal that passes by itself.
pub(super) fn passes(problem: &Problem) -> bool {
    matches!(problem.class, Class::Busy | Class::Rate | Class::Internal)
        || (problem.class == Class::Conflict && problem.code == Class::Conflict.name())
}

/// Whoever the customer of a run is now, with the run's own event.
pub(super) async fn facts_of(tx: &Tx<'_>, begun: &Begun) -> Result<Option<Facts>, Problem> {
    let run = &begun.run;
    facts::Facts::load(tx, &begun.trigger, run.customer_id, begun.event.clone(), run.begun_at).await
}

#[cfg(test)]
mod tests {
    use entities::ids::RunId;
    use uuid::Uuid;

    use super::{command_id, run_of};

    #[test]
    fn a_commands_id_names_its_run_and_fits() {
        let run = RunId(Uuid::from_u128(7));
        let id = command_id(run, "end");
        assert!(id.len() <= 64);
        assert_eq!(run_of(&id), Some(run));
        assert_eq!(run_of("rule:x:1"), None);
        assert_eq!(run_of("anything"), None);
    }
}
