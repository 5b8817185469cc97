//! Waiting for a fact, with a deadline: the only place of the tests that sleeps.
use std::{fmt::Debug, future::Future, time::Duration};

/// How long a test waits for what must happen "at once" before it fails.
pub const DEADLINE: Duration = Duration::from_secs(5);

/// Asks again and again until the probe answers `Ok`; fails with its last `Err` after [`DEADLINE`].
pub async fn eventually<T, E, F>(what: &str, probe: impl FnMut() -> F) -> T
where
    E: Debug,
    F: Future<Output = Result<T, E>>,
{
    within(DEADLINE, what, probe).await
}

/// As [`eventually`], with another deadline.
#[expect(clippy::disallowed_methods, reason = "the pause between two probes")]
pub async fn within<T, E, F>(limit: Duration, what: &str, mut probe: impl FnMut() -> F) -> T
where
    E: Debug,
    F: Future<Output = Result<T, E>>,
{
    let until = std::time::Instant::now() + limit;
    loop {
        match probe().await {
            Ok(fact) => return fact,
            Err(seen) if std::time::Instant::now() > until => {
                panic!("{what}: not within {limit:?}; last seen: {seen:?}")
            }
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}
