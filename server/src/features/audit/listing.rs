//! The audit as one list: its own lines and the journal's security events, merged by time.

use std::cmp::Reverse;

use chrono::{DateTime, Utc};
use entities::ids::{AuditId, UserId};
use entities::tenancy::OfTenant;
use entities::{audit, event};
use sea_orm::sea_query::{Expr, ExprTrait, SimpleExpr};
use sea_orm::{ColumnTrait, Condition, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::db::Tx;
use crate::kernel::clock::wire;
use crate::kernel::problem::Problem;

/// The journal's part. Word for word as the index `event_security` says it, so that both databases
/// answer from that index.
const SECURITY: &str = "op IN ('user.invited', 'user.joined', 'user.updated', 'user.deactivated', \
     'user.activated', 'invitation.revoked', 'role.created', 'role.updated', 'role.removed', \
     'team.created', 'team.updated', 'team.removed', 'department.created', 'department.updated', \
     'department.removed', 'tenant.updated', 'session.revoked', 'customer.exported', \
     'offboarding.started', 'offboarding.finished', 'offboarding.reverted', 'rule.saved', \
     'rule.removed', 'webhook.saved', 'webhook.removed', 'bulk.started', 'connection.saved', \
     'connection.removed', 'channel.saved', 'channel.removed')";
/// Most kinds of one question.
const KINDS_MAX: usize = 50;

/// What a client asks of the audit.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
pub(super) struct AuditQuery {
    /// `role.updated`, or all of `role`; several behind commas.
    kind: Option<String>,
    /// Who did it: a user id, `system`, `key:<id>`.
    by: Option<String>,
    /// Whom it is about.
    user: Option<UserId>,
    /// From this moment on.
    from: Option<DateTime<Utc>>,
    /// Before this moment.
    to: Option<DateTime<Utc>>,
    pub(super) limit: Option<i64>,
    pub(super) cursor: Option<String>,
}

/// One line.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct AuditItem {
    pub(super) id: String,
    #[serde(serialize_with = "wire::time")]
    pub(super) at: DateTime<Utc>,
    /// None where nobody had proved who he was.
    pub(super) by: Option<String>,
    pub(super) kind: String,
    pub(super) user: Option<UserId>,
    #[schema(value_type = Object)]
    pub(super) d: Box<RawValue>,
    pub(super) address: Option<String>,
    #[serde(skip)]
    place: Place,
}

/// Where a line stands among those of one moment: own lines first, each kind backwards.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
enum Place {
    Own(Reverse<AuditId>),
    Event(Reverse<(String, i64)>),
}

/// The last line of a page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Position {
    at: DateTime<Utc>,
    place: Place,
}

impl AuditItem {
    pub(super) fn position(&self) -> Position {
        Position { at: self.at, place: self.place.clone() }
    }
}

/// A question that was understood.
#[derive(Clone, Debug)]
pub(super) struct Question {
    kinds: Vec<String>,
    by: Option<String>,
    user: Option<UserId>,
    from: Option<DateTime<Utc>>,
    to: Option<DateTime<Utc>>,
}

impl AuditQuery {
    /// # Errors
    /// `invalid` for what is no kind and no author.
    pub(super) fn question(&self) -> Result<Question, Problem> {
        let said = self.kind.as_deref().unwrap_or_default();
        let kinds: Vec<String> =
            said.split(',').map(str::trim).filter(|k| !k.is_empty()).map(str::to_owned).collect();
        if kinds.len() > KINDS_MAX {
            return Err(Problem::invalid("kind", "too_many"));
        }
        let plain = |b: u8| b.is_ascii_lowercase() || b == b'_' || b == b'.';
        if !kinds.iter().all(|kind| kind.len() <= 64 && kind.bytes().all(plain)) {
            return Err(Problem::invalid("kind", "bad_value"));
        }
        let by = self.by.as_deref().map(str::trim).filter(|by| !by.is_empty());
        if by.is_some_and(|by| by.len() > 64 || by.chars().any(char::is_control)) {
            return Err(Problem::invalid("by", "bad_value"));
        }
        let by = by.map(str::to_owned);
        Ok(Question { kinds, by, user: self.user, from: self.from, to: self.to })
    }
}

/// Lines behind a position, newest first, at most `limit`.
pub(super) async fn page(
    tx: &Tx<'_>,
    ask: &Question,
    after: Option<Position>,
    limit: u64,
) -> Result<Vec<AuditItem>, Problem> {
    let mut lines = own(tx, ask, after.as_ref(), limit).await?;
    lines.extend(events(tx, ask, after.as_ref(), limit).await?);
    lines.sort_by(|a, b| (Reverse(a.at), &a.place).cmp(&(Reverse(b.at), &b.place)));
    lines.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(lines)
}

