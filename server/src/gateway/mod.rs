//! HTTP plumbing: who asks, limits, request ids, problems, documents, the web client. Knows no
//! feature: what needs one (loading a principal) is handed in behind a small trait.

mod access;
mod address;
mod api_key;
mod body;
mod client;
mod commands;
mod door;
mod extract;
mod headers;
mod health;
mod idempotency;
mod limits;
mod messages;
mod metrics;
mod openapi;
mod origin;
mod problem;
mod secrets;
mod tokens;

use std::sync::Arc;

use actix_web::web::{self, Data, ServiceConfig};
use secrecy::ExposeSecret;

pub use self::access::{Access, PrincipalSource};
pub use self::address::{ClientAddress, TrustedProxies};
pub use self::api_key::{ApiKeyText, KeyKind};
pub use self::body::{Body, BodyLimit, read_body};
pub use self::client::client;
pub use self::door::{Language, RequestId, door};
pub use self::health::Health;
pub use self::idempotency::{IdempotencyKey, once};
pub use self::limits::{FailureLimit, RateLimit, RateLimits};
pub use self::messages::Message;
pub use self::metrics::upkeep;
pub use self::openapi::merged as openapi_document;
pub use self::origin::{Origins, refuse_foreign_origin};
pub use self::problem::{error_object, problem_object};
pub use self::secrets::{Secrets, hex, same_bytes, sha256};
pub use self::tokens::{AccessClaims, AccessTokens, LIFE_SECONDS};
use crate::config::Settings;
use crate::db::Db;
use crate::kernel::clock::Clock;

/// The address people use: what links are built from. Never ends with a slash.
#[derive(Clone, Debug)]
pub struct PublicUrl(pub Arc<str>);

impl PublicUrl {
    pub fn is_secure(&self) -> bool {
        self.0.starts_with("https://")
    }
}

/// Handles that every worker shares; one of each for the whole server.
#[derive(Clone)]
pub struct Gateway {
    pub access: Data<Access>,
    pub health: Data<Health>,
    pub limits: Data<RateLimits>,
    db: Data<Db>,
    clock: Data<Clock>,
    settings: Data<Settings>,
    origins: Data<Origins>,
    proxies: Data<TrustedProxies>,
    public_url: Data<PublicUrl>,
    documents: Data<openapi::Documents>,
    metrics: Data<metrics::Metrics>,
}

impl Gateway {
    /// `docs`: what the features say of their routes; `messages`: of their commands and events.
    ///
    /// # Errors
    /// When the settings cannot be used.
    pub fn new(
        settings: &Settings,
        db: &Db,
        clock: &Clock,
        source: Arc<dyn PrincipalSource>,
        public_url: &str,
        docs: Vec<utoipa::openapi::OpenApi>,
        messages: Vec<Message>,
    ) -> anyhow::Result<Self> {
        let secrets = Secrets::new(settings.auth.secret.expose_secret());
        let tokens = AccessTokens::new(&secrets, clock.clone());
        Ok(Self {
            access: Data::new(Access::new(tokens, source)),
            health: Data::new(Health::new(db.clone())),
            limits: Data::new(RateLimits::new(&settings.limits)),
            db: Data::new(db.clone()),
            clock: Data::new(clock.clone()),
            settings: Data::new(settings.clone()),
            origins: Data::new(Origins::new(settings.server.origins(public_url))),
            proxies: Data::new(TrustedProxies::new(settings.server.networks()?)),
            public_url: Data::new(PublicUrl(public_url.into())),
            documents: Data::new(openapi::Documents::new(docs, messages)?),
            metrics: Data::new(metrics::Metrics::install()),
        })
    }

    /// Hands the handles and the extractors' settings to a worker's app.
    pub fn data(&self, cfg: &mut ServiceConfig) {
        cfg.app_data(self.access.clone())
            .app_data(self.health.clone())
            .app_data(self.limits.clone())
            .app_data(self.db.clone())
            .app_data(self.clock.clone())
            .app_data(self.settings.clone())
            .app_data(self.origins.clone())
            .app_data(self.proxies.clone())
            .app_data(self.public_url.clone())
            .app_data(self.documents.clone())
            .app_data(self.metrics.clone())
            .app_data(extract::json(self.settings.limits.json_bytes))
            .app_data(extract::path())
            .app_data(extract::query())
            .app_data(extract::payload(self.settings.limits.json_bytes));
    }

    /// `/health`, `/metrics`, and everything below `/api/v1`: the gateway's own routes and those
    /// of the features.
    pub fn routes(&self, cfg: &mut ServiceConfig, features: impl FnOnce(&mut ServiceConfig)) {
        cfg.configure(health::routes).configure(metrics::routes).service(
            web::scope("/api/v1")
                .configure(openapi::routes)
                .configure(|cfg| commands::routes(cfg, self.settings.limits.commands_bytes))
                .configure(features)
                .default_service(web::route().to(extract::unknown_route)),
        );
        cfg.service(web::scope("/api").default_service(web::route().to(extract::unknown_route)));
    }
}

/// The outermost middleware, as `App::wrap` wants it.
#[macro_export]
macro_rules! front_door {
    () => {
        actix_web::middleware::from_fn($crate::gateway::door)
    };
}
