//! `/metrics` in Prometheus' text form. The recorder belongs to the process, because the `metrics`
//! macros do; several apps in one process share it.

use std::sync::OnceLock;
use std::time::Duration;

use actix_web::http::Method;
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{HttpResponse, http::header::ContentType};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

/// Seconds.
const BUCKETS: [f64; 12] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// The process's recorder.
#[derive(Clone)]
pub(super) struct Metrics(Option<PrometheusHandle>);

impl Metrics {
    pub(super) fn install() -> Self {
        static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
        Self(
            RECORDER
                .get_or_init(|| {
                    build()
                        .inspect_err(|error| {
                            tracing::error!(%error, "metrics cannot be recorded");
                        })
                        .ok()
                })
                .clone(),
        )
    }

    fn render(&self) -> String {
        self.0
            .as_ref()
            .map(|handle| {
                // without this the samples of histograms pile up until the next one
                handle.run_upkeep();
                handle.render()
            })
            .unwrap_or_default()
    }
}

fn build() -> Result<PrometheusHandle, Box<dyn std::error::Error>> {
    let builder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &BUCKETS)?;
    Ok(builder.install_recorder()?)
}

pub(super) fn answered(method: &Method, route: &str, status: u16, took: Duration) {
    // an invented method is a label of its own: only known ones
    let method = match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PATCH => "PATCH",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        _ => "other",
    };
    let labels = [
        ("method", method.to_owned()),
        ("route", route.to_owned()),
        ("status", status.to_string()),
    ];
    metrics::histogram!("http_request_duration_seconds", &labels).record(took.as_secs_f64());
}

pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(web::resource("/metrics").route(web::get().to(show)));
}

async fn show(metrics: Data<Metrics>) -> HttpResponse {
    HttpResponse::Ok().content_type(ContentType::plaintext()).body(metrics.render())
}

/// Keeps histograms small where nobody scrapes. Runs for as long as the server does.
pub async fn upkeep() {
    loop {
        tokio::time::sleep(Duration::from_secs(10)).await;
        if let Some(handle) = Metrics::install().0 {
            handle.run_upkeep();
        }
    }
}
