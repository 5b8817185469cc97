//! The one place that turns a problem into an answer: RFC 9457 for HTTP, an object for results of
//! commands. Texts are in the asker's language; inner texts never leave.

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use actix_web::{HttpResponse, ResponseError};
use serde_json::{Map, Value, json};

use crate::kernel::problem::{Class, FieldError, Problem};
use crate::kernel::texts;

const KIND: &str = "application/problem+json";

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// Carries the problem; the door writes it, which knows the language and the request's id.
    fn error_response(&self) -> HttpResponse<BoxBody> {
        let mut response = HttpResponse::new(self.status_code());
        response.extensions_mut().insert(self.clone());
        response
    }
}

/// The document of RFC 9457.
pub fn problem_object(problem: &Problem, request_id: &str, language: &str) -> Value {
    let mut object = json!({
        "type": format!("https://nabiz.dev/problems/{}", problem.code),
        "title": texts::text(problem.class.name(), language),
        "status": problem.status(),
        "detail": texts::text(problem.code, language),
        "code": problem.code,
        "request_id": request_id,
    });
    if let Some(object) = object.as_object_mut() {
        add_details(object, problem, language);
    }
    object
}

/// The same for one command's result: `code` is the class, `reason` the finer code.
pub fn error_object(problem: &Problem, language: &str) -> Value {
    let mut object = Map::new();
    object.insert("code".to_owned(), problem.class.name().into());
    if problem.code != problem.class.name() {
        object.insert("reason".to_owned(), problem.code.into());
    }
    object.insert("message".to_owned(), texts::text(problem.code, language).into());
    add_details(&mut object, problem, language);
    Value::Object(object)
}

fn add_details(object: &mut Map<String, Value>, problem: &Problem, language: &str) {
    if !problem.errors.is_empty() {
        let errors = problem.errors.iter().map(|FieldError { field, code }| {
            json!({ "field": field, "code": code, "message": texts::text(code, language) })
        });
        object.insert("errors".to_owned(), errors.collect());
    }
    if let Some(retry_ms) = problem.retry_ms {
        object.insert("retry_ms".to_owned(), retry_ms.into());
    }
    if let Some(d) = &problem.d {
        object.insert("d".to_owned(), d.clone());
    }
}

/// Writes the problem that a response carries, or that its bare status stands for.
pub(super) fn render(
    mut response: HttpResponse<BoxBody>,
    request_id: &str,
    language: &str,
) -> HttpResponse<BoxBody> {
    let carried = response.extensions_mut().remove::<Problem>();
    let status = response.status();
    let written = response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind == KIND);
    let bare = || (status.as_u16() >= 400 && !written).then(|| of_status(status.as_u16()));
    let Some(problem) = carried.or_else(bare) else { return response };
    let text = problem_object(&problem, request_id, language).to_string();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(KIND));
    // of the body that was there before
    headers.remove(CONTENT_ENCODING);
    if let (Some(retry_ms), Class::Rate | Class::Busy) = (problem.retry_ms, problem.class) {
        headers.insert(RETRY_AFTER, HeaderValue::from(retry_ms.div_ceil(1_000).max(1)));
    }
    response.set_body(BoxBody::new(text))
}

/// What the framework refused before any of our code saw it.
fn of_status(status: u16) -> Problem {
    match status {
        400 => Problem::bad_json(),
        405 => Problem { status: Some(405), ..Problem::new(Class::Invalid, "method_not_allowed") },
        503 => Problem::busy(),
        500.. => Problem::internal(),
        status => {
            let class = Class::ALL.into_iter().find(|class| class.status() == status);
            Problem { status: Some(status), ..Problem::of(class.unwrap_or(Class::Invalid)) }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{error_object, of_status, problem_object};
    use crate::kernel::problem::Problem;
    use crate::kernel::texts;

    #[test]
    fn a_problem_speaks_the_askers_language() {
        let problem = Problem::invalid("email", "bad_email");
        let turkish = problem_object(&problem, "r1", "tr");
        assert_eq!(turkish["errors"][0]["message"], "E-posta adresi geçerli değil");
        assert_eq!((&turkish["status"], &turkish["request_id"]), (&json!(422), &json!("r1")));
        let english = problem_object(&problem, "r1", "en");
        assert_eq!(english["title"], "Some fields are not valid");
    }

    #[test]
    fn a_result_names_class_and_reason() {
        let error = error_object(&Problem::conflict("stage_full"), "en");
        assert_eq!((&error["code"], &error["reason"]), (&json!("conflict"), &json!("stage_full")));
        assert!(error_object(&Problem::busy(), "en")["retry_ms"].is_number());
    }

    #[test]
    fn bare_statuses_keep_their_status() {
        for status in [400, 404, 405, 411, 413, 415, 500, 502] {
            let problem = of_status(status);
            let kept = if status >= 500 { 500 } else { status };
            assert_eq!(problem.status(), kept);
            assert!(texts::codes().any(|code| code == problem.code), "{}", problem.code);
        }
    }
}
