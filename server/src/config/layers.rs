//! Merging the layers. The keys of the compiled default are all the keys there are, and the kind of
//! its value is the kind that the environment's text is read as.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use anyhow::{Context, anyhow, bail};
use config::{Config, File, FileFormat, FileSourceString, Source, Value, ValueKind};

use super::{DEFAULT, Settings};

const PREFIX: &str = "NABIZ__";

pub(super) fn merge(
    file: Option<&Path>,
    env: impl IntoIterator<Item = (String, String)>,
) -> anyhow::Result<Settings> {
    let default = toml(DEFAULT);
    let known = leaves(&default)?;
    let mut builder = Config::builder().add_source(default);
    if let Some(path) = file {
        let shown = path.display();
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("the configuration file {shown} cannot be read"))?;
        let source = toml(&text);
        let keys = leaves(&source).with_context(|| format!("{shown} is no valid TOML"))?;
        for (key, value) in &keys {
            let Some(expected) = known.get(key) else {
                bail!("unknown key {key} in {shown}{}", hint(key, &known));
            };
            same_kind(expected, value).with_context(|| format!("{key} in {shown}"))?;
        }
        builder = builder.add_source(source);
    }
    for (name, text) in env {
        let Some(path) = name.strip_prefix(PREFIX) else { continue };
        let key = path.to_lowercase().replace("__", ".");
        let Some(expected) = known.get(&key) else {
            bail!("unknown key {key} in the environment ({name}){}", hint(&key, &known));
        };
        let value = parse(expected, &text).with_context(|| format!("{name} in the environment"))?;
        builder = builder.set_override(&key, value)?;
    }
    Ok(builder.build()?.try_deserialize()?)
}

fn toml(text: &str) -> File<FileSourceString, FileFormat> {
    File::from_str(text, FileFormat::Toml)
}

/// Every key with a value, dotted.
fn leaves(source: &dyn Source) -> anyhow::Result<BTreeMap<String, ValueKind>> {
    fn walk(prefix: &str, table: HashMap<String, Value>, out: &mut BTreeMap<String, ValueKind>) {
        for (key, value) in table {
            let key = if prefix.is_empty() { key } else { format!("{prefix}.{key}") };
            match value.kind {
                ValueKind::Table(inner) => walk(&key, inner.into_iter().collect(), out),
                kind => drop(out.insert(key, kind)),
            }
        }
    }
    let mut out = BTreeMap::new();
    walk("", source.collect()?.into_iter().collect(), &mut out);
    Ok(out)
}

fn same_kind(expected: &ValueKind, value: &ValueKind) -> anyhow::Result<()> {
    let kind = |value: &ValueKind| match value {
        ValueKind::String(_) => "a text",
        ValueKind::Array(_) => "a list",
        ValueKind::Boolean(_) => "true or false",
        _ => "a number",
    };
    if kind(expected) == kind(value) {
        return Ok(());
    }
    Err(anyhow!("expected {}, found {}", kind(expected), kind(value)))
}

/// The text itself is not repeated in the error: it may be a secret in the wrong place.
fn parse(expected: &ValueKind, text: &str) -> anyhow::Result<Value> {
    let kind = match expected {
        ValueKind::String(_) => ValueKind::String(text.to_owned()),
        ValueKind::Array(_) => {
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            ValueKind::Array(items.map(Value::from).collect())
        }
        ValueKind::Boolean(_) => {
            ValueKind::Boolean(text.parse().context("expected true or false")?)
        }
        _ => ValueKind::I64(text.parse().context("expected a number")?),
    };
    Ok(Value::new(None, kind))
}

/// The key that was probably meant.
fn hint(key: &str, known: &BTreeMap<String, ValueKind>) -> String {
    let last = key.rsplit('.').next().unwrap_or(key);
    known
        .keys()
        .find(|candidate| candidate.rsplit('.').next() == Some(last))
        .map(|candidate| format!("; did you mean {candidate}?"))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::super::Settings;

    fn env(key: &str, value: &str) -> Vec<(String, String)> {
        vec![(key.to_owned(), value.to_owned()), ("PATH".to_owned(), "/bin".to_owned())]
    }

    #[test]
    fn the_environment_wins_over_the_defaults() {
        let settings = Settings::load(None, env("NABIZ__SERVER__LISTEN", "0.0.0.0:99")).unwrap();
        assert_eq!(settings.server.listen, "0.0.0.0:99");
        let origins = env("NABIZ__SERVER__ALLOWED_ORIGINS", "https://a.example, https://b.example");
        let settings = Settings::load(None, origins).unwrap();
        assert_eq!(settings.server.allowed_origins, ["https://a.example", "https://b.example"]);
    }

    #[test]
    fn unknown_keys_are_named_with_their_source() {
        let error = Settings::load(None, env("NABIZ__SERVER__LISEN", "x")).unwrap_err();
        assert!(error.to_string().contains("server.lisen in the environment"), "{error:#}");
        let mut file = tempfile("[server]\nport = 5\n");
        file.1.flush().unwrap();
        let error = Settings::load(Some(&file.0), []).unwrap_err();
        assert!(error.to_string().contains("unknown key server.port in "), "{error:#}");
        std::fs::remove_file(&file.0).unwrap();
    }

    #[test]
    fn a_wrong_kind_is_named_without_its_value() {
        let error = Settings::load(None, env("NABIZ__LIMITS__JSON_BYTES", "geheim")).unwrap_err();
        let text = format!("{error:#}");
        assert!(text.contains("NABIZ__LIMITS__JSON_BYTES") && text.contains("expected a number"));
        assert!(!text.contains("geheim"), "{text}");
    }

    #[test]
    fn secrets_do_not_print() {
        let settings =
            Settings::load(None, env("NABIZ__AUTH__SECRET", &"kanarya".repeat(8))).unwrap();
        assert!(!format!("{settings:?}").contains("kanarya"));
    }

    fn tempfile(text: &str) -> (std::path::PathBuf, std::fs::File) {
        let path = std::env::temp_dir().join(format!("nabiz-{}.toml", std::process::id()));
        let mut file = std::fs::File::create(&path).unwrap();
        file.write_all(text.as_bytes()).unwrap();
        (path, file)
    }
}
