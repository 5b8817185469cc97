//! What an HTTP call came back with, and the two things every test says about it: fine, or which problem.
use reqwest::header::HeaderMap;
use serde_json::Value;

/// An HTTP answer, read whole. `body` is `Null` where the text is no JSON.
#[derive(Debug, Clone)]
pub struct Answer {
    pub request: String,
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
    pub body: Value,
}

impl Answer {
    pub(crate) async fn read(request: String, response: reqwest::Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text =
            String::from_utf8_lossy(&response.bytes().await.unwrap_or_default()).into_owned();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Self { request, status, headers, text, body }
    }

    /// The body of an answer that must have been a success.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert!(
            (200..300).contains(&self.status),
            "{}: {} {}",
            self.request,
            self.status,
            self.text
        );
        self.body
    }

    /// Insists on a problem of this status and code, in the shape of RFC 9457.
    #[track_caller]
    pub fn problem(self, status: u16, code: &str) -> Value {
        let seen = format!("{}: {} {}", self.request, self.status, self.text);
        assert_eq!((self.status, self.body["code"].as_str()), (status, Some(code)), "{seen}");
        self.assert_problem_shape();
        self.body
    }

    /// Insists on some refusal (4xx or a temporary 5xx) that is a well-formed problem.
    #[track_caller]
    pub fn refused(self) -> Value {
        let temporary = matches!(self.status, 503 | 507);
        assert!(
            (400..500).contains(&self.status) || temporary,
            "{}: {} {}",
            self.request,
            self.status,
            self.text
        );
        self.assert_problem_shape();
        self.body
    }

    #[track_caller]
    pub fn assert_problem_shape(&self) {
        let seen = format!("{}: {} {:?} {}", self.request, self.status, self.headers, self.text);
        let kind = self.header("content-type");
        assert!(kind.starts_with("application/problem+json"), "no problem+json: {seen}");
        for field in ["type", "title", "code", "request_id"] {
            assert!(self.body[field].is_string(), "problem without {field}: {seen}");
        }
        assert_eq!(self.body["status"], self.status, "{seen}");
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
    }
}
