//! Which pages may open a socket. Browsers send `Origin` and cannot forge it; programs need not
//! send it at all.

/// `None` is no header; an unreadable one is foreign.
pub(super) fn may_open(origin: Option<&str>, base_url: &str, allowed: &[String]) -> bool {
    let Some(origin) = origin else { return true };
    let Some(origin) = Origin::parse(origin) else { return false };
    if allowed.iter().any(|entry| Origin::parse(entry).is_some_and(|entry| entry == origin)) {
        return true;
    }
    Origin::parse(base_url).is_some_and(|base| {
        // On one's own machine the names of the machine are the same place.
        let is_same_host = base.host == origin.host || base.is_loopback() && origin.is_loopback();
        is_same_host && base.scheme == origin.scheme && base.port == origin.port
    })
}

#[derive(Debug, PartialEq, Eq)]
struct Origin {
    scheme: String,
    host: String,
    port: u16,
}

impl Origin {
    /// Of a URL or an origin; a path is ignored.
    fn parse(url: &str) -> Option<Self> {
        let uri: actix_web::http::Uri = url.trim().trim_end_matches('/').parse().ok()?;
        let scheme = uri.scheme_str()?.to_ascii_lowercase();
        let port = uri.port_u16().or(match scheme.as_str() {
            "http" => Some(80),
            "https" => Some(443),
            _ => None,
        })?;
        Some(Self { scheme, host: uri.host()?.to_ascii_lowercase(), port })
    }

    fn is_loopback(&self) -> bool {
        matches!(self.host.as_str(), "localhost" | "127.0.0.1" | "[::1]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_own_and_allowed_pages_open_sockets() {
        let allowed = ["https://panel.example.com".to_owned()];
        for (origin, base, expected) in [
            (None, "https://crm.example.com", true),
            (Some("https://crm.example.com"), "https://crm.example.com/", true),
            (Some("https://CRM.example.com:443"), "https://crm.example.com", true),
            (Some("https://panel.example.com"), "https://crm.example.com", true),
            (Some("http://crm.example.com"), "https://crm.example.com", false),
            (Some("https://crm.example.com.evil.com"), "https://crm.example.com", false),
            (Some("https://evil.com"), "https://crm.example.com", false),
            (Some("https://crm.example.com:8443"), "https://crm.example.com", false),
            (Some("null"), "https://crm.example.com", false),
            (Some(""), "https://crm.example.com", false),
            (Some("http://localhost:8080"), "http://127.0.0.1:8080", true),
            (Some("http://localhost:8081"), "http://127.0.0.1:8080", false),
            (Some("http://localhost:8080"), "http://crm.example.com:8080", false),
        ] {
            assert_eq!(may_open(origin, base, &allowed), expected, "{origin:?} at {base}");
        }
    }
}
