//! What was measured: rows for the table and for the JSON, with the aim and by how much it is missed.
use std::{fs, path::Path};

use anyhow::Result;
use serde::Serialize;
use serde_json::{Value, json};

/// What an acknowledged write survives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Durability {
    /// Nothing is stored.
    Memory,
    /// SQLite, WAL and `synchronous=FULL`: survives a power cut.
    SqliteFull,
    /// PostgreSQL, `fsync` and `synchronous_commit` on: survives a power cut.
    PostgresSync,
}

impl Durability {
    fn label(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::SqliteFull => "SQLite FULL",
            Self::PostgresSync => "PG fsync",
        }
    }
}

#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Aim {
    AtMost(f64),
    AtLeast(f64),
    /// A peer's figure, or one that nothing was promised about.
    None,
}

impl Aim {
    /// By how many percent the aim is missed; nothing when it is met.
    fn missed_by(self, value: f64) -> Option<f64> {
        let off = match self {
            Self::AtMost(most) if value > most => value / most - 1.0,
            Self::AtLeast(least) if value < least => 1.0 - value / least,
            _ => return None,
        };
        Some(off * 100.0)
    }

    fn text(self) -> String {
        match self {
            Self::AtMost(most) => format!("≤ {}", short(most)),
            Self::AtLeast(least) => format!("≥ {}", short(least)),
            Self::None => String::new(),
        }
    }
}

/// One line of the table.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Row {
    pub(crate) part: &'static str,
    pub(crate) what: String,
    pub(crate) subject: String,
    pub(crate) durability: Durability,
    /// The median of the rounds.
    pub(crate) value: f64,
    pub(crate) unit: &'static str,
    pub(crate) aim: Aim,
    pub(crate) rounds: Vec<f64>,
    /// Expected and never seen.
    pub(crate) lost: u64,
    pub(crate) server_cpu_s: Option<f64>,
    pub(crate) database_cpu_s: Option<f64>,
    /// Whatever else helps to understand the figure.
    pub(crate) beside: Value,
}

impl Row {
    pub(crate) fn new(
        part: &'static str,
        what: impl Into<String>,
        subject: impl Into<String>,
    ) -> Self {
        Self {
            part,
            what: what.into(),
            subject: subject.into(),
            durability: Durability::Memory,
            value: 0.0,
            unit: "",
            aim: Aim::None,
            rounds: Vec::new(),
            lost: 0,
            server_cpu_s: None,
            database_cpu_s: None,
            beside: json!({}),
        }
    }

    pub(crate) fn durability(mut self, durability: Durability) -> Self {
        self.durability = durability;
        self
    }

    pub(crate) fn value(self, value: f64, unit: &'static str) -> Self {
        self.rounds(vec![value], unit)
    }

    pub(crate) fn rounds(mut self, rounds: Vec<f64>, unit: &'static str) -> Self {
        self.value = median(&rounds);
        self.rounds = rounds;
        self.unit = unit;
        self
    }

    pub(crate) fn aim(mut self, aim: Aim) -> Self {
        self.aim = aim;
        self
    }

    pub(crate) fn lost(mut self, lost: u64) -> Self {
        self.lost = lost;
        self
    }

    pub(crate) fn cpu(mut self, server: f64, database: Option<f64>) -> Self {
        self.server_cpu_s = Some(server);
        self.database_cpu_s = database;
        self
    }

    pub(crate) fn beside(mut self, beside: Value) -> Self {
        self.beside = beside;
        self
    }

    fn cells(&self) -> [String; 10] {
        let seconds = |cpu: Option<f64>| cpu.map_or(String::new(), |cpu| format!("{cpu:.1}"));
        let verdict = match (self.aim, self.aim.missed_by(self.value)) {
            (Aim::None, _) => String::new(),
            (_, None) => "met".to_owned(),
            (_, Some(off)) => format!("missed by {off:.0} %"),
        };
        [
            self.part.to_owned(),
            self.what.clone(),
            self.subject.clone(),
            self.durability.label().to_owned(),
            format!("{} {}", short(self.value), self.unit),
            self.aim.text(),
            verdict,
            self.lost.to_string(),
            seconds(self.server_cpu_s),
            seconds(self.database_cpu_s),
        ]
    }
}

pub(crate) fn median(values: &[f64]) -> f64 {
    percentile(values, 0.5)
}

/// The smallest value that so many of the others do not exceed; 0 of nothing.
pub(crate) fn percentile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = (sorted.len() as f64 * share).ceil() as usize;
    sorted.get(at.saturating_sub(1)).copied().unwrap_or_default()
}

/// Three significant digits, as far as they say anything.
fn short(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// The table, as Markdown that reads well on a terminal too.
pub(crate) fn table(rows: &[Row]) -> String {
    let head = [
        "",
        "what",
        "subject",
        "durability",
        "figure",
        "aim",
        "",
        "lost",
        "server CPU s",
        "db CPU s",
    ];
    let cells: Vec<[String; 10]> = rows.iter().map(Row::cells).collect();
    let width = |n: usize| {
        cells
            .iter()
            .map(|row| row[n].chars().count())
            .chain([head[n].chars().count()])
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let line = |cells: &[String]| {
        let padded = cells
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell}{}", " ".repeat(width - cell.chars().count())));
        format!("| {} |\n", padded.collect::<Vec<_>>().join(" | "))
    };
    let mut text = line(&head.map(str::to_owned));
    text += &line(&widths.iter().map(|width| "-".repeat(*width)).collect::<Vec<_>>());
    cells.iter().for_each(|row| text += &line(row));
    text
}

pub(crate) fn write(folder: &Path, machine: &Value, rows: &[Row]) -> Result<std::path::PathBuf> {
    fs::create_dir_all(folder)?;
    let rows: Vec<Value> = rows
        .iter()
        .map(|row| {
            let mut value = serde_json::to_value(row).unwrap_or_default();
            value["missed_by_percent"] = json!(row.aim.missed_by(row.value));
            value
        })
        .collect();
    let path = folder.join("bench.json");
    fs::write(&path, serde_json::to_string_pretty(&json!({ "machine": machine, "rows": rows }))?)?;
    Ok(path)
}
