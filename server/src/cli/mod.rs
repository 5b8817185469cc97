//! The command line. Every command that writes goes the way of all writes: through the hub.

mod backup;
mod demo;
mod people;
mod serve;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::Settings;
use crate::db;

/// Nabız: a realtime CRM in one binary.
#[derive(Parser)]
#[command(name = "nabiz", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Configuration file (TOML); the environment (NABIZ__SECTION__KEY) wins over it.
    #[arg(long, global = true, env = "NABIZ_CONFIG")]
    config: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// Runs the server.
    Serve {
        /// Writes the base URL here once the server answers.
        #[arg(long)]
        ready_file: Option<PathBuf>,
    },
    /// Runs the server with a demo tenant, made if it is not there.
    Demo {
        #[arg(long)]
        ready_file: Option<PathBuf>,
    },
    /// Brings the database's schema up to date.
    Migrate,
    /// Reads the configuration, says what is wrong with it, and ends.
    CheckConfig,
    /// Prints the OpenAPI document.
    Openapi,
    /// Prints a new private key for Web Push (push.private_key).
    PushKey,
    /// Tenants.
    #[command(subcommand)]
    Tenant(people::TenantCommand),
    /// People of a tenant.
    #[command(subcommand)]
    User(people::UserCommand),
    /// Copies the embedded database into FILE, also while the server runs.
    Backup { file: PathBuf },
    /// Replaces the embedded database by FILE; the server must not run.
    Restore { file: PathBuf },
    /// Checks a database file: pages, references, and that no journal has a hole.
    Verify { file: PathBuf },
}

/// Parses, runs, and turns an error into one clear line and exit code 1.
#[expect(clippy::print_stderr, reason = "the command line's own voice")]
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    match dispatch(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("nabiz: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(cli: Cli) -> anyhow::Result<()> {
    let load = || Settings::load(cli.config.as_deref(), std::env::vars());
    match cli.command {
        Command::Serve { ready_file } => serve::serve(load()?, ready_file, false),
        Command::Demo { ready_file } => serve::serve(load()?, ready_file, true),
        Command::Migrate => {
            let options = load()?.database.options();
            blocking(async move { db::migrate(&options).await })?;
            say("the schema is up to date");
            Ok(())
        }
        Command::CheckConfig => {
            load()?;
            say("the configuration is fine");
            Ok(())
        }
        Command::Openapi => {
            say(&crate::gateway::openapi_document(crate::app::docs()).to_pretty_json()?);
            Ok(())
        }
        Command::PushKey => {
            let key = crate::adapters::web_push::Keys::generate()
                .map_err(|error| anyhow::anyhow!("{error}"))?;
            say(&key);
            Ok(())
        }
        Command::Tenant(command) => people::tenant(load()?, command),
        Command::User(command) => people::user(load()?, command),
        Command::Backup { file } => backup::backup(&load()?, &file),
        Command::Restore { file } => backup::restore(&load()?, &file),
        Command::Verify { file } => backup::verify_file(&file),
    }
}

/// The command line's one way to print.
#[expect(clippy::print_stdout, reason = "the command line's own voice")]
fn say(line: &str) {
    println!("{line}");
}

/// Runs a future that needs no actors.
fn blocking<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?
        .block_on(work)
}
