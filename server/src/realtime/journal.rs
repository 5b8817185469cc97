//! The journal: heads of topics, events without holes, stored answers. Interprets no payload.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use entities::ids::CustomerId;
use entities::tenancy::OfTenant;
use entities::{command_result, event, topic};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, QueryFilter, QueryOrder, QuerySelect, Statement, Value,
};

use crate::db::Tx;
use crate::kernel::event::{Audience, Event, NewEvent};
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

/// Rows of one INSERT; below both databases' limits on parameters.
const ROWS_MAX: usize = 200;

/// Where a topic stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) epoch: Arc<str>,
    pub(super) seq: i64,
}

/// The head of a topic; none before its first event.
pub(super) async fn head(tx: &Tx<'_>, topic: &Topic) -> Result<Option<Head>, Problem> {
    let row = topic::Entity::of(tx.tenant())
        .filter(topic::Column::Key.eq(topic.as_str()))
        .one(tx)
        .await?;
    Ok(row.map(|row| Head { epoch: row.epoch.into(), seq: row.seq }))
}

/// The heads of several topics.
pub(super) async fn heads(tx: &Tx<'_>, topics: &[Topic]) -> Result<Vec<(Topic, Head)>, Problem> {
    let rows = topic::Entity::of(tx.tenant())
        .filter(topic::Column::Key.is_in(topics.iter().map(Topic::as_str)))
        .all(tx)
        .await?;
    let head =
        |row: topic::Model| (Topic::new(&row.key), Head { epoch: row.epoch.into(), seq: row.seq });
    Ok(rows.into_iter().map(head).collect())
}

/// The first statement of a commit: takes the topic's row, so that every other writer of the
/// topic, on any node, waits until this transaction ends. What it reads is the truth to go on
/// from; rules read rows only after it. A new topic gets its row here.
pub(super) async fn lock(tx: &Tx<'_>, topic: &Topic, fresh_epoch: &str) -> Result<Head, Problem> {
    let backend = tx.get_database_backend();
    let select = match backend {
        DbBackend::Postgres => {
            "SELECT epoch, seq FROM topic WHERE tenant_id = $1 AND key = $2 FOR UPDATE"
        }
        _ => "SELECT epoch, seq FROM topic WHERE tenant_id = ? AND key = ?",
    };
    let values: [Value; 2] = [tx.tenant().into(), topic.as_str().into()];
    let ask = || Statement::from_sql_and_values(backend, select, values.clone());
    if let Some(row) = tx.query_one_raw(ask()).await? {
        return read_head(&row);
    }
    let insert = match backend {
        DbBackend::Postgres => {
            "INSERT INTO topic (tenant_id, key, epoch, seq) VALUES ($1, $2, $3, 0) ON CONFLICT DO NOTHING"
        }
        _ => {
            "INSERT INTO topic (tenant_id, key, epoch, seq) VALUES (?, ?, ?, 0) ON CONFLICT DO NOTHING"
        }
    };
    let [tenant, key] = values.clone();
    let epoch: Value = fresh_epoch.into();
    tx.execute_raw(Statement::from_sql_and_values(backend, insert, [tenant, key, epoch])).await?;
    match tx.query_one_raw(ask()).await? {
        Some(row) => read_head(&row),
        None => Err(Problem::internal()),
    }
}

fn read_head(row: &sea_orm::QueryResult) -> Result<Head, Problem> {
    let epoch: String = row.try_get_by_index(0)?;
    Ok(Head { epoch: epoch.into(), seq: row.try_get_by_index(1)? })
}

/// Topics that sort before the own one are taken without waiting: locks are waited for in one
/// order only, so two transactions can never wait for each other.
pub(super) async fn take_earlier(
    tx: &Tx<'_>,
    own: &Topic,
    others: impl Iterator<Item = &Topic>,
) -> Result<(), Problem> {
    if tx.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    let earlier: Vec<&Topic> = others.filter(|topic| *topic < own).collect();
    if earlier.is_empty() {
        return Ok(());
    }
    let places: Vec<String> = (2..earlier.len() + 2).map(|n| format!("${n}")).collect();
    let sql = format!(
        "SELECT 1 FROM topic WHERE tenant_id = $1 AND key IN ({}) FOR UPDATE NOWAIT",
        places.join(", ")
    );
    let mut values: Vec<Value> = vec![tx.tenant().into()];
    values.extend(earlier.iter().map(|topic| Value::from(topic.as_str())));
    tx.query_all_raw(Statement::from_sql_and_values(DbBackend::Postgres, sql, values)).await?;
    Ok(())
}

