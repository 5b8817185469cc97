//! An app under test: a server over a fresh database, and the people in it.
use std::{collections::BTreeMap, sync::Arc};

use tokio::sync::oneshot;

use crate::{
    both::Kind,
    database::Database,
    ledger::Ledger,
    user::{User, unique},
};

/// Configuration beside the tests' own, by the contract's keys: `("server.listen", "127.0.0.1:0")`.
#[derive(Debug, Clone, Default)]
pub struct Settings(BTreeMap<String, String>);

impl Settings {
    #[must_use]
    pub fn with(mut self, key: &str, value: impl ToString) -> Self {
        self.0.insert(key.to_owned(), value.to_string());
        self
    }

    /// As the environment that the binary reads.
    pub(crate) fn environment(&self, database: &Database) -> Vec<(String, String)> {
        let dir = database.folder();
        let mut all = BTreeMap::from([
            ("server.listen".to_owned(), "127.0.0.1:0".to_owned()),
            ("database.url".to_owned(), database.url.clone()),
            ("mail.url".to_owned(), format!("file:{}", dir.join("mail").display())),
            ("storage.url".to_owned(), format!("file:{}", dir.join("files").display())),
            ("auth.secret".to_owned(), "only-for-tests-only-for-tests-only-for-tests".to_owned()),
            ("keys.master".to_owned(), "only-for-tests-only-for-tests-only-for-tests".to_owned()),
            ("log.format".to_owned(), "json".to_owned()),
            // All people of a test share one address; what limits it is tested on its own.
            ("limits.registrations_per_minute".to_owned(), "100000".to_owned()),
            ("limits.leads_per_minute".to_owned(), "100000".to_owned()),
            ("limits.mails_per_minute".to_owned(), "100000".to_owned()),
        ]);
        if !database.owner_url.is_empty() {
            all.insert("database.admin_url".to_owned(), database.owner_url.clone());
        }
        all.extend(self.0.clone());
        all.into_iter()
            .map(|(key, value)| {
                (format!("NABIZ__{}", key.replace('.', "__").to_uppercase()), value)
            })
            .collect()
    }
}

/// A server inside this process: the real `server::app::start`, on a thread with an actix system of its own.
#[derive(Debug)]
pub struct Server {
    base: String,
    /// Dropping it ends the server.
    _stop: oneshot::Sender<()>,
}

impl Server {
    pub async fn start(database: &Database, settings: &Settings) -> Self {
        let settings = server::config::Settings::load(None, settings.environment(database))
            .unwrap_or_else(|error| panic!("the configuration of a test: {error:#}"));
        let (stop, stopped) = oneshot::channel::<()>();
        let (ready, started) = oneshot::channel();
        std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                match server::app::start(settings).await {
                    Ok(running) => {
                        // A test that has given up by now has no use for the address.
                        let _ = ready.send(Ok(running.base_url.clone()));
                        let _ = stopped.await;
                        running.drain().await;
                    }
                    Err(error) => drop(ready.send(Err(format!("{error:#}")))),
                }
            });
        });
        let base = started.await.expect("a server thread that lives");
        Self {
            base: base.unwrap_or_else(|error| panic!("the server did not start: {error}")),
            _stop: stop,
        }
    }

    pub fn base(&self) -> &str {
        &self.base
    }
}

/// A running app. Clones share it; the last one ends it.
#[derive(Debug, Clone)]
pub struct TestApp(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    server: Server,
    database: Database,
    ledger: Ledger,
}

impl TestApp {
    pub async fn start(kind: Kind) -> Self {
        Self::start_with(kind, Settings::default()).await
    }

    pub async fn start_with(kind: Kind, settings: Settings) -> Self {
        Self::start_on(Database::fresh(kind).await, settings).await
    }

    pub async fn start_on(database: Database, settings: Settings) -> Self {
        let server = Server::start(&database, &settings).await;
        Self(Arc::new(Inner { server, database, ledger: Ledger::default() }))
    }

    pub fn base(&self) -> &str {
        self.0.server.base()
    }

    pub fn database(&self) -> &Database {
        &self.0.database
    }

    pub(crate) fn ledger(&self) -> Ledger {
        self.0.ledger.clone()
    }

    /// Somebody who has not signed in.
    pub fn stranger(&self) -> User {
        User::stranger(self.base(), self.ledger())
    }

    /// A new tenant; its first user is its administrator.
    pub async fn tenant(&self) -> User {
        self.stranger().register(&unique("isletme")).await
    }

    /// The administrator of a new tenant and colleagues of these roles.
    pub async fn team<const N: usize>(&self, roles: [&str; N]) -> (User, [User; N]) {
        let admin = self.tenant().await;
        let mut people = Vec::with_capacity(N);
        for role in roles {
            people.push(admin.invite(role).await);
        }
        let people: Vec<User> = people;
        (admin, people.try_into().expect("as many people as roles"))
    }

    /// What must hold after every test.
    pub(crate) async fn finish(&self) {
        assert_journal_whole(self.database()).await;
        self.database().drop_now().await;
    }
}

/// The journal of every topic is 1..=head without a hole.
pub(crate) async fn assert_journal_whole(database: &Database) {
    let holes = database
        .rows(
            "SELECT topic.key AS topic, topic.seq AS head, CAST(count(event.seq) AS BIGINT) AS events, \
             CAST(coalesce(max(event.seq), 0) AS BIGINT) AS last FROM topic LEFT JOIN event \
             ON event.tenant_id = topic.tenant_id AND event.topic = topic.key \
             GROUP BY topic.tenant_id, topic.key, topic.seq \
             HAVING count(event.seq) <> topic.seq OR coalesce(max(event.seq), 0) <> topic.seq",
        )
        .await;
    assert!(holes.is_empty(), "topics whose journal is not 1..=head: {holes:?}");
}
