//! The composition root: configuration -> database -> machinery -> features -> routes. The only
//! place that lists the features; what the binary and the command line both start.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpServer, web};
use anyhow::Context;
use secrecy::ExposeSecret;

use crate::adapters::vault::Vault;
use crate::config::Settings;
use crate::db::{Db, statistics};
use crate::features::{
    accounts, activities, agenda, boards, bulk, channels, customers, imports, leads, notifications,
    reminders, rooms, rules, views, webhooks,
};
use crate::features::{audit, offboarding};
use crate::gateway::{self, Gateway, Message};
use crate::kernel::clock::Clock;
use crate::realtime::Hub;
use crate::realtime::bus::LocalBus;
use crate::realtime::registry::Registry;
use crate::realtime::session::{self, Door};
use crate::realtime::sessions::{SessionSettings, Sessions};
use crate::realtime::socket;
use crate::workers::janitor;
use crate::workers::jobs::JobWorker;

/// How long running jobs may take when the server leaves.
const JOBS_PATIENCE: Duration = Duration::from_secs(2);

/// Everything below the HTTP server: what the command line needs too.
pub struct Core {
    pub settings: Settings,
    pub db: Db,
    pub clock: Clock,
    pub hub: Hub,
    pub operator: accounts::Operator,
    public_url: String,
    gateway: Gateway,
    jobs: JobWorker,
    push: notifications::PushSender,
    doors: channels::Doors,
    /// Held, not read: the database lives on it.
    _runtime: DatabaseRuntime,
}

/// A server that answers.
pub struct Running {
    pub base_url: String,
    pub core: Core,
    server: ServerHandle,
    serving: tokio::task::JoinHandle<std::io::Result<()>>,
}

impl Core {
    /// Opens the database and starts the machinery. Must run inside an actix system.
    ///
    /// # Errors
    /// When the database cannot be used; the text says what to change.
    pub async fn start(settings: Settings, public_url: &str) -> anyhow::Result<Self> {
        // a second call returns Err and changes nothing
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let runtime = DatabaseRuntime::start()?;
        let (options, handle) = (settings.database.options(), runtime.handle.clone());
        let opening = runtime.handle.spawn(async move { Db::open(&options, handle).await });
        let db = opening.await.context("the database's runtime died")??;
        let clock = Clock::system();
        accounts::refuse_other_secret(&db, settings.auth.secret.expose_secret()).await?;
        let doors = channels::Doors::new(&db, &Vault::open(&settings.keys, &db, &clock).await?);

        let principals = accounts::Principals::new(&db, &clock);
        let gateway =
            Gateway::new(&settings, &db, &clock, principals, public_url, docs(), messages())?;
        let registry = registry(&gateway, &settings, &clock, &doors);
        let sessions = Sessions::new(
            SessionSettings {
                base_url: public_url.to_owned(),
                allowed_origins: settings.server.allowed_origins.clone(),
                ..SessionSettings::default()
            },
            clock.clone(),
        );
        let jobs = JobWorker::default();
        let bell = jobs.clone();
        let threads = std::thread::available_parallelism().map_or(1, |n| n.get().min(4));
        let hub = Hub::start(
            db.clone(),
            clock.clone(),
            registry,
            sessions,
            accounts::SocketSignIn::new(gateway.access.clone(), &db),
            Arc::new(LocalBus::default()),
            Arc::new(move || bell.wake()),
            threads,
        );
        Ok(Self {
            push: notifications::PushSender::open(&settings.push)?,
            operator: accounts::Operator::new(&settings, &db, &clock, &hub),
            public_url: public_url.to_owned(),
            doors,
            settings,
            db,
            clock,
            hub,
            gateway,
            jobs,
            _runtime: runtime,
        })
    }