/// An event with all but its place.
pub(super) struct Draft {
    pub(super) event: NewEvent,
    pub(super) at: DateTime<Utc>,
    pub(super) by: Arc<str>,
    pub(super) cmd: Option<Arc<str>>,
}

/// Moves the heads and writes the events, each topic's without holes and in the order given.
/// Answers the events and, for every topic touched, its epoch.
pub(super) async fn append(
    tx: &Tx<'_>,
    drafts: Vec<Draft>,
    fresh_epoch: &str,
) -> Result<(Vec<Event>, HashMap<Topic, Arc<str>>), Problem> {
    if drafts.is_empty() {
        return Ok((Vec::new(), HashMap::new()));
    }
    let mut counts: BTreeMap<Topic, i64> = BTreeMap::new();
    for draft in &drafts {
        *counts.entry(draft.event.topic.clone()).or_default() += 1;
    }
    let heads = advance(tx, &counts, fresh_epoch).await?;
    let mut next: HashMap<Topic, i64> = heads
        .iter()
        .map(|(topic, head)| (topic.clone(), head.seq - counts.get(topic).copied().unwrap_or(0)))
        .collect();
    let events: Vec<Event> = drafts
        .into_iter()
        .map(|draft| {
            let seq = next.entry(draft.event.topic.clone()).or_default();
            *seq += 1;
            Event {
                topic: draft.event.topic,
                seq: *seq,
                at: draft.at,
                by: draft.by,
                op: draft.event.op.into(),
                d: draft.event.d,
                customer: draft.event.customer,
                watched: draft.event.watched,
                audience: draft.event.audience,
                cmd: draft.cmd,
            }
        })
        .collect();
    write_events(tx, &events).await?;
    Ok((events, heads.into_iter().map(|(topic, head)| (topic, head.epoch)).collect()))
}

/// One statement for all topics, in their order, which is the order of the locks.
async fn advance(
    tx: &Tx<'_>,
    counts: &BTreeMap<Topic, i64>,
    fresh_epoch: &str,
) -> Result<HashMap<Topic, Head>, Problem> {
    let mut heads = HashMap::with_capacity(counts.len());
    let all: Vec<(&Topic, &i64)> = counts.iter().collect();
    for part in all.chunks(ROWS_MAX) {
        let mut values: Vec<Value> = Vec::with_capacity(part.len() * 4);
        for (topic, count) in part {
            values.extend([
                tx.tenant().into(),
                topic.as_str().into(),
                fresh_epoch.into(),
                Value::from(**count),
            ]);
        }
        let sql = format!(
            "INSERT INTO topic (tenant_id, key, epoch, seq) VALUES {} \
             ON CONFLICT (tenant_id, key) DO UPDATE SET seq = topic.seq + excluded.seq \
             RETURNING key, epoch, seq",
            rows(tx, part.len(), 4)
        );
        let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
        for row in tx.query_all_raw(statement).await? {
            let (key, epoch): (String, String) =
                (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
            heads.insert(
                Topic::new(&key),
                Head { epoch: epoch.into(), seq: row.try_get_by_index(2)? },
            );
        }
    }
    Ok(heads)
}

async fn write_events(tx: &Tx<'_>, events: &[Event]) -> Result<(), Problem> {
    for part in events.chunks(ROWS_MAX) {
        let mut values: Vec<Value> = Vec::with_capacity(part.len() * 10);
        for event in part {
            values.extend([
                tx.tenant().into(),
                event.topic.as_str().into(),
                event.seq.into(),
                event.at.into(),
                event.by.as_ref().into(),
                event.op.as_ref().into(),
                event.customer.into(),
                event.audience.written().into(),
                event.d.as_ref().into(),
                event.cmd.as_deref().into(),
            ]);
        }
        let sql = format!(
            "INSERT INTO event (tenant_id, topic, seq, at, by, op, customer_id, audience, payload, \
             cmd) VALUES {}",
            rows(tx, part.len(), 10)
        );
        tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values))
            .await?;
    }
    Ok(())
}

