//! The text of an API key: `nbz_` (integrations) or `nbf_` (public web forms), then tenant, key id
//! and secret. The tenant stands in it because nothing can be looked up without one.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use entities::ids::{ApiKeyId, TenantId};
use uuid::Uuid;

use super::secrets::sha256;

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    Api,
    Form,
}

impl KeyKind {
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Api => "nbz_",
            Self::Form => "nbf_",
        }
    }

    /// The word on the wire and in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Form => "form",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        [Self::Api, Self::Form].into_iter().find(|kind| kind.name() == word)
    }
}

/// A key, taken apart.
#[derive(Clone)]
pub struct ApiKeyText {
    pub kind: KeyKind,
    pub tenant: TenantId,
    pub id: ApiKeyId,
    secret: [u8; 32],
}

impl ApiKeyText {
    pub fn new(kind: KeyKind, tenant: TenantId, id: ApiKeyId, secret: [u8; 32]) -> Self {
        Self { kind, tenant, id, secret }
    }

    pub fn parse(text: &str) -> Option<Self> {
        let kind =
            [KeyKind::Api, KeyKind::Form].into_iter().find(|k| text.starts_with(k.prefix()))?;
        let mut bytes = [0_u8; 66]; // room for what the estimate rounds up to
        let rest = text.get(4..).filter(|rest| rest.len() == 86)?;
        let length = URL_SAFE_NO_PAD.decode_slice(rest, &mut bytes).ok()?;
        let bytes = bytes.get(..length).filter(|bytes| bytes.len() == 64)?;
        Some(Self {
            kind,
            tenant: TenantId(Uuid::from_slice(&bytes[..16]).ok()?),
            id: ApiKeyId(Uuid::from_slice(&bytes[16..32]).ok()?),
            secret: bytes[32..].try_into().ok()?,
        })
    }

    /// The whole text: shown once.
    pub fn text(&self) -> String {
        let mut bytes = Vec::with_capacity(64);
        bytes.extend_from_slice(self.tenant.0.as_bytes());
        bytes.extend_from_slice(self.id.0.as_bytes());
        bytes.extend_from_slice(&self.secret);
        format!("{}{}", self.kind.prefix(), URL_SAFE_NO_PAD.encode(bytes))
    }

    /// What is stored of the secret.
    pub fn hash(&self) -> [u8; 32] {
        sha256(&self.secret)
    }
}

#[cfg(test)]
mod tests {
    use entities::ids::{ApiKeyId, TenantId};

    use super::{ApiKeyText, KeyKind};

    #[test]
    fn a_key_survives_its_text() {
        for kind in [KeyKind::Api, KeyKind::Form] {
            let key = ApiKeyText::new(kind, TenantId::NIL, ApiKeyId::NIL, [7; 32]);
            let again = ApiKeyText::parse(&key.text()).unwrap();
            assert_eq!((again.kind, again.hash()), (kind, key.hash()));
        }
        for nonsense in ["", "nbz_", "nbz_ü", "abc", &format!("nbz_{}", "!".repeat(86))] {
            assert!(ApiKeyText::parse(nonsense).is_none(), "{nonsense}");
        }
    }
}
