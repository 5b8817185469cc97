//! Which pages may use the sign-in cookie and the socket: our own, and those on the list.

use actix_web::HttpRequest;
use actix_web::http::header::{HOST, ORIGIN};
use actix_web::web::Data;

use crate::kernel::problem::Problem;

/// Origins that are allowed beside the one that the request itself names as host.
pub struct Origins(Vec<String>);

impl Origins {
    pub fn new(origins: Vec<String>) -> Self {
        Self(origins.into_iter().map(|origin| origin.to_ascii_lowercase()).collect())
    }

    /// No origin is fine: only browsers send one, and they always do where it matters.
    pub fn admit(&self, req: &HttpRequest) -> bool {
        let header = |name| req.headers().get(name).and_then(|value| value.to_str().ok());
        let Some(origin) = req.headers().get(ORIGIN) else {
            return req.headers().get("sec-fetch-site").is_none_or(|site| site != "cross-site");
        };
        let origin = origin.to_str().unwrap_or("null").to_ascii_lowercase();
        let same_host = origin
            .split_once("://")
            .zip(header(HOST))
            .is_some_and(|((_, authority), host)| authority.eq_ignore_ascii_case(host));
        same_host || self.0.contains(&origin)
    }
}

/// # Errors
/// `forbidden` for a request that a foreign page made.
pub fn refuse_foreign_origin(req: &HttpRequest) -> Result<(), Problem> {
    match req.app_data::<Data<Origins>>() {
        Some(origins) if origins.admit(req) => Ok(()),
        _ => Err(Problem::forbidden()),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::Origins;

    #[test]
    fn foreign_pages_are_refused() {
        let origins = Origins::new(vec!["https://crm.example".to_owned()]);
        let ask = |headers: &[(&'static str, &'static str)]| {
            let mut request = TestRequest::default().insert_header(("host", "127.0.0.1:8080"));
            for header in headers {
                request = request.insert_header(*header);
            }
            origins.admit(&request.to_http_request())
        };
        assert!(ask(&[]));
        assert!(ask(&[("origin", "https://crm.example")]));
        assert!(ask(&[("origin", "http://127.0.0.1:8080")]));
        assert!(!ask(&[("origin", "https://evil.example")]));
        assert!(!ask(&[("origin", "null")]));
        assert!(!ask(&[("origin", "https://crm.example.evil.example")]));
        assert!(!ask(&[("sec-fetch-site", "cross-site")]));
    }
}
