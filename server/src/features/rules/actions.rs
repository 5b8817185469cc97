//! What a rule does: ordinary commands, one after the other, each with an id that follows from the
//! run's, so that a run that begins again does nothing twice. What was refused is on record, and
//! the next action has its turn.

use chrono::{DateTime, Duration, Utc};
use entities::ids::UserId;
use entities::tenancy::OfTenant;
use entities::{command_result, user};
use futures_util::FutureExt;
use sea_orm::{ColumnTrait, QueryFilter};
use serde_json::{Value, json};

use super::commands::AssignByRule;
use super::events::Fallen;
use super::facts::{self, Facts};
use super::letters;
use super::parse::{self, Action, Anchor};
use super::runner::{Begun, author, command_id, facts_of, passes};
use super::views::Done;
use crate::db::{Db, Tx};
use crate::features::agenda;
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;
use crate::realtime::Hub;
use crate::workers::jobs::JobError;

/// What an action comes to before it is sent.
enum Step {
    Send {
        topic: Topic,
        op: &'static str,
        d: Value,
        user: Option<UserId>,
    },
    /// Nothing to send now: it is ordered when the run ends.
    AtTheEnd,
    /// There is nothing to do.
    Already(&'static str),
    Cannot(&'static str),
}

/// Does it all; the results stand in the order of the actions.
///
/// # Errors
/// `Later` when the server was too busy for a command: the run goes on then.
pub(super) async fn act(db: &Db, hub: &Hub, begun: &Begun) -> Result<Vec<Done>, JobError> {
    let mut results = Vec::with_capacity(begun.actions.len());
    for (n, action) in begun.actions.iter().enumerate() {
        let (ok, code, user) = one(db, hub, begun, n, action).await?;
        results.push(Done { action: action.name().to_owned(), ok, code, user });
    }
    Ok(results)
}

type Outcome = (bool, Option<String>, Option<UserId>);

async fn one(
    db: &Db,
    hub: &Hub,
    begun: &Begun,
    n: usize,
    action: &Action,
) -> Result<Outcome, JobError> {
    let tenant = begun.run.tenant_id;
    let id = command_id(begun.run.id, &n.to_string());
    let (wanted, known) = (begun.clone(), id.clone());
    let what = action.clone();
    let step = db.read(tenant, move |tx| {
        async move {
            match sent_before(tx, &known).await? {
                Some(reply) => Ok(Err(reply)),
                None => Ok(Ok(prepare(tx, &wanted, &what).await?)),
            }
        }
        .boxed()
    });
    let (topic, op, d, user) = match step.await? {
        Err(reply) => return Ok(done(reply.as_deref(), None)),
        Ok(Step::AtTheEnd) => return Ok((true, None, None)),
        Ok(Step::Already(why)) => return Ok((true, Some(why.to_owned()), None)),
        Ok(Step::Cannot(why)) => return Ok((false, Some(why.to_owned()), None)),
        Ok(Step::Send { topic, op, d, user }) => (topic, op, d, user),
    };
    let by = author(tenant, begun.run.rule_id);
    match hub.command(&by, topic, op, &d, Some(id), None).await {
        Ok(receipt) => Ok(done(receipt.d.as_ref().map(|d| d.get()), user)),
        Err(problem) if passes(&problem) => Err(JobError::Later(problem.code)),
        Err(problem) => Ok((false, Some(problem.code.to_owned()), None)),
    }
}

/// Reads whom it fell on from the command's reply, where that says so.
fn done(reply: Option<&str>, user: Option<UserId>) -> Outcome {
    match reply.and_then(|reply| serde_json::from_str::<Fallen>(reply).ok()) {
        Some(fallen) => (true, fallen.kept.then(|| "kept".to_owned()), Some(fallen.user)),
        None => (true, None, user),
    }
}

/// The stored reply of a command that an earlier try of this run has sent.
async fn sent_before(tx: &Tx<'_>, id: &str) -> Result<Option<Option<String>>, Problem> {
    let known = command_result::Entity::of(tx.tenant()).filter(command_result::Column::Id.eq(id));
    Ok(known.one(tx).await?.map(|row| row.result))
}

async fn prepare(tx: &Tx<'_>, begun: &Begun, action: &Action) -> Result<Step, Problem> {
    if begun.follows && !action.is_of_each() {
        return Ok(Step::Already("series"));
    }
    let Some(facts) = facts_of(tx, begun).await? else { return Ok(Step::Cannot("customer_gone")) };
    let customer = facts.customer.id;
    let on_customer = |op, d, user| Step::Send { topic: Topic::customer(customer), op, d, user };
    Ok(match action {
        Action::MoveCard { stage } => {
            let Some(stage) = facts::stage(tx, *stage).await? else {
                return Ok(Step::Cannot("not_found"));
            };
            let card = facts::card_on(tx, customer, Some(stage.board_id)).await?;
            match card {
                None => Step::Cannot("no_card"),
                Some(card) if card.stage_id == stage.id => Step::Already("already"),
                Some(card) => Step::Send {
                    topic: Topic::board(stage.board_id),
                    op: "card.move",
                    d: json!({ "card": card.id, "to_stage": stage.id }),
                    user: None,
                },
            }
        }
        Action::Assign { to, replace } => {
            let d = AssignByRule { customer, to: to.clone(), replace: *replace };
            let d = serde_json::to_value(d).map_err(|_| Problem::internal())?;
            Step::Send { topic: Topic::tenant(), op: "rule.assign", d, user: None }
        }
        Action::Tag { add, remove } => {
            on_customer("customer.tag", json!({ "add": add, "remove": remove }), None)
        }
        Action::Remind { minutes, text, kind, who, from } => {
            let due = match due(tx, &facts, *minutes, from.unwrap_or(Anchor::Now)).await? {
                Ok(due) => due,
                Err(step) => return Ok(step),
            };
            let Some(assignee) = one_of(tx, &facts, who).await? else {
                return Ok(Step::Cannot("no_owner"));
            };
            let mut d = json!({
                "assignee": assignee,
                "kind": kind.as_deref().unwrap_or("other"),
                "text": letters::filled(text, &facts.customer.name),
                "due_at": crate::kernel::clock::wire_time(due),
            });
            if let Some(appointment) = facts.event["appointment"]["id"].as_str() {
                d["appointment"] = json!(appointment);
            }
            on_customer("reminder.add", d, Some(assignee))
        }
        Action::Activity { kind, title, due_minutes, who } => {
            let Some(assignee) = one_of(tx, &facts, who).await? else {
                return Ok(Step::Cannot("no_owner"));
            };
            let mut d = json!({ "type": kind, "assignee": assignee });
            if let Some(title) = title {
                d["title"] = json!(letters::filled(title, &facts.customer.name));
            }
            if let Some(minutes) = due_minutes {
                let due = facts.now + Duration::minutes(*minutes);
                d["due_at"] = json!(crate::kernel::clock::wire_time(due));
            }
            if let Some(card) = &facts.card {
                d["card"] = json!(card.id);
            }
            on_customer("activity.open", d, Some(assignee))
        }
        Action::Notify { who, .. } => {
            let nobody = letters::people(tx, &facts.customer, who).await?.is_empty();
            if nobody { Step::Cannot("no_owner") } else { Step::AtTheEnd }
        }
        Action::Mail { to, .. } => {
            let nobody = letters::addresses(tx, &facts.customer, to).await?.is_empty();
            if nobody { Step::Cannot("no_address") } else { Step::AtTheEnd }
        }
        Action::Webhook { webhook } => {
            if crate::features::webhooks::is_on(tx, *webhook).await? {
                Step::AtTheEnd
            } else {
                Step::Cannot("disabled")
            }
        }
    })
}

/// When it is due; otherwise how the action ends: no appointment, or one that is over.
async fn due(
    tx: &Tx<'_>,
    facts: &Facts,
    minutes: i64,
    from: Anchor,
) -> Result<Result<DateTime<Utc>, Step>, Problem> {
    if from == Anchor::Now {
        return Ok(Ok(facts.now + Duration::minutes(minutes)));
    }
    let said = &facts.event["appointment"];
    let starts = said["starts_at"].as_str().map(str::parse::<DateTime<Utc>>);
    let Some(Ok(mut starts)) = starts else { return Ok(Err(Step::Cannot("no_appointment"))) };
    let stood = matches!(said["state"].as_str(), Some("booked" | "confirmed"));
    if let Some(id) = said["id"].as_str().and_then(|id| id.parse().ok()).filter(|_| stood) {
        // the rule may have waited: it was moved since, or cancelled
        match agenda::begins(tx, id).await? {
            Some(now) => starts = now,
            None => return Ok(Err(Step::Already("over"))),
        }
    }
    // Who writes down yesterday's visit need not be reminded of it.
    Ok(before(starts, minutes, facts.now).ok_or(Step::Already("over")))
}

/// So long before an appointment begins, but never before the run; None once it has begun.
pub(super) fn before(
    starts: DateTime<Utc>,
    minutes: i64,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    (starts > now).then(|| (starts - Duration::minutes(minutes)).max(now))
}

/// `user:<id>`; or the customer's first owner who still works here, or whom the event is about.
async fn one_of(tx: &Tx<'_>, facts: &Facts, who: &str) -> Result<Option<UserId>, Problem> {
    let mut wanted: Vec<UserId> = parse::user(who).into_iter().collect();
    if wanted.is_empty() {
        wanted.extend(&facts.customer.owners.0);
        let event = &facts.event;
        let said = [
            &event["appointment"]["people"][0],
            &event["activity"]["assignee"],
            &event["reminder"]["assignee"],
        ];
        wanted.extend(said.into_iter().filter_map(|id| id.as_str()?.parse::<UserId>().ok()));
    }
    let active = user::Entity::of(tx.tenant())
        .filter(user::Column::Id.is_in(wanted.iter().copied()))
        .filter(user::Column::Active.eq(true))
        .all(tx)
        .await?;
    Ok(wanted.into_iter().find(|id| active.iter().any(|user| user.id == *id)))
}
