//! Every test twice: on SQLite and on PostgreSQL.
use std::{env, future::Future};

use crate::server::TestApp;

/// The database under a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

impl Kind {
    /// Whether this machine offers the database now. `scripts/with-services.sh` does; under `CI=true` a missing
    /// one is a failure, never a quiet skip.
    pub fn is_here(self) -> bool {
        let here = self == Self::Sqlite || env::var_os("NABIZ_TEST_PG_APP_URL").is_some();
        let ci = env::var("CI").is_ok_and(|value| value == "true" || value == "1");
        assert!(here || !ci, "no PostgreSQL for the tests: run them by `make test`");
        if !here {
            eprintln!("skipped: no PostgreSQL; run by scripts/with-services.sh");
        }
        here
    }
}

/// Starts an app on a fresh database, runs the test, and checks the journal when it is through.
pub async fn run<F: Future<Output = ()>>(kind: Kind, test: impl FnOnce(TestApp) -> F) {
    if kind.is_here() {
        let app = TestApp::start(kind).await;
        let watch = app.clone();
        test(app).await;
        watch.finish().await;
    }
}

/// `on_both!(name);` beside `async fn name(app: TestApp)` makes the tests `name::on_sqlite` and `name::on_postgres`.
#[macro_export]
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => { $(
        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                $crate::run($crate::Kind::Sqlite, super::$name).await;
            }
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                $crate::run($crate::Kind::Postgres, super::$name).await;
            }
        }
    )+ };
}

/// As `on_both!` for tests that start their own servers: `async fn name(kind: Kind)`.
#[macro_export]
macro_rules! with_both {
    ($($name:ident),+ $(,)?) => { $(
        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                super::$name($crate::Kind::Sqlite).await;
            }
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                if $crate::Kind::Postgres.is_here() {
                    super::$name($crate::Kind::Postgres).await;
                }
            }
        }
    )+ };
}
