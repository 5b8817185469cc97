//! `/health/live`: the process answers. `/health/ready`: it may be given work.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::web::{self, Data, ServiceConfig};
use serde_json::json;

use crate::db::Db;
use crate::kernel::problem::Problem;

/// Longest that the database may take to say that it is there.
const PATIENCE: Duration = Duration::from_secs(2);

/// Whether this node should be given work.
pub struct Health {
    db: Db,
    draining: AtomicBool,
}

impl Health {
    pub fn new(db: Db) -> Self {
        Self { db, draining: AtomicBool::new(false) }
    }

    /// From now on `/health/ready` says 503, so that a load balancer looks elsewhere.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    pub fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }
}

pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(web::resource("/health/live").route(web::get().to(live)))
        .service(web::resource("/health/ready").route(web::get().to(ready)));
}

async fn live() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "status": "ok" }))
}

async fn ready(health: Data<Health>) -> Result<HttpResponse, Problem> {
    if health.is_draining() {
        return Err(Problem::busy());
    }
    match tokio::time::timeout(PATIENCE, health.db.ping()).await {
        Ok(Ok(())) => Ok(HttpResponse::Ok().json(json!({ "status": "ok" }))),
        _ => Err(Problem::busy()),
    }
}