/// `(?, ?), (?, ?)` or `($1, $2), ($3, $4)`.
pub(crate) fn rows(tx: &Tx<'_>, rows: usize, columns: usize) -> String {
    use std::fmt::Write;
    let numbered = tx.get_database_backend() == DbBackend::Postgres;
    let mut sql = String::with_capacity(rows * columns * 5);
    for row in 0..rows {
        sql.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..columns {
            sql.push_str(if column == 0 { "" } else { ", " });
            if numbered {
                // writing to a String cannot fail
                let _ = write!(sql, "${}", row * columns + column + 1);
            } else {
                sql.push('?');
            }
        }
        sql.push(')');
    }
    sql
}

/// Events after a position, oldest first, at most `limit`.
pub(super) async fn read_after(
    tx: &Tx<'_>,
    topic: &Topic,
    after: i64,
    limit: u64,
) -> Result<Vec<Event>, Problem> {
    let rows = event::Entity::of(tx.tenant())
        .filter(event::Column::Topic.eq(topic.as_str()))
        .filter(event::Column::Seq.gt(after))
        .order_by_asc(event::Column::Seq)
        .limit(limit)
        .all(tx)
        .await?;
    Ok(rows.into_iter().map(from_row).collect())
}

/// An event as its row tells it; for timelines and replay.
pub fn from_row(row: event::Model) -> Event {
    let audience = Audience::read(row.audience.as_deref());
    Event {
        topic: Topic::new(&row.topic),
        seq: row.seq,
        at: row.at,
        by: row.by.into(),
        op: row.op.into(),
        d: row.payload.into(),
        customer: row.customer_id.map(|id| CustomerId(id.0)),
        watched: false,
        audience,
        cmd: row.cmd.map(Into::into),
    }
}

/// A stored answer.
#[derive(Clone, Debug)]
pub(super) struct Answered {
    pub(super) id: Arc<str>,
    pub(super) body_hash: String,
    pub(super) topic: Topic,
    pub(super) seq: i64,
    pub(super) reply: Option<String>,
}

/// What was answered to these ids before.
pub(super) async fn answered(
    tx: &Tx<'_>,
    ids: &[Arc<str>],
) -> Result<HashMap<Arc<str>, Answered>, Problem> {
    let mut found = HashMap::new();
    for part in ids.chunks(ROWS_MAX) {
        let rows_found = command_result::Entity::of(tx.tenant())
            .filter(command_result::Column::Id.is_in(part.iter().map(AsRef::as_ref)))
            .all(tx)
            .await?;
        for row in rows_found {
            let id: Arc<str> = row.id.into();
            found.insert(
                id.clone(),
                Answered {
                    id,
                    body_hash: row.body_hash,
                    topic: Topic::new(&row.topic),
                    seq: row.seq,
                    reply: row.result,
                },
            );
        }
    }
    Ok(found)
}

pub(super) async fn store_answers(
    tx: &Tx<'_>,
    answers: &[Answered],
    at: DateTime<Utc>,
) -> Result<(), Problem> {
    for part in answers.chunks(ROWS_MAX) {
        let mut values: Vec<Value> = Vec::with_capacity(part.len() * 7);
        for answer in part {
            values.extend([
                tx.tenant().into(),
                answer.id.as_ref().into(),
                answer.body_hash.as_str().into(),
                answer.topic.as_str().into(),
                answer.seq.into(),
                answer.reply.as_deref().into(),
                at.into(),
            ]);
        }
        let sql = format!(
            "INSERT INTO command_result (tenant_id, id, body_hash, topic, seq, result, at) VALUES {}",
            rows(tx, part.len(), 7)
        );
        tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values))
            .await?;
    }
    Ok(())
}
