//! Processes under load: started on their own core, weighed by what `/proc` says about them.
use std::{
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

/// Clock ticks of `/proc/PID/stat`; Linux has had 100 a second for user space since 2.4.
const TICKS: f64 = 100.0;

/// CPU-seconds of these processes so far, with those of their children that ended.
pub(crate) fn cpu_of(pids: &[u32]) -> f64 {
    pids.iter().filter_map(|pid| ticks(*pid)).sum::<f64>() / TICKS
}

fn ticks(pid: u32) -> Option<f64> {
    // utime, stime, cutime, cstime are the fields 14 to 17; 3 is the first after the name in brackets.
    fields(pid)?.get(11..15)?.iter().map(|field| field.parse::<f64>().ok()).sum()
}

fn fields(pid: u32) -> Option<Vec<String>> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    Some(stat.rsplit_once(") ")?.1.split_whitespace().map(str::to_owned).collect())
}

/// A process and all that descend from it.
pub(crate) fn family(root: u32) -> Vec<u32> {
    let all: Vec<(u32, u32)> = fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
        .filter_map(|pid| Some((pid, fields(pid)?.get(1)?.parse().ok()?)))
        .collect();
    let mut found = vec![root];
    let mut next = 0;
    while next < found.len() {
        let parent = found[next];
        found.extend(all.iter().filter(|(_, of)| *of == parent).map(|(pid, _)| *pid));
        next += 1;
    }
    found
}

/// The name of the process that has this PID and its parent, to climb from a backend to the postmaster.
pub(crate) fn parent(pid: u32) -> Option<u32> {
    fields(pid)?.get(1)?.parse().ok()
}

/// Resident memory in bytes.
pub(crate) fn resident(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    let kilobytes = line.split_whitespace().nth(1).and_then(|word| word.parse::<u64>().ok());
    kilobytes.unwrap_or_default() * 1024
}

/// The share of both cores that was used by anybody between two calls: shows other load on the machine.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Machine {
    busy: f64,
    at: Instant,
}

impl Machine {
    pub(crate) fn now() -> Self {
        let stat = fs::read_to_string("/proc/stat").unwrap_or_default();
        let line = stat.lines().next().unwrap_or_default();
        let ticks: Vec<f64> =
            line.split_whitespace().skip(1).filter_map(|word| word.parse().ok()).collect();
        // user nice system idle iowait irq softirq steal; guest time stands in user already
        let idle = ticks.get(3..5).map_or(0.0, |idle| idle.iter().sum::<f64>());
        Self { busy: (ticks.iter().take(8).sum::<f64>() - idle) / TICKS, at: Instant::now() }
    }

    /// CPU-seconds of the whole machine, and seconds of wall clock, since `self`.
    pub(crate) fn since(self) -> (f64, f64) {
        let now = Self::now();
        (now.busy - self.busy, (now.at - self.at).as_secs_f64())
    }
}

/// How often a second this disk says that 4 KiB more are safe: the ceiling for commits that share nothing.
pub(crate) fn fsyncs() -> Result<f64> {
    let mut file = tempfile::tempfile()?;
    let (began, mut count) = (Instant::now(), 0);
    while began.elapsed() < Duration::from_millis(500) {
        file.write_all(&[0; 4096])?;
        file.sync_data()?;
        count += 1;
    }
    Ok(f64::from(count) / began.elapsed().as_secs_f64())
}

/// A running process of ours. Dropping it kills it.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    pub(crate) log: PathBuf,
    pub(crate) base: String,
    pub(crate) ready_after: Duration,
}

/// What to start: program, arguments, environment, and the core it may use.
#[derive(Debug, Clone)]
pub(crate) struct Start {
    pub(crate) name: String,
    pub(crate) core: usize,
    pub(crate) words: Vec<String>,
    pub(crate) env: Vec<(String, String)>,
    /// Where the base URL appears: this file, or the log's line `ready URL`.
    pub(crate) ready_file: Option<PathBuf>,
}

impl Start {
    pub(crate) async fn run(&self, folder: &Path) -> Result<Running> {
        let log = folder.join(format!("{}.log", self.name));
        let out = File::create(&log)?;
        if let Some(file) = &self.ready_file {
            let _ = fs::remove_file(file); // of an earlier start; mostly there is none
        }
        let began = Instant::now();
        let child = Command::new("taskset")
            .args(["-c", &self.core.to_string()])
            .args(&self.words)
            .envs(self.env.iter().cloned())
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(out.try_clone()?)
            .stderr(out)
            .spawn()
            .with_context(|| format!("{} does not start", self.name))?;
        let mut running = Running { child, log, base: String::new(), ready_after: Duration::ZERO };
        let mut tick = tokio::time::interval(Duration::from_millis(2));
        while running.base.is_empty() {
            tick.tick().await;
            running.base = match &self.ready_file {
                Some(file) => fs::read_to_string(file).unwrap_or_default().trim().to_owned(),
                None => {
                    let said = fs::read_to_string(&running.log).unwrap_or_default();
                    said.lines()
                        .find_map(|line| line.strip_prefix("ready "))
                        .unwrap_or_default()
                        .to_owned()
                }
            };
            let over = running.child.try_wait()?.is_some();
            if over || began.elapsed() > Duration::from_secs(60) {
                let said = fs::read_to_string(&running.log).unwrap_or_default();
                bail!("{} did not become ready:\n{said}", self.name);
            }
        }
        running.ready_after = began.elapsed();
        Ok(running)
    }
}

impl Running {
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn address(&self) -> Result<std::net::SocketAddr> {
        let text = self.base.trim_start_matches("http://");
        text.parse().with_context(|| format!("{} is no address", self.base))
    }

    pub(crate) fn kill(mut self) {
        self.end();
    }

    fn end(&mut self) {
        // Already gone is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// SIGTERM, and how long it took to go.
    pub(crate) async fn terminate(mut self) -> Result<Duration> {
        let began = Instant::now();
        Command::new("kill").arg(self.pid().to_string()).status()?;
        let mut tick = tokio::time::interval(Duration::from_millis(5));
        while self.child.try_wait()?.is_none() {
            tick.tick().await;
            if began.elapsed() > Duration::from_secs(20) {
                bail!("did not end within 20 s of SIGTERM");
            }
        }
        Ok(began.elapsed())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
    }
}
