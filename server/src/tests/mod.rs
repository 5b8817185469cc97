//! What the library's own tests stand on: a database of their own, a hub over it, and a tenant
//! that nobody else uses.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use entities::ids::{SessionId, TenantId};
use entities::tenant;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel};

use crate::db::{Db, Options, open_bare};
use crate::kernel::clock::Clock;
use crate::kernel::principal::Principal;
use crate::kernel::problem::Problem;
use crate::realtime::bus::LocalBus;
use crate::realtime::hub::{Authenticator, Hub};
use crate::realtime::port::SignedIn;
use crate::realtime::registry::Registry;
use crate::realtime::sessions::{SessionSettings, Sessions};

/// Signs nobody in: these tests speak to the hub.
struct Nobody;

impl Authenticator for Nobody {
    fn sign_in<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<SignedIn, Problem>> {
        Box::pin(async { Err(Problem::unauthenticated()) })
    }

    fn ended_since(
        &self,
        _: TenantId,
        _: DateTime<Utc>,
    ) -> BoxFuture<'_, Result<Vec<SessionId>, Problem>> {
        Box::pin(async { Ok(Vec::new()) })
    }
}

pub(crate) struct Testbed {
    pub(crate) hub: Hub,
    pub(crate) db: Db,
    pub(crate) clock: Clock,
    /// The server acting for the tenant.
    pub(crate) by: Principal,
}

impl Testbed {
    /// A hub that understands what `features` registers.
    pub(crate) async fn start(options: Options, features: impl FnOnce(&mut Registry)) -> Self {
        // leaked on purpose: a runtime may not be dropped inside another
        let runtime = Box::leak(Box::new(tokio::runtime::Runtime::new().unwrap()));
        let handle = runtime.handle().clone();
        let open = runtime.spawn(async move { Db::open(&options, handle).await });
        let db = open.await.unwrap().unwrap();
        let mut registry = Registry::default();
        features(&mut registry);
        let clock = Clock::system();
        let sessions = Sessions::new(SessionSettings::default(), clock.clone());
        let (nobody, bus) = (Arc::new(Nobody), Arc::new(LocalBus::default()));
        let jobs = Arc::new(|| ());
        let hub = Hub::start(db.clone(), clock.clone(), registry, sessions, nobody, bus, jobs, 2);
        let by = Principal::system(TenantId(clock.fresh_id()));
        let house = tenant::Model {
            id: by.tenant,
            slug: by.tenant.to_string(),
            name: "Işık Ltd.".to_owned(),
            locale: "tr".to_owned(),
            country: "TR".to_owned(),
            time_zone: "Europe/Istanbul".to_owned(),
            currency: "TRY".to_owned(),
            created_at: clock.now(),
        };
        let founded = db.write(by.tenant, move |tx| {
            let row = house.clone().into_active_model().reset_all();
            async move {
                    Ok(tenant::Entity::insert(row).exec_without_returning(tx).await.map(drop)?)
                }
                .boxed()
        });
        founded.await.unwrap();
        Self { hub, db, clock, by }
    }
}

/// A new file.
pub(crate) fn sqlite() -> Options {
    let file = std::env::temp_dir().join(format!("nabiz-{}.db", Clock::system().fresh_id()));
    let url = format!("sqlite://{}", file.display());
    Options { url, admin_url: String::new(), max_connections: 4, synchronous: "full".to_owned() }
}

/// A new database, where `scripts/with-services.sh` offers PostgreSQL.
pub(crate) async fn postgres() -> Option<Options> {
    let admin = std::env::var("NABIZ_TEST_PG_ADMIN_URL").ok()?;
    let name = format!("nabiz_{}", Clock::system().fresh_id().simple());
    let of = |role: &str| {
        let url = std::env::var(role).unwrap();
        format!("{}/{name}", url.rsplit_once('/').unwrap().0)
    };
    let options = Options {
        url: of("NABIZ_TEST_PG_APP_URL"),
        admin_url: of("NABIZ_TEST_PG_OWNER_URL"),
        max_connections: 4,
        synchronous: "full".to_owned(),
    };
    let bare = open_bare(&options, &admin).await.unwrap();
    bare.execute_unprepared(&format!("CREATE DATABASE {name} OWNER nabiz_owner")).await.unwrap();
    Some(options)
}
