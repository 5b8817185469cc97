//! Keys derived from the server's one secret, each for one purpose, and comparisons that take the
//! same time whatever they find.

use std::hint::black_box;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// Derives keys; the secret itself is used for nothing else.
#[derive(Clone)]
pub struct Secrets([u8; 32]);

impl Secrets {
    pub fn new(secret: &str) -> Self {
        Self(sha256(secret.as_bytes()))
    }

    /// HMAC-SHA256 over the purpose and the parts; every part is framed by its length.
    pub fn mac(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        // a MAC takes a key of any length: this cannot fail, and an empty answer would be refused
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return [0; 32] };
        for part in std::iter::once(&purpose.as_bytes()).chain(parts) {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets")
    }
}

pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Compares without stopping at the first difference.
pub fn same_bytes(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && black_box(a.iter().zip(b).fold(0, |seen, (a, b)| seen | (a ^ b))) == 0
}

/// Lower-case hex, as hashes stand in the database.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}"); // writing to a String cannot fail
        text
    })
}

#[cfg(test)]
mod tests {
    use super::{Secrets, hex, same_bytes, sha256};

    #[test]
    fn purposes_and_borders_matter() {
        let secrets = Secrets::new("a");
        assert_ne!(secrets.mac("x", &[b"ab", b"c"]), secrets.mac("x", &[b"a", b"bc"]));
        assert_ne!(secrets.mac("x", &[b"a"]), secrets.mac("y", &[b"a"]));
        assert_ne!(secrets.mac("x", &[b"a"]), Secrets::new("b").mac("x", &[b"a"]));
        assert!(same_bytes(b"abc", b"abc") && !same_bytes(b"abc", b"abd"));
        assert!(!same_bytes(b"abc", b"ab"));
        assert_eq!(&hex(&sha256(b""))[..8], "e3b0c442");
    }
}
