//! `Idempotency-Key`: a POST that is repeated with the same key acts once. Where the POST is a
//! command, the key is the command's id and the journal keeps the promise; for the others the
//! answer is stored here, under the asker's own name.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use chrono::Duration;
use entities::command_result as stored;
use entities::tenancy::OfTenant;
use futures_util::FutureExt;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use super::secrets::{hex, sha256};
use crate::db::Db;
use crate::kernel::clock::Clock;
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;

const KEY_MAX: usize = 255;

/// The header, if there is one.
#[derive(Clone, Debug, Default)]
pub struct IdempotencyKey(Option<String>);

impl IdempotencyKey {
    /// As the id of a command: at most 64 characters, so longer keys are hashed.
    pub fn command_id(&self) -> Option<String> {
        self.0.as_ref().map(|key| match key.len() {
            ..=64 => key.clone(),
            _ => hex(&sha256(key.as_bytes())),
        })
    }

    pub fn is_given(&self) -> bool {
        self.0.is_some()
    }

    /// A name for this key that no other asker can meet or guess.
    pub fn named(&self, author: &str) -> Option<String> {
        let key = self.0.as_ref()?;
        Some(format!("http:{}", &hex(&sha256(format!("{author}\0{key}").as_bytes()))[..40]))
    }
}

impl FromRequest for IdempotencyKey {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let Some(value) = req.headers().get("idempotency-key") else {
            return ready(Ok(Self::default()));
        };
        let key = value.to_str().ok().map(str::trim).filter(|key| {
            (1..=KEY_MAX).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic())
        });
        ready(match key {
            Some(key) => Ok(Self(Some(key.to_owned()))),
            None => Err(Problem::invalid("idempotency-key", "bad_value")),
        })
    }
}

enum Seen {
    Fresh,
    Answered(u16, Value),
}

/// Runs `work` once for this key and body; a repetition gets the first answer (status, body). An
/// answer that is a problem is not kept: the next try runs again.
///
/// # Errors
/// Those of the work; `conflict` when the key was used for something else, `busy` while the first
/// request still runs.
pub async fn once(
    db: &Db,
    clock: &Clock,
    by: &Principal,
    key: &IdempotencyKey,
    route: &str,
    body: &[u8],
    work: impl Future<Output = Result<(u16, Value), Problem>>,
) -> Result<(u16, Value), Problem> {
    let Some(id) = key.named(&by.author()) else { return work.await };
    let body_hash = hex(&sha256(&[route.as_bytes(), &[0], body].concat()));
    if let Seen::Answered(status, body) = claim(db, clock, by, &id, &body_hash).await? {
        return Ok((status, body));
    }
    let done = work.await;
    let result = match &done {
        Ok((status, body)) => Some(json!([status, body]).to_string()),
        Err(_) => None,
    };
    let kept = db
        .write(by.tenant, move |tx| {
            let (id, result) = (id.clone(), result.clone());
            async move {
                match result {
                    Some(result) => {
                        stored::Entity::change(tx.tenant())
                            .col_expr(stored::Column::Result, Expr::value(result))
                            .filter(stored::Column::Id.eq(id))
                            .exec(tx)
                            .await?;
                    }
                    None => {
                        stored::Entity::forget(tx.tenant())
                            .filter(stored::Column::Id.eq(id))
                            .exec(tx)
                            .await?;
                    }
                }
                Ok(())
            }
            .boxed()
        })
        .await;
    if let Err(problem) = kept {
        tracing::warn!(%problem, "the answer to an idempotent request could not be kept");
    }
    done
}

async fn claim(
    db: &Db,
    clock: &Clock,
    by: &Principal,
    id: &str,
    body_hash: &str,
) -> Result<Seen, Problem> {
    let (id, body_hash, now) = (id.to_owned(), body_hash.to_owned(), clock.now());
    db.write(by.tenant, move |tx| {
        let (id, body_hash) = (id.clone(), body_hash.clone());
        async move {
            let row = stored::Entity::of(tx.tenant())
                .filter(stored::Column::Id.eq(id.as_str()))
                .one(tx)
                .await?;
            match row {
                Some(row) if row.body_hash != body_hash => {
                    Err(Problem::conflict("idempotency_conflict"))
                }
                Some(stored::Model { result: Some(result), .. }) => {
                    let (status, body) =
                        serde_json::from_str(&result).map_err(|_| Problem::internal())?;
                    Ok(Seen::Answered(status, body))
                }
                // a node that died in the middle must not block the key for ever
                Some(row) if now - row.at < Duration::seconds(60) => Err(Problem::busy()),
                Some(_) => {
                    stored::Entity::change(tx.tenant())
                        .col_expr(stored::Column::At, Expr::value(now))
                        .filter(stored::Column::Id.eq(id))
                        .exec(tx)
                        .await?;
                    Ok(Seen::Fresh)
                }
                None => {
                    let row = stored::ActiveModel {
                        tenant_id: Set(tx.tenant()),
                        id: Set(id),
                        body_hash: Set(body_hash),
                        topic: Set(String::new()),
                        seq: Set(0),
                        result: Set(None),
                        at: Set(now),
                    };
                    stored::Entity::insert(row).exec_without_returning(tx).await?;
                    Ok(Seen::Fresh)
                }
            }
        }
        .boxed()
    })
    .await
}
