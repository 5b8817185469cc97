//! Several server processes on one PostgreSQL.
use crate::{
    both::Kind,
    database::Database,
    ledger::Ledger,
    process::Process,
    server::{Settings, assert_journal_whole},
    user::{User, unique},
};

/// Servers that share nothing but the database.
#[derive(Debug)]
pub struct Cluster {
    database: Database,
    servers: Vec<Option<Process>>,
    settings: Settings,
    bases: Vec<String>,
    ledger: Ledger,
}

impl Cluster {
    /// `None` where this machine offers no PostgreSQL.
    pub async fn start(servers: usize) -> Option<Self> {
        if !Kind::Postgres.is_here() {
            return None;
        }
        let database = Database::fresh(Kind::Postgres).await;
        let settings = Settings::default();
        let mut cluster = Self {
            database,
            servers: Vec::new(),
            settings,
            bases: Vec::new(),
            ledger: Ledger::default(),
        };
        for _ in 0..servers {
            let server = Process::start(&cluster.database, &cluster.settings).await;
            cluster.bases.push(server.base.clone());
            cluster.servers.push(Some(server));
        }
        Some(cluster)
    }

    pub fn base(&self, server: usize) -> &str {
        &self.bases[server]
    }

    pub fn database(&self) -> &Database {
        &self.database
    }

    /// The administrator of a new tenant, at the first server.
    pub async fn tenant(&self) -> User {
        User::stranger(self.base(0), self.ledger.clone()).register(&unique("isletme")).await
    }

    /// `kill -9` of one server.
    pub fn kill(&mut self, server: usize) {
        if let Some(process) = self.servers[server].take() {
            process.kill();
        }
    }

    /// Starts a killed server again; it listens elsewhere now.
    pub async fn revive(&mut self, server: usize) {
        let process = Process::start(&self.database, &self.settings).await;
        self.bases[server] = process.base.clone();
        self.servers[server] = Some(process);
    }

    pub async fn finish(self) {
        assert_journal_whole(&self.database).await;
        self.database.drop_now().await;
    }
}