    /// Starts what runs by itself: jobs, the broom.
    fn start_workers(&self, webhooks: &webhooks::Webhooks) -> anyhow::Result<()> {
        let (settings, db, clock, hub) = (&self.settings, &self.db, &self.clock, &self.hub);
        let slots = settings.limits.jobs;
        let mut jobs = accounts::jobs(settings, db, clock, &self.public_url)?;
        jobs.extend(offboarding::jobs(db, hub));
        jobs.extend(notifications::jobs(settings, db, clock, &self.public_url, &self.push)?);
        jobs.extend(activities::jobs(db, clock));
        jobs.extend(bulk::jobs(db, hub));
        jobs.extend(channels::jobs(db, clock, hub));
        jobs.extend(imports::jobs(db, hub));
        jobs.extend(reminders::jobs(db, clock, hub));
        jobs.extend(agenda::jobs(settings, db, hub, &self.public_url)?);
        jobs.extend(rules::jobs(settings, db, clock, hub)?);
        jobs.extend(webhooks::jobs(webhooks, db, clock, hub, slots));
        self.jobs.start(db, clock, jobs, slots);
        let (db, hub, clock) = (self.db.clone(), self.hub.clone(), self.clock.clone());
        self.db.detach(async move {
            if let Err(problem) = reminders::resume(&db, &hub, &clock).await {
                tracing::error!(code = problem.code, "reminders that fell due wait for the next");
            }
        });
        self.db.detach(janitor::run(self.db.clone(), self.clock.clone()));
        self.db.detach(gateway::upkeep());
        self.db.detach(statistics::keep(self.db.clone()));
        let sessions = self.hub.sessions().clone();
        self.db.detach(sessions.watch(Arc::new(self.hub.clone())));
        Ok(())
    }

    /// Lets the database go, in order.
    pub async fn stop(self) {
        self.jobs.stop(JOBS_PATIENCE).await;
        self.db.close().await;
    }
}

/// The threads of the database. A tokio runtime panics when it is dropped inside another one, as
/// happens when a start fails half-way; this one just goes.
struct DatabaseRuntime {
    handle: tokio::runtime::Handle,
    owned: Option<tokio::runtime::Runtime>,
}

impl DatabaseRuntime {
    fn start() -> anyhow::Result<Self> {
        let owned = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("database")
            .enable_all()
            .build()?;
        Ok(Self { handle: owned.handle().clone(), owned: Some(owned) })
    }
}

impl Drop for DatabaseRuntime {
    fn drop(&mut self) {
        if let Some(runtime) = self.owned.take() {
            runtime.shutdown_background();
        }
    }
}

/// What every feature understands.
fn registry(
    gateway: &Gateway,
    settings: &Settings,
    clock: &Clock,
    doors: &channels::Doors,
) -> Registry {
    let mut registry = Registry::default();
    accounts::commands(&mut registry, &gateway.access, clock);
    agenda::commands(&mut registry, clock);
    offboarding::commands(&mut registry);
    boards::commands(&mut registry);
    activities::commands(&mut registry);
    bulk::commands(&mut registry);
    channels::commands(&mut registry, doors);
    customers::commands(&mut registry, clock);
    views::commands(&mut registry);
    imports::commands(&mut registry);
    leads::commands(&mut registry);
    notifications::commands(&mut registry);
    reminders::commands(&mut registry);
    rooms::commands(&mut registry);
    rules::commands(&mut registry, clock);
    webhooks::commands(&mut registry, clock, settings.webhooks.allow_private);
    registry
}

/// The routes of all features, below `/api/v1`.
fn features(cfg: &mut web::ServiceConfig) {
    cfg.configure(accounts::routes)
        .configure(agenda::routes)
        .configure(audit::routes)
        .configure(offboarding::routes)
        .configure(boards::routes)
        .configure(bulk::routes)
        .configure(channels::routes)
        .configure(customers::routes)
        .configure(activities::routes)
        .configure(views::routes)
        .configure(leads::routes)
        .configure(imports::routes)
        .configure(notifications::routes)
        .configure(reminders::routes)
        .configure(rooms::routes)
        .configure(rules::routes)
        .configure(webhooks::routes)
        .configure(session::routes);
}

/// What the features say of their routes.
pub fn docs() -> Vec<utoipa::openapi::OpenApi> {
    vec![
        accounts::openapi(),
        agenda::openapi(),
        audit::openapi(),
        offboarding::openapi(),
        boards::openapi(),
        bulk::openapi(),
        channels::openapi(),
        customers::openapi(),
        activities::openapi(),
        views::openapi(),
        leads::openapi(),
        imports::openapi(),
        notifications::openapi(),
        reminders::openapi(),
        rooms::openapi(),
        rules::openapi(),
        webhooks::openapi(),
    ]
}

