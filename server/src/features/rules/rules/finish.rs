//! The end of a run: it goes on record and on the customer's timeline, and what leaves the house
//! or rings somebody's bell is ordered in the same transaction, so that it happens once.

use entities::rule_run;
use entities::tenancy::OfTenant;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, QueryFilter};
use serde_json::json;

use crate::db::Tx;
use crate::features::notifications::{self, Kind, Notice};
use crate::features::rules::commands::FinishRun;
use crate::features::rules::events::RuleActed;
use crate::features::rules::parse::Action;
use crate::features::rules::{facts, letters, views};
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::event::{Audience, NewEvent};
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

pub(in super::super) async fn finish(tx: &Tx<'_>, cx: &CommandContext, cmd: &FinishRun) -> Decided {
    let run = views::find_run(tx, cmd.run).await?.ok_or_else(Problem::not_found)?;
    if run.state != views::RUNNING {
        return Ok(Decision::default());
    }
    // a rule that was removed meanwhile has still done what it did
    let rule = entities::rule::Entity::of(tx.tenant())
        .filter(entities::rule::Column::Id.eq(run.rule_id))
        .one(tx)
        .await?
        .ok_or_else(Problem::not_found)?;
    let failed = cmd.results.iter().find(|done| !done.ok).map(|done| done.code.clone());
    let state = if failed.is_some() { views::FAILED } else { views::RAN };
    rule_run::Entity::change(tx.tenant())
        .col_expr(rule_run::Column::State, Expr::value(state))
        .col_expr(rule_run::Column::Reason, Expr::value(failed.clone().flatten()))
        .col_expr(rule_run::Column::Results, Expr::value(json!(cmd.results)))
        .col_expr(rule_run::Column::FinishedAt, Expr::value(cx.at))
        .filter(rule_run::Column::Id.eq(run.id))
        .exec(tx)
        .await?;
    let Some(customer) = facts::customer(tx, cmd.customer).await? else {
        return Ok(Decision::default());
    };
    let d = RuleActed {
        rule: rule.id,
        name: &rule.name,
        run: run.id,
        op: &run.op,
        results: &cmd.results,
    };
    let op = if failed.is_some() { "rule.failed" } else { "rule.ran" };
    let owners = &customer.owners.0;
    let event = NewEvent::new(Topic::customer(customer.id), op, &d)?
        .heard_by(Audience::owners(owners, owners));
    let event =
        if cmd.follows { event.without_a_line() } else { event.on_timeline_of(customer.id) };
    let mut decision = Decision::events(vec![event]);
    let (_, _, actions) = views::parts(&rule);
    for (n, (action, done)) in actions.iter().zip(&cmd.results).enumerate() {
        // a word beside it says that there was nothing to do
        if !done.ok || done.code.is_some() || done.action != action.name() {
            continue;
        }
        match action {
            Action::Notify { who, text } => {
                let people = letters::people(tx, &customer, who).await?;
                let notices: Vec<Notice> = people
                    .into_iter()
                    .map(|user| Notice {
                        user: user.id,
                        kind: Kind::Rule,
                        key: format!("rule:{}:{n}", run.id),
                        customer: Some(customer.id),
                        d: json!({ "rule": rule.id, "name": rule.name,
                                   "text": letters::filled(text, &customer.name) }),
                    })
                    .collect();
                let (events, jobs) = notifications::tell(tx, cx, &notices).await?;
                decision.events.extend(events);
                decision.jobs.extend(jobs);
            }
            Action::Mail { to, .. } => {
                decision.jobs.extend(letters::order(tx, cx, &run, n, to, &customer).await?);
            }
            Action::Webhook { webhook } => {
                decision
                    .jobs
                    .extend(crate::features::webhooks::deliver(cx, *webhook, &run.topic, run.seq));
            }
            _ => {}
        }
    }
    Ok(decision)
}
