//! Web Push: what is sent to a browser's push service. The message is sealed for the browser
//! (RFC 8291, `aes128gcm` of RFC 8188), and signed with the server's own key (VAPID, RFC 8292).

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{self, ECDH_P256, PrivateKey, UnparsedPublicKey};
use aws_lc_rs::encoding::{AsBigEndian, EcPrivateKeyBin};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Prk, Salt};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Duration, Utc};
use serde_json::json;

/// Record size of the header; a push is one record.
const RECORD: u32 = 4_096;
/// Longest message: what push services take, less header, padding and tag.
const MESSAGE_MAX: usize = 3_900;
/// A point on the curve, uncompressed.
const POINT: usize = 65;
/// How long a signature lasts; push services allow a day.
const LIFE: Duration = Duration::hours(12);

/// Something did not fit: a key that is none, a message that is too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the push cannot be sealed")]
pub struct Unsealable;

/// The server's own pair of keys.
pub struct Keys {
    pair: EcdsaKeyPair,
    public: String,
}

impl Keys {
    /// From 32 bytes in base64url, as browsers' tools write them; none for any other text.
    pub fn parse(private: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(private.trim().trim_end_matches('=')).ok()?;
        let agreeing = PrivateKey::from_private_key(&ECDH_P256, &bytes).ok()?;
        let public = agreeing.compute_public_key().ok()?;
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let pair =
            EcdsaKeyPair::from_private_key_and_public_key(algorithm, &bytes, public.as_ref());
        Some(Self { pair: pair.ok()?, public: URL_SAFE_NO_PAD.encode(public.as_ref()) })
    }

    /// A new private key, for `push.private_key`.
    ///
    /// # Errors
    /// When this machine has no randomness.
    pub fn generate() -> Result<String, Unsealable> {
        let key = PrivateKey::generate(&ECDH_P256).map_err(|_| Unsealable)?;
        let bytes: EcPrivateKeyBin<'_> = key.as_be_bytes().map_err(|_| Unsealable)?;
        Ok(URL_SAFE_NO_PAD.encode(bytes.as_ref()))
    }

    /// What browsers subscribe with.
    pub fn public(&self) -> &str {
        &self.public
    }

    /// The header `Authorization` for a push service of this origin.
    ///
    /// # Errors
    /// When it cannot be signed.
    pub fn authorization(
        &self,
        origin: &str,
        subject: &str,
        now: DateTime<Utc>,
    ) -> Result<String, Unsealable> {
        let part = |value: &serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let head = part(&json!({ "typ": "JWT", "alg": "ES256" }));
        let exp = (now + LIFE).timestamp();
        let claims = part(&json!({ "aud": origin, "exp": exp, "sub": subject }));
        let text = format!("{head}.{claims}");
        let signed = self.pair.sign(&SystemRandom::new(), text.as_bytes());
        let signature = URL_SAFE_NO_PAD.encode(signed.map_err(|_| Unsealable)?.as_ref());
        Ok(format!("vapid t={text}.{signature}, k={}", self.public))
    }
}

/// A browser's keys, as its subscription gave them.
#[derive(Clone, Debug)]
pub struct Browser {
    point: Vec<u8>,
    secret: Vec<u8>,
}

impl Browser {
    /// From base64url; none for what is no point on the curve or no secret of 16 bytes.
    pub fn parse(p256dh: &str, auth: &str) -> Option<Self> {
        let decode = |text: &str| URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok();
        let (point, secret) = (decode(p256dh)?, decode(auth)?);
        let browser = Self { point, secret };
        // a point that is not on the curve is found out by using it
        let fits = browser.point.len() == POINT && browser.secret.len() == 16;
        (fits && browser.seal(b"").is_ok()).then_some(browser)
    }

    /// Seals a message that only this browser can read.
    ///
    /// # Errors
    /// When it is too long.
    pub fn seal(&self, message: &[u8]) -> Result<Vec<u8>, Unsealable> {
        let own = PrivateKey::generate(&ECDH_P256).map_err(|_| Unsealable)?;
        self.seal_with(&own, rand::random(), message)
    }