/// What the features say of their commands and events.
pub fn messages() -> Vec<Message> {
    let mut all = accounts::messages();
    all.extend(agenda::messages());
    all.extend(offboarding::messages());
    all.extend(boards::messages());
    all.extend(bulk::messages());
    all.extend(channels::messages());
    all.extend(customers::messages());
    all.extend(activities::messages());
    all.extend(views::messages());
    all.extend(leads::messages());
    all.extend(imports::messages());
    all.extend(notifications::messages());
    all.extend(reminders::messages());
    all.extend(rooms::messages());
    all.extend(rules::messages());
    all.extend(webhooks::messages());
    all
}

/// Starts a server and returns once it answers.
///
/// # Errors
/// When the address is taken or the database cannot be used.
pub async fn start(settings: Settings) -> anyhow::Result<Running> {
    let wanted = settings.server.listen_address()?;
    let listener = TcpListener::bind(wanted).with_context(|| format!("{wanted} cannot be used"))?;
    let bound: SocketAddr = listener.local_addr()?;
    let base_url = settings.server.public_url(bound);
    let core = Core::start(settings, &base_url).await?;
    let webhooks = webhooks::Webhooks::new(&core.settings)?;
    core.start_workers(&webhooks)?;
    let webhooks = web::Data::new(webhooks);

    let door = Door { host: Arc::new(core.hub.clone()), sessions: core.hub.sessions().clone() };
    let door = web::Data::new(door);
    let hub = web::Data::new(core.hub.clone());
    let accounts = web::Data::new(accounts::Accounts::new(
        &core.settings,
        &core.db,
        &core.clock,
        &core.hub,
        &core.gateway.access,
        &base_url,
        &core.jobs,
    )?);
    let agenda = agenda::Agenda::new(&core.settings, &core.db, &core.clock, &core.hub, &base_url);
    let agenda = web::Data::new(agenda);
    let push = web::Data::new(core.push.clone());
    let doors = web::Data::new(core.doors.clone());
    let gateway = core.gateway.clone();
    // what is not granted is found when connections are refused
    let _ = socket::raise_descriptor_limit();
    let workers = match core.settings.server.workers {
        0 => std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        n => n,
    };
    let server = HttpServer::new(move || {
        App::new()
            .wrap(crate::front_door!())
            .app_data(door.clone())
            .app_data(hub.clone())
            .app_data(accounts.clone())
            .app_data(webhooks.clone())
            .app_data(agenda.clone())
            .app_data(push.clone())
            .app_data(doors.clone())
            .configure(|cfg| gateway.data(cfg))
            .configure(|cfg| gateway.routes(cfg, features))
            .configure(channels::hooks)
            .configure(gateway::client)
    })
    .on_connect(socket::on_connect())
    .workers(workers)
    .backlog(4096)
    .keep_alive(Duration::from_secs(75))
    .client_request_timeout(Duration::from_secs(10))
    .client_disconnect_timeout(Duration::from_secs(2))
    .shutdown_timeout(4)
    .disable_signals()
    .listen(listener)?
    .run();
    let handle = server.handle();
    let serving = tokio::task::spawn_local(server);
    tracing::info!(server.address = %bound, "serving");
    Ok(Running { base_url, core, server: handle, serving })
}

impl Running {
    /// SIGTERM: nothing acknowledged is lost, and it is over within fifteen seconds.
    ///
    /// Refuses new connections, tells sockets when to come back, closes them after what is queued
    /// for them, lets running requests end, and closes the database.
    pub async fn drain(self) {
        tracing::info!(sessions = self.core.hub.sessions().len(), "draining");
        self.core.gateway.health.drain();
        self.server.pause().await;
        self.core.hub.sessions().leave().await;
        self.server.stop(true).await;
        match self.serving.await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "the server did not end in order"),
            Err(error) => tracing::warn!(%error, "the server did not end in order"),
        }
        self.core.stop().await;
        tracing::info!("stopped");
    }
}
