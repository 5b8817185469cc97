//! The web client, compiled into the binary (read from its folder in debug builds). Paths without a
//! file are the client's own routes and get its page; only for GET and HEAD, never below `/api`.

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderValue, IF_NONE_MATCH, VARY,
};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Compress;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use rust_embed::{EmbeddedFile, RustEmbed};

use super::secrets::hex;
use crate::kernel::problem::{Class, Problem};

#[derive(RustEmbed)]
#[folder = "../client/app/dist/"]
#[allow_missing = true]
struct Files;

const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Nabız</title>\
<body><h1>Nabız</h1><p>The server runs, but the web client is not built. Build it with \
<code>npm ci &amp;&amp; npm run build</code> in <code>client/app</code>, or start everything with \
<code>make demo</code>.</p></body></html>";

/// Everything that no other route took; configure it last.
pub fn client(cfg: &mut ServiceConfig) {
    cfg.service(web::resource("/{path:.*}").wrap(Compress::default()).route(web::route().to(show)));
}

async fn show(req: HttpRequest) -> Result<HttpResponse, Problem> {
    if !matches!(*req.method(), Method::GET | Method::HEAD) {
        let problem = Problem::new(Class::Invalid, "method_not_allowed");
        return Err(Problem { status: Some(405), ..problem });
    }
    let path = req.path().trim_start_matches('/');
    if let Some(file) = Files::get(path).filter(|_| !path.is_empty()) {
        return Ok(answer(&req, path, file));
    }
    // a file that is gone must not turn into a page
    if path == "assets" || path.starts_with("assets/") || path == "api" || path.starts_with("api/")
    {
        return Err(Problem::not_found());
    }
    let page = page_of(path);
    match Files::get(page) {
        Some(file) => Ok(answer(&req, page, file)),
        None => Ok(HttpResponse::Ok().content_type("text/html; charset=utf-8").body(NOT_BUILT)),
    }
}

/// The page of a client's route. Guests have a small one of their own, without the app.
fn page_of(path: &str) -> &'static str {
    if path == "b" || path.starts_with("b/") { "book.html" } else { "index.html" }
}

fn answer(req: &HttpRequest, path: &str, file: EmbeddedFile) -> HttpResponse {
    let tag = format!("W/\"{}\"", &hex(&file.metadata.sha256_hash())[..32]);
    let seen = req.headers().get(IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let mut response = if seen.is_some_and(|seen| seen.split(',').any(|t| t.trim() == tag)) {
        HttpResponse::new(StatusCode::NOT_MODIFIED)
    } else {
        HttpResponse::Ok().body(file.data.into_owned())
    };
    // the build names what is under assets/ by its content
    let keep = if path.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    let kind = match (kind.type_(), kind.subtype()) {
        (mime_guess::mime::TEXT, _) | (_, mime_guess::mime::JAVASCRIPT) => {
            format!("{}; charset=utf-8", kind.essence_str())
        }
        _ => kind.to_string(),
    };
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(keep));
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if let (Ok(kind), Ok(tag)) = (HeaderValue::from_str(&kind), HeaderValue::from_str(&tag)) {
        headers.insert(CONTENT_TYPE, kind);
        headers.insert(ETAG, tag);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::page_of;

    #[test]
    fn guests_get_their_own_page() {
        for path in ["b", "b/", "b/zeytin-emlak", "b/appointment"] {
            assert_eq!(page_of(path), "book.html", "{path}");
        }
        for path in ["", "boards", "boards/b/1", "bb"] {
            assert_eq!(page_of(path), "index.html", "{path}");
        }
    }
}