    fn seal_with(
        &self,
        own: &PrivateKey,
        salt: [u8; 16],
        message: &[u8],
    ) -> Result<Vec<u8>, Unsealable> {
        if message.len() > MESSAGE_MAX {
            return Err(Unsealable);
        }
        let public = own.compute_public_key().map_err(|_| Unsealable)?;
        let theirs = UnparsedPublicKey::new(&ECDH_P256, &self.point);
        let info = [b"WebPush: info\0".as_slice(), &self.point, public.as_ref()].concat();
        let shared = agreement::agree(own, theirs, Unsealable, |shared| {
            expand::<32>(&Salt::new(HKDF_SHA256, &self.secret).extract(shared), &info)
        })?;
        let prk = Salt::new(HKDF_SHA256, &salt).extract(&shared);
        let key = expand::<16>(&prk, b"Content-Encoding: aes128gcm\0")?;
        let nonce = expand::<12>(&prk, b"Content-Encoding: nonce\0")?;
        let key = UnboundKey::new(&AES_128_GCM, &key).map_err(|_| Unsealable)?;

        let mut record = Vec::with_capacity(message.len() + 17);
        record.extend_from_slice(message);
        record.push(2); // the last record, without padding
        LessSafeKey::new(key)
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::empty(),
                &mut record,
            )
            .map_err(|_| Unsealable)?;

        let mut sealed = Vec::with_capacity(record.len() + 86);
        sealed.extend_from_slice(&salt);
        sealed.extend_from_slice(&RECORD.to_be_bytes());
        sealed.push(POINT as u8);
        sealed.extend_from_slice(public.as_ref());
        sealed.extend_from_slice(&record);
        Ok(sealed)
    }
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn expand<const N: usize>(prk: &Prk, info: &[u8]) -> Result<[u8; N], Unsealable> {
    let mut out = [0; N];
    let info = [info];
    let okm = prk.expand(&info, Length(N)).map_err(|_| Unsealable)?;
    okm.fill(&mut out).map_err(|_| Unsealable)?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use chrono::DateTime;

    use super::{Browser, Keys, MESSAGE_MAX};

    fn bytes(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).unwrap()
    }

    const POINT: &str =
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

    /// The example of RFC 8291, section 5.
    #[test]
    fn seals_as_the_rfc_does() {
        let browser = Browser::parse(POINT, AUTH).unwrap();
        let own = bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw");
        let own = PrivateKey::from_private_key(&ECDH_P256, &own).unwrap();
        let salt = bytes("DGv6ra1nlYgDCS1FRnbzlw").try_into().unwrap();
        let sealed =
            browser.seal_with(&own, salt, b"When I grow up, I want to be a watermelon").unwrap();
        assert_eq!(
            URL_SAFE_NO_PAD.encode(sealed),
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmY\
             WAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexS\
             gSxsj_Qulcy4a-fN"
        );
    }

    #[test]
    fn refuses_what_is_no_key_and_what_is_too_long() {
        let off = URL_SAFE_NO_PAD.encode([4; 65]);
        for (point, auth) in [("", AUTH), (POINT, ""), (AUTH, POINT), (off.as_str(), AUTH)] {
            assert!(Browser::parse(point, auth).is_none(), "{point} {auth}");
        }
        let browser = Browser::parse(POINT, AUTH).unwrap();
        assert!(browser.seal(&[0; MESSAGE_MAX]).is_ok_and(|sealed| sealed.len() <= 4_096));
        assert!(browser.seal(&[0; MESSAGE_MAX + 1]).is_err());
        assert!(Keys::parse("short").is_none());
    }

    #[test]
    fn signs_with_its_own_key() {
        let keys = Keys::parse(&Keys::generate().unwrap()).unwrap();
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let header = keys.authorization("https://push.example", "mailto:a@b.example", now).unwrap();
        let (token, key) = header.strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
        assert_eq!(key, keys.public());
        let (text, signature) = token.rsplit_once('.').unwrap();
        let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, bytes(key));
        public.verify(text.as_bytes(), &bytes(signature)).unwrap();
        let claims: serde_json::Value =
            serde_json::from_slice(&bytes(text.split_once('.').unwrap().1)).unwrap();
        assert_eq!(claims["aud"], "https://push.example");
        assert_eq!(claims["exp"], 1_800_000_000 + 12 * 3_600);
    }
}
