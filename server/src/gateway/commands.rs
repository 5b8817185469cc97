//! `POST /api/v1/commands`: the other door to the hub. One command or a list; all are handed over
//! before the first is waited for, so that those of one topic share a transaction.

use actix_web::web::{self, Data, Payload, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::body::{check_depth, read_body};
use super::door::Language;
use super::idempotency::IdempotencyKey;
use super::problem::error_object;
use crate::config::Settings;
use crate::kernel::clock::Clock;
use crate::kernel::principal::Principal;
use crate::kernel::problem::{FieldError, Problem};
use crate::realtime::Hub;
use crate::realtime::port::{CommandFrame, Receipt};

const COMMANDS_MAX: usize = 100;

#[derive(Deserialize)]
struct Given {
    id: Option<String>,
    topic: String,
    op: String,
    d: Option<Box<RawValue>>,
    #[serde(rename = "if")]
    condition: Option<Condition>,
}

#[derive(Deserialize)]
struct Condition {
    ver: Option<i64>,
}

/// One command as it is sent.
#[derive(utoipa::ToSchema)]
#[schema(as = Command)]
#[expect(dead_code, reason = "only described; `Given` reads it")]
pub(super) struct CommandBody {
    /// Client-made, unique, at most 64 characters; the `Idempotency-Key` header may stand for it.
    id: Option<String>,
    topic: String,
    op: String,
    d: Value,
    r#if: Option<Value>,
}

/// Answers in the order of the commands.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "only described")]
pub(super) struct CommandResults {
    results: Vec<Value>,
}

pub(super) fn routes(cfg: &mut ServiceConfig, limit: usize) {
    cfg.service(
        web::resource("/commands")
            .app_data(web::PayloadConfig::new(limit))
            .route(web::post().to(run)),
    );
}

/// Runs one command, or up to a hundred in order.
#[utoipa::path(post, path = "/api/v1/commands", tag = "commands",
    request_body(content = CommandBody, description = "One command or an array of them"),
    responses(
        (status = 200, body = CommandResults),
        (status = 400, description = "no JSON"), (status = 401, description = "no token"),
        (status = 413, description = "too big"), (status = 422, description = "not commands")))]
#[tracing::instrument(name = "commands.run", skip_all)]
pub(super) async fn run(
    by: Principal,
    key: IdempotencyKey,
    Language(language): Language,
    hub: Data<Hub>,
    clock: Data<Clock>,
    settings: Data<Settings>,
    req: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let limits = &settings.limits;
    let body = read_body(&req, payload.into_inner(), limits.commands_bytes).await?;
    check_depth(&body, limits.json_depth)?;
    let frames = parse(&body, &key, &clock)?;
    let waiting: Vec<_> =
        frames.into_iter().map(|frame| (frame.id.clone(), hub.submit(&by, frame))).collect();
    let mut results = Vec::with_capacity(waiting.len());
    for (id, answer) in waiting {
        // dropped: the topic's actor died; a retry of the same id finds what happened
        let answer = answer.await.unwrap_or_else(|_| Err(Problem::busy()));
        results.push(result(id, answer, language));
    }
    Ok(HttpResponse::Ok().json(json!({ "results": results })))
}

fn result(id: String, answer: Result<Receipt, Problem>, language: &str) -> Value {
    let mut result = Map::new();
    result.insert("id".to_owned(), id.into());
    result.insert("ok".to_owned(), answer.is_ok().into());
    match answer {
        Ok(receipt) => {
            result.insert("topic".to_owned(), receipt.topic.into());
            result.insert("seq".to_owned(), receipt.seq.into());
            if receipt.dup {
                result.insert("dup".to_owned(), true.into());
            }
            if let Some(d) = receipt.d.and_then(|d| serde_json::from_str(d.get()).ok()) {
                result.insert("d".to_owned(), d);
            }
        }
        Err(problem) => {
            result.insert("error".to_owned(), error_object(&problem, language));
        }
    }
    Value::Object(result)
}

/// All are understood before the first is handed over.
fn parse(body: &[u8], key: &IdempotencyKey, clock: &Clock) -> Result<Vec<CommandFrame>, Problem> {
    let is_list = body.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'[');
    let all: Vec<Box<RawValue>> = if is_list {
        serde_json::from_slice(body).map_err(|_| Problem::bad_json())?
    } else {
        vec![serde_json::from_slice(body).map_err(|_| Problem::bad_json())?]
    };
    if all.is_empty() {
        return Err(Problem::invalid("commands", "required"));
    }
    if all.len() > COMMANDS_MAX {
        return Err(Problem::invalid("commands", "too_many"));
    }
    let mut frames = Vec::with_capacity(all.len());
    for (n, raw) in all.iter().enumerate() {
        let given: Given = serde_json::from_str(raw.get()).map_err(|error| {
            let problem = crate::realtime::registry::shape_of(&error);
            let named = |field: &FieldError| FieldError {
                field: if is_list { format!("{n}.{}", field.field) } else { field.field.clone() },
                code: field.code,
            };
            Problem::fields(problem.errors.iter().map(named).collect())
        })?;
        let own = if is_list { None } else { key.command_id() };
        frames.push(CommandFrame {
            id: given.id.or(own).unwrap_or_else(|| clock.fresh_id().to_string()),
            topic: given.topic,
            op: given.op,
            d: given.d.unwrap_or_else(|| RawValue::NULL.to_owned()),
            if_ver: given.condition.and_then(|condition| condition.ver),
        });
    }
    Ok(frames)
}

#[cfg(test)]
mod tests {
    use super::{IdempotencyKey, parse};
    use crate::kernel::clock::Clock;

    #[test]
    fn one_or_many_are_understood_before_any_runs() {
        let clock = Clock::system();
        let none = IdempotencyKey::default();
        let one = br#"{"id":"a","topic":"tenant","op":"x.y","d":{"b":1},"if":{"ver":3}}"#;
        let frames = parse(one, &none, &clock).unwrap();
        assert_eq!((frames.len(), frames[0].if_ver, frames[0].d.get()), (1, Some(3), r#"{"b":1}"#));
        let broken = br#" [{"id":"a","topic":"tenant","op":"x.y"},{"id":"b","topic":"tenant"}]"#;
        assert_eq!(parse(broken, &none, &clock).unwrap_err().errors[0].field, "1.op");
        assert_eq!(parse(b"[]", &none, &clock).unwrap_err().code, "invalid");
        assert_eq!(parse(b"nope", &none, &clock).unwrap_err().code, "bad_json");
        let many = format!("[{}]", vec![r#"{"topic":"t","op":"o"}"#; 101].join(","));
        assert_eq!(parse(many.as_bytes(), &none, &clock).unwrap_err().errors[0].code, "too_many");
    }
}
