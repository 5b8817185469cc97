//! The house rules as tests that read the source tree: size, words at the top, names, and which way imports point.
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Files that may be longer than the budget. This list may only shrink.
const LONGER: &[&str] = &[];
const BUDGET: usize = 400;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository").to_owned()
}

/// All files below `folder` with one of these endings, as (path from the root, text). Skips what is not ours.
fn files(folder: &str, endings: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut todo = vec![root().join(folder)];
    while let Some(dir) = todo.pop() {
        for entry in fs::read_dir(&dir).into_iter().flatten().flatten() {
            let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
            if path.is_dir() {
                let foreign =
                    ["node_modules", "dist", "target", "wire", "test-results", "playwright-report"];
                if !foreign.contains(&name.as_str()) && !name.starts_with('.') {
                    todo.push(path);
                }
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                let short =
                    path.strip_prefix(root()).expect("below the root").display().to_string();
                found.push((short, fs::read_to_string(&path).expect("a readable file")));
            }
        }
    }
    found.sort();
    found
}

fn rust_files() -> Vec<(String, String)> {
    ["entities", "migration", "server", "tests"]
        .iter()
        .flat_map(|folder| files(folder, &[".rs"]))
        .collect()
}

#[track_caller]
fn none(what: &str, found: Vec<String>) {
    assert!(found.is_empty(), "{what}:\n{}", found.join("\n"));
}

#[test]
fn no_file_is_longer_than_its_budget() {
    let client = files("client", &[".ts", ".tsx"]).into_iter().chain(files("tests/e2e", &[".ts"]));
    let long = rust_files().into_iter().chain(client).filter(|(path, text)| {
        text.lines().count() > BUDGET
            && !LONGER.contains(&path.as_str())
            && !path.ends_with("gen.ts")
    });
    none(
        "longer than 400 lines",
        long.map(|(path, text)| format!("{path}: {}", text.lines().count())).collect(),
    );
}

#[test]
fn every_rust_file_says_first_what_it_is_for() {
    let silent = rust_files().into_iter().filter(|(_, text)| !text.starts_with("//!"));
    none("without a first line `//!`", silent.map(|(path, _)| path).collect());
}

#[test]
fn no_file_is_a_drawer() {
    const DRAWERS: &[&str] =
        &["utils", "util", "helpers", "helper", "common", "misc", "manager", "service"];
    let all = rust_files().into_iter().chain(files("client", &[".ts", ".tsx"]));
    let drawers = all.map(|(path, _)| path).filter(|path| {
        Path::new(path).components().any(|part| {
            let name = part.as_os_str().to_string_lossy();
            DRAWERS.contains(&name.split('.').next().unwrap_or_default())
        })
    });
    // i18next's own word for the texts that every screen shares.
    let drawers = drawers.filter(|path| path != "client/app/src/i18n/common.ts");
    // The product's own word for what a business offers to be booked.
    let drawers = drawers.filter(|path| path != "entities/src/service.rs");
    none("named after nothing", drawers.collect());
}

/// `entities <- kernel <- realtime, adapters <- workers, gateway <- features <- app`.
#[test]
fn imports_point_one_way() {
    const MAY_USE: &[(&str, &[&str])] = &[
        ("kernel", &["kernel", "db"]),
        ("config", &["config", "db", "kernel"]),
        ("db", &["db", "kernel"]),
        ("adapters", &["adapters", "config", "db", "kernel"]),
        ("realtime", &["realtime", "config", "db", "kernel"]),
        ("workers", &["workers", "adapters", "realtime", "config", "db", "kernel"]),
        ("gateway", &["gateway", "realtime", "adapters", "config", "db", "kernel"]),
    ];
    let mut wrong = Vec::new();
    for (path, text) in files("server/src", &[".rs"]) {
        let room = path.trim_start_matches("server/src/").split('/').next().unwrap_or_default();
        let Some((_, allowed)) = MAY_USE.iter().find(|(name, _)| *name == room) else { continue };
        for used in rooms_named(&text) {
            if ROOMS.contains(&used.as_str()) && !allowed.contains(&used.as_str()) {
                wrong.push(format!("{path} uses crate::{used}"));
            }
        }
    }
    none("imports against the arrows", wrong);
}

const ROOMS: &[&str] =
    &["kernel", "config", "db", "adapters", "realtime", "workers", "gateway", "features", "app"];

/// The first words after every `crate::` in the code, tests within the file left out.
fn rooms_named(text: &str) -> Vec<String> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    let mut rooms = Vec::new();
    for line in lines {
        for tail in line.split("crate::").skip(1) {
            rooms.push(tail.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
        }
    }
    rooms
}

/// Features speak by commands, events and jobs: what one may take from another is what its `mod.rs` shows.
#[test]
fn no_feature_reaches_into_another() {
    let features: Vec<String> = fs::read_dir(root().join("server/src/features"))
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    let mut wrong = Vec::new();
    for (path, text) in files("server/src/features", &[".rs"]) {
        let own =
            path.trim_start_matches("server/src/features/").split('/').next().unwrap_or_default();
        for other in features.iter().filter(|name| *name != own && !name.ends_with(".rs")) {
            for inside in ["rules", "views", "commands", "http", "error"] {
                if text.contains(&format!("features::{other}::{inside}::")) {
                    wrong.push(format!("{path} reaches into {other}::{inside}"));
                }
            }
        }
    }
    none("features that reach into another", wrong);
}

#[test]
fn only_the_session_knows_the_deprecated_crate() {
    let named = files("server/src", &[".rs"]).into_iter().filter(|(path, text)| {
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        !path.contains("realtime/session")
            && code.into_iter().any(|line| line.contains("actix_web_actors"))
    });
    none("names actix_web_actors", named.map(|(path, _)| path).collect());
}

#[test]
fn nothing_is_left_to_do_later() {
    // Written apart, so that this file does not find itself.
    let words = [
        ["to", "do!("].concat(),
        ["unimple", "mented!("].concat(),
        ["FIX", "ME"].concat(),
        ["TO", "DO"].concat(),
    ];
    let all = rust_files()
        .into_iter()
        .chain(files("client", &[".ts", ".tsx"]))
        .chain(files("tests/e2e", &[".ts"]));
    let found = all.filter(|(_, text)| words.iter().any(|word| text.contains(word.as_str())));
    none("left for later", found.map(|(path, _)| path).collect());
}

/// `unwrap` and `expect` are for tests.
#[test]
fn the_server_never_unwraps() {
    let mut found = Vec::new();
    for (path, text) in files("server/src", &[".rs"]) {
        if path.ends_with("tests.rs") || path.contains("tests/") {
            continue;
        }
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for (at, line) in
            code.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"))
        {
            if line.contains(".unwrap()") || line.contains(".expect(") {
                found.push(format!("{path}:{}: {}", at + 1, line.trim()));
            }
        }
    }
    none("unwraps in the server", found);
}
