//! The server's own secret and its master key: given, or made at the first start and kept beside
//! the database.

use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use secrecy::{ExposeSecret, SecretString};

use super::Settings;

pub(super) const MIN_LENGTH: usize = 32;

impl Settings {
    /// Fills in `auth.secret` and `keys.master`: reads the files beside the database, or makes them
    /// with mode 0600.
    ///
    /// # Errors
    /// When a file cannot be read or made, or others may read it.
    pub fn ensure_secrets(&mut self) -> anyhow::Result<()> {
        if self.auth.secret.expose_secret().is_empty() {
            self.auth.secret = read_or_make(&self.beside_the_database("auth.secret"))?;
        }
        if self.keys.master.expose_secret().is_empty() {
            self.keys.master = read_or_make(&self.beside_the_database("master.key"))?;
        }
        Ok(())
    }

    /// For another database than the embedded one, under `data/`.
    fn beside_the_database(&self, name: &str) -> PathBuf {
        let url = self.database.url.expose_secret();
        let file = url
            .strip_prefix("sqlite://")
            .map(|path| Path::new(path.split('?').next().unwrap_or(path)));
        match file.and_then(Path::parent) {
            Some(folder) => folder.join(name),
            None => PathBuf::from("data").join(name),
        }
    }
}

fn read_or_make(path: &Path) -> anyhow::Result<SecretString> {
    let shown = path.display();
    if !path.exists() {
        make(path).with_context(|| format!("the secret {shown} cannot be made"))?;
    }
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("the secret {shown} cannot be read"))?;
    let mode = std::fs::metadata(path)?.permissions().mode();
    if mode & 0o077 != 0 {
        bail!("others may read the secret {shown}: run chmod 600 on it");
    }
    let text = text.trim();
    if text.len() < MIN_LENGTH {
        bail!("the secret {shown} is too short; restore it from a backup");
    }
    Ok(SecretString::from(text))
}

/// Written aside and linked into place, so that two starts at once agree on one.
fn make(path: &Path) -> anyhow::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    let text = STANDARD_NO_PAD.encode(rand::random::<[u8; 48]>());
    let aside = path.with_extension(format!("new-{}", std::process::id()));
    let mut file =
        std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&aside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    let linked = std::fs::hard_link(&aside, path);
    std::fs::remove_file(&aside)?;
    match linked {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error.into()),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use secrecy::ExposeSecret;

    use super::read_or_make;

    #[test]
    fn a_secret_is_made_once_and_only_for_its_owner() {
        let folder = std::env::temp_dir().join(format!("nabiz-secret-{}", std::process::id()));
        let path = folder.join("auth.secret");
        let first = read_or_make(&path).unwrap();
        let again = read_or_make(&path).unwrap();
        assert_eq!(first.expose_secret(), again.expose_secret());
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(read_or_make(&path).is_err());
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
