//! Passwords: argon2id (RFC 9106; 19 MiB, two passes, as OWASP's cheat sheet of 2026 asks at least),
//! off the workers' threads, and only as many at once as there are processors.

use std::sync::Arc;

use actix_web::web;
use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use tokio::sync::Semaphore;

use crate::kernel::problem::Problem;

/// Sign-ins that may wait for their turn; the next is told to come back.
const WAITING_MAX: usize = 256;

#[derive(Clone)]
pub(super) struct Passwords {
    running: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    /// What an unknown person's password is compared with, so that the answer takes as long.
    nobody: Arc<str>,
}

impl Passwords {
    /// # Errors
    /// When nothing can be hashed here.
    pub(super) fn new() -> anyhow::Result<Self> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self {
            running: Arc::new(Semaphore::new(cores)),
            waiting: Arc::new(Semaphore::new(WAITING_MAX)),
            nobody: hash("nobody's password").map_err(|error| anyhow::anyhow!("{error}"))?.into(),
        })
    }

    /// The PHC string to store.
    ///
    /// # Errors
    /// `busy` when too many wait.
    pub(super) async fn hash(&self, password: &str) -> Result<String, Problem> {
        let password = password.to_owned();
        self.run(move || hash(&password)).await?
    }

    /// Whether it is the password; without a hash it takes as long and says no.
    ///
    /// # Errors
    /// `busy` when too many wait.
    pub(super) async fn fits(&self, password: &str, hash: Option<&str>) -> Result<bool, Problem> {
        let (password, is_known) = (password.to_owned(), hash.is_some());
        let hash = hash.unwrap_or(&self.nobody).to_owned();
        let fits = self
            .run(move || match PasswordHash::new(&hash) {
                Ok(hash) => Argon2::default().verify_password(password.as_bytes(), &hash).is_ok(),
                Err(_) => false,
            })
            .await?;
        Ok(fits && is_known)
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let _waiting = self.waiting.try_acquire().map_err(|_| Problem::busy())?;
        let _running = self.running.acquire().await.map_err(|_| Problem::internal())?;
        web::block(work).await.map_err(|_| Problem::busy())
    }
}

fn hash(password: &str) -> Result<String, Problem> {
    let hashed = Argon2::default().hash_password(password.as_bytes());
    hashed.map(|hash| hash.to_string()).map_err(|error| {
        tracing::error!(%error, "password cannot be hashed");
        Problem::internal()
    })
}

#[cfg(test)]
mod tests {
    use super::Passwords;

    #[actix_web::test]
    async fn only_the_password_fits() {
        let passwords = Passwords::new().unwrap();
        let hash = passwords.hash("Kavun-Karpuz-1907").await.unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(passwords.fits("Kavun-Karpuz-1907", Some(&hash)).await.unwrap());
        assert!(!passwords.fits("kavun-karpuz-1907", Some(&hash)).await.unwrap());
        assert!(!passwords.fits("nobody's password", None).await.unwrap());
    }
}