async fn own(
    tx: &Tx<'_>,
    ask: &Question,
    after: Option<&Position>,
    limit: u64,
) -> Result<Vec<AuditItem>, Problem> {
    let at = || Expr::col((audit::Entity, audit::Column::At));
    let mut query = audit::Entity::of(tx.tenant())
        .filter(ask.times(&at))
        .filter(ask.of_kind(&|| Expr::col((audit::Entity, audit::Column::Kind))));
    if let Some(by) = &ask.by {
        query = query.filter(audit::Column::By.eq(by.as_str()));
    }
    if let Some(user) = ask.user {
        query = query.filter(audit::Column::UserId.eq(user));
    }
    if let Some(Position { at: last, place }) = after {
        let tie = match place {
            Place::Own(Reverse(id)) => Some(audit::Column::Id.lt(*id)),
            // the own lines of that moment came before
            Place::Event(_) => None,
        };
        query = query.filter(behind(&at, *last, tie));
    }
    let rows = query
        .order_by_desc(audit::Column::At)
        .order_by_desc(audit::Column::Id)
        .limit(limit)
        .all(tx)
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(AuditItem {
                id: row.id.to_string(),
                at: row.at,
                by: row.by,
                kind: row.kind,
                user: row.user_id,
                d: RawValue::from_string(row.d).map_err(|_| Problem::internal())?,
                address: row.address,
                place: Place::Own(Reverse(row.id)),
            })
        })
        .collect()
}

async fn events(
    tx: &Tx<'_>,
    ask: &Question,
    after: Option<&Position>,
    limit: u64,
) -> Result<Vec<AuditItem>, Problem> {
    let at = || Expr::col((event::Entity, event::Column::At));
    let mut query = event::Entity::of(tx.tenant())
        .filter(Expr::cust(SECURITY))
        .filter(ask.times(&at))
        .filter(ask.of_kind(&|| Expr::col((event::Entity, event::Column::Op))));
    if let Some(by) = &ask.by {
        query = query.filter(event::Column::By.eq(by.as_str()));
    }
    if let Some(user) = ask.user {
        query = query.filter(event::Column::Payload.like(format!("%\"{user}\"%")));
    }
    if let Some(Position { at: last, place }) = after {
        let topic = || event::Column::Topic;
        let tie = match place {
            Place::Own(_) => Expr::val(1).eq(1),
            Place::Event(Reverse((name, seq))) => topic()
                .lt(name.as_str())
                .or(topic().eq(name.as_str()).and(event::Column::Seq.lt(*seq))),
        };
        query = query.filter(behind(&at, *last, Some(tie)));
    }
    let rows = query
        .order_by_desc(event::Column::At)
        .order_by_desc(event::Column::Topic)
        .order_by_desc(event::Column::Seq)
        .limit(limit)
        .all(tx)
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(AuditItem {
                id: format!("{}:{}", row.topic, row.seq),
                at: row.at,
                by: Some(row.by),
                kind: row.op,
                user: whom(&row.payload),
                d: RawValue::from_string(row.payload).map_err(|_| Problem::internal())?,
                address: None,
                place: Place::Event(Reverse((row.topic, row.seq))),
            })
        })
        .collect()
}

/// Whom an event is about, where it says so.
fn whom(payload: &str) -> Option<UserId> {
    let d: Value = serde_json::from_str(payload).ok()?;
    let said = [&d["user"]["id"], &d["user"], &d["offboarding"]["user"]];
    said.into_iter().find_map(|id| id.as_str()?.parse().ok())
}

fn behind(at: &impl Fn() -> SimpleExpr, last: DateTime<Utc>, tie: Option<SimpleExpr>) -> Condition {
    let mut any = Condition::any().add(at().lt(last));
    if let Some(tie) = tie {
        any = any.add(at().eq(last).and(tie));
    }
    // the bare bound lets the index begin there
    Condition::all().add(at().lte(last)).add(any)
}

impl Question {
    fn times(&self, at: &impl Fn() -> SimpleExpr) -> Condition {
        let mut all = Condition::all();
        if let Some(from) = self.from {
            all = all.add(at().gte(from));
        }
        if let Some(to) = self.to {
            all = all.add(at().lt(to));
        }
        all
    }

    fn of_kind(&self, kind: &impl Fn() -> SimpleExpr) -> Condition {
        if self.kinds.is_empty() {
            return Condition::all();
        }
        self.kinds.iter().fold(Condition::any(), |any, said| match said.contains('.') {
            true => any.add(kind().eq(said.as_str())),
            // `_` in a noun stands for itself: the pattern would let it stand for any letter
            false => any.add(kind().gte(format!("{said}.")).and(kind().lt(format!("{said}/")))),
        })
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_query_says_what_the_index_says() {
        let migration = include_str!("../../../../migration/src/m20261122_000018_channels.rs");
        let plain = |text: &str| {
            let words: Vec<_> = text.split_whitespace().filter(|word| *word != "\\").collect();
            words.join(" ")
        };
        assert!(plain(migration).contains(&plain(super::SECURITY)));
    }
}
