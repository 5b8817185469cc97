//! One key and what it seals: AES-256-GCM with a random nonce each time, bound to a tenant and a
//! purpose, so that what was sealed for one fits nowhere else.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use entities::ids::TenantId;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::zeroize::Zeroizing;
use sha2::Sha256;

/// How what is sealed begins; another form would get another number.
const FORM: &str = "1.";

/// A key that does not fit, or bytes that were changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this cannot be sealed or opened with this key")]
pub(super) struct Broken;

/// 32 bytes that are gone from memory when nobody holds them.
pub(super) type Bytes = Zeroizing<[u8; 32]>;

pub(super) struct Key(RandomizedNonceKey);

impl Key {
    pub(super) fn new(bytes: &Bytes) -> Result<Self, Broken> {
        RandomizedNonceKey::new(&AES_256_GCM, bytes.as_slice()).map(Self).map_err(|_| Broken)
    }

    /// Text that only this key opens, for this tenant and this purpose.
    pub(super) fn seal(
        &self,
        tenant: TenantId,
        purpose: &str,
        plain: &[u8],
    ) -> Result<String, Broken> {
        let aad = bound_to(tenant, purpose);
        let mut sealed = plain.to_vec();
        let nonce = self.0.seal_in_place_append_tag(Aad::from(&aad), &mut sealed);
        let nonce = nonce.map_err(|_| Broken)?;
        let whole = [nonce.as_ref().as_slice(), &sealed].concat();
        Ok(format!("{FORM}{}", URL_SAFE_NO_PAD.encode(whole)))
    }

    pub(super) fn open(
        &self,
        tenant: TenantId,
        purpose: &str,
        sealed: &str,
    ) -> Result<Zeroizing<Vec<u8>>, Broken> {
        let text = sealed.strip_prefix(FORM).ok_or(Broken)?;
        let mut whole = Zeroizing::new(URL_SAFE_NO_PAD.decode(text).map_err(|_| Broken)?);
        let (nonce, rest) = whole.split_at_mut_checked(NONCE_LEN).ok_or(Broken)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| Broken)?;
        let aad = bound_to(tenant, purpose);
        let plain = self.0.open_in_place(nonce, Aad::from(&aad), rest).map_err(|_| Broken)?;
        Ok(Zeroizing::new(plain.to_vec()))
    }
}

/// What is not secret but must be the same when it is opened; every part is framed by its length.
fn bound_to(tenant: TenantId, purpose: &str) -> Vec<u8> {
    let mut aad = Vec::with_capacity(64);
    for part in [b"nabiz".as_slice(), tenant.0.as_bytes(), purpose.as_bytes()] {
        aad.extend_from_slice(&(part.len() as u64).to_be_bytes());
        aad.extend_from_slice(part);
    }
    aad
}

/// The key that wraps the tenants' keys, from the text in the configuration, and the mark it leaves
/// in a database that it was used with.
pub(super) fn master(text: &str) -> Result<(Key, String), Broken> {
    let derive = |purpose: &str| -> Result<Bytes, Broken> {
        let mut mac = Hmac::<Sha256>::new_from_slice(text.as_bytes()).map_err(|_| Broken)?;
        mac.update(purpose.as_bytes());
        Ok(Zeroizing::new(mac.finalize().into_bytes().into()))
    };
    let mark = URL_SAFE_NO_PAD.encode(&derive("nabiz master mark")?[..16]);
    Ok((Key::new(&derive("nabiz master key")?)?, mark))
}

#[cfg(test)]
mod tests {
    use entities::ids::TenantId;
    use secrecy::zeroize::Zeroizing;
    use uuid::Uuid;

    use super::{Broken, Key, master};

    const HERE: TenantId = TenantId(Uuid::from_u128(1));

    fn key(byte: u8) -> Key {
        Key::new(&Zeroizing::new([byte; 32])).unwrap()
    }

    #[test]
    fn what_was_sealed_comes_back_and_never_looks_the_same() {
        let (one, two) = (
            key(7).seal(HERE, "token", "gizli ş".as_bytes()).unwrap(),
            key(7).seal(HERE, "token", "gizli ş".as_bytes()).unwrap(),
        );
        assert_ne!(one, two);
        assert!(!one.contains("gizli"));
        assert_eq!(key(7).open(HERE, "token", &one).unwrap().as_slice(), "gizli ş".as_bytes());
        let empty = key(7).seal(HERE, "token", b"").unwrap();
        assert!(key(7).open(HERE, "token", &empty).unwrap().is_empty());
    }

    #[test]
    fn another_key_tenant_or_purpose_opens_nothing() {
        let sealed = key(7).seal(HERE, "token", b"gizli").unwrap();
        let there = TenantId(Uuid::from_u128(2));
        assert_eq!(key(8).open(HERE, "token", &sealed), Err(Broken));
        assert_eq!(key(7).open(there, "token", &sealed), Err(Broken));
        assert_eq!(key(7).open(HERE, "secret", &sealed), Err(Broken));
    }

    #[test]
    fn one_changed_letter_is_seen_wherever_it_stands() {
        let sealed = key(7).seal(HERE, "token", b"gizli").unwrap();
        for at in 0..sealed.len() {
            let mut letters = sealed.clone().into_bytes();
            letters[at] = if letters[at] == b'A' { b'Q' } else { b'A' };
            let other = String::from_utf8(letters).unwrap();
            assert_eq!(key(7).open(HERE, "token", &other), Err(Broken), "{at}");
        }
        for cut in 0..sealed.len() {
            assert_eq!(key(7).open(HERE, "token", &sealed[..cut]), Err(Broken));
        }
    }

    #[test]
    fn another_text_is_another_master() {
        let (one, mark) = master(&"a".repeat(40)).unwrap();
        let (other, another) = master(&"b".repeat(40)).unwrap();
        assert_ne!(mark, another);
        let wrapped = one.seal(HERE, "data key", &[5; 32]).unwrap();
        assert_eq!(other.open(HERE, "data key", &wrapped), Err(Broken));
        assert_eq!(master(&"a".repeat(40)).unwrap().1, mark);
    }
}
