//! `nabiz serve` and `nabiz demo`: run until told to stop.

use std::path::PathBuf;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};

use super::{demo, say};
use crate::app;
use crate::config::{LogFormat, Settings};

/// The contract gives a server that is told to stop fifteen seconds.
const DRAIN_MAX: Duration = Duration::from_secs(14);

pub(super) fn serve(
    mut settings: Settings,
    ready_file: Option<PathBuf>,
    is_demo: bool,
) -> anyhow::Result<()> {
    start_logging(&settings);
    settings.ensure_secrets()?;
    let _lock = super::backup::hold(&settings)?;
    actix_web::rt::System::new().block_on(async move {
        let running = app::start(settings).await?;
        if is_demo {
            demo::fill(&running.core).await?;
            say(&demo::greeting(&running.base_url));
        }
        if let Some(file) = ready_file {
            // whoever waits for the file must never read half of it
            let part = file.with_extension("part");
            std::fs::write(&part, &running.base_url)?;
            std::fs::rename(&part, &file)?;
        }
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        // Work that the database still holds up is not acknowledged; its clients send it again.
        if tokio::time::timeout(DRAIN_MAX, running.drain()).await.is_err() {
            tracing::warn!("left before all work had ended");
        }
        Ok(())
    })
}

fn start_logging(settings: &Settings) {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_new(&settings.log.level).unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // a second subscriber in one process is refused; the first one goes on
    let _ = match settings.log.format {
        LogFormat::Json => log.json().flatten_event(true).try_init(),
        LogFormat::Pretty => log.try_init(),
    };
}
