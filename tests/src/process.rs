//! The real binary in a process of its own: for what only a process can show, such as `kill -9`.
use std::{
    fs::{self, File},
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use crate::{database::Database, server::Settings, wait::within};

/// A running `nabiz serve`. Dropping it kills it.
#[derive(Debug)]
pub struct Process {
    child: Child,
    pub base: String,
    pub log: PathBuf,
    pub ready_after: Duration,
}

impl Process {
    /// The binary that cargo built beside this test, or the one that `NABIZ_BIN` names.
    pub fn binary() -> PathBuf {
        if let Some(named) = std::env::var_os("NABIZ_BIN") {
            return named.into();
        }
        let test = std::env::current_exe().expect("the test's own path");
        let beside = test.parent().and_then(|deps| deps.parent()).expect("a target folder");
        let binary = beside.join("nabiz");
        assert!(binary.exists(), "no server binary: run `cargo build --workspace --bins` first");
        binary
    }

    /// `nabiz ARGS…` with the settings of a test, to its end.
    pub fn run(database: &Database, settings: &Settings, args: &[&str]) -> std::process::Output {
        let mut command = Command::new(Self::binary());
        command.args(args).envs(settings.environment(database)).current_dir(database.folder());
        command.output().expect("a server binary that starts")
    }

    /// Starts a server and waits until it says that it is ready.
    pub async fn start(database: &Database, settings: &Settings) -> Self {
        let mut process = Self::spawn(database, settings);
        let ready_file = process.log.with_extension("ready");
        let began = Instant::now();
        process.base = within(Duration::from_secs(30), "the ready file", || {
            if let Ok(Some(status)) = process.child.try_wait() {
                panic!("the server ended with {status}:\n{}", process.log_text());
            }
            let text = fs::read_to_string(&ready_file).unwrap_or_default();
            std::future::ready(if text.trim().is_empty() {
                Err("not there")
            } else {
                Ok(text.trim().to_owned())
            })
        })
        .await;
        process.ready_after = began.elapsed();
        process
    }

    fn spawn(database: &Database, settings: &Settings) -> Self {
        let name = format!("server-{}", uuid::Uuid::now_v7().simple());
        let log = database.folder().join(format!("{name}.log"));
        let out = File::create(&log).expect("a log file");
        let child = Command::new(Self::binary())
            .args(["serve", "--ready-file"])
            .arg(log.with_extension("ready"))
            .envs(settings.environment(database))
            .current_dir(database.folder())
            .stdin(Stdio::null())
            .stdout(out.try_clone().expect("a second handle"))
            .stderr(out)
            .spawn()
            .expect("a server binary that starts");
        Self { child, base: String::new(), log, ready_after: Duration::ZERO }
    }

    /// Starts a server that is expected to refuse; its status and what it said.
    pub async fn refuses(database: &Database, settings: &Settings) -> (ExitStatus, String) {
        let mut process = Self::spawn(database, settings);
        let status = process.ended(Duration::from_secs(20)).await;
        (status, process.log_text())
    }

    pub fn log_text(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Resident memory in bytes.
    pub fn memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
        line.split_whitespace().nth(1).and_then(|kb| kb.parse::<u64>().ok()).unwrap_or_default()
            * 1024
    }

    /// `kill -9`: nothing is said to the server.
    pub fn kill(mut self) {
        self.child.kill().expect("a process to kill");
        self.child.wait().expect("a process that ended");
    }

    /// Sends a signal by name, such as `TERM`.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([format!("-{name}"), self.pid().to_string()]).status();
        assert!(sent.is_ok_and(|status| status.success()), "kill -{name}");
    }

    /// Waits for the end.
    pub async fn ended(&mut self, limit: Duration) -> ExitStatus {
        within(limit, "the end of the server", || {
            let status = self.child.try_wait().ok().flatten();
            std::future::ready(status.ok_or("still running"))
        })
        .await
    }

    /// SIGTERM, and how long the server took to go.
    pub async fn terminate(mut self) -> (ExitStatus, Duration) {
        let began = Instant::now();
        self.signal("TERM");
        let status = self.ended(Duration::from_secs(20)).await;
        (status, began.elapsed())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Already gone is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            let log = self.log_text();
            let tail = log.lines().rev().take(30).collect::<Vec<_>>();
            eprintln!(
                "the server's last words:\n{}",
                tail.into_iter().rev().collect::<Vec<_>>().join("\n")
            );
        }
    }
}
