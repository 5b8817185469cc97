//! Secrets that leave the server: refresh tokens and the links of invitations and resets. Both name
//! their tenant, so that nothing is looked up in another, and both are sealed, so that only what we
//! made is looked up at all. Nothing of them is stored but a hash.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use entities::ids::{ApiKeyId, SessionId, TenantId, TokenId, UserId};
use uuid::Uuid;

use crate::gateway::{ApiKeyText, KeyKind, Secrets, hex, same_bytes, sha256};

/// What a one-time link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Invitation,
    Reset,
}

impl Purpose {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Reset => "reset",
        }
    }
}

/// The secret of a link follows from the token's id: nothing but the id is kept anywhere.
pub(super) fn link_secret(
    secrets: &Secrets,
    purpose: Purpose,
    tenant: TenantId,
    token: TokenId,
) -> String {
    let seal = secrets.mac(purpose.name(), &[tenant.0.as_bytes(), token.0.as_bytes()]);
    pack(&[tenant.0.as_bytes(), token.0.as_bytes(), &seal])
}

/// Tenant and token of a link that is ours.
pub(super) fn open_link(
    secrets: &Secrets,
    purpose: Purpose,
    text: &str,
) -> Option<(TenantId, TokenId)> {
    let bytes = unpack(text, 64)?;
    let (tenant, token) = (uuid_at(&bytes, 0)?, uuid_at(&bytes, 16)?);
    let seal = secrets.mac(purpose.name(), &[tenant.as_bytes(), token.as_bytes()]);
    same_bytes(&seal, &bytes[32..]).then_some((TenantId(tenant), TokenId(token)))
}

/// A device's right to fresh access tokens; each works once.
pub(super) struct RefreshToken {
    pub(super) tenant: TenantId,
    pub(super) session: SessionId,
    nonce: [u8; 16],
}

impl RefreshToken {
    pub(super) fn fresh(tenant: TenantId, session: SessionId) -> Self {
        Self { tenant, session, nonce: rand::random() }
    }

    pub(super) fn text(&self, secrets: &Secrets) -> String {
        let parts = [self.tenant.0.as_bytes(), self.session.0.as_bytes(), &self.nonce];
        let seal = secrets.mac("refresh", &parts.map(|part| part.as_slice()));
        pack(&[parts[0], parts[1], parts[2], &seal])
    }

    pub(super) fn open(secrets: &Secrets, text: &str) -> Option<Self> {
        let bytes = unpack(text, 80)?;
        let (body, seal) = bytes.split_at(48);
        let expected = secrets.mac("refresh", &[&body[..16], &body[16..32], &body[32..]]);
        same_bytes(&expected, seal).then_some(())?;
        Some(Self {
            tenant: TenantId(uuid_at(body, 0)?),
            session: SessionId(uuid_at(body, 16)?),
            nonce: body[32..].try_into().ok()?,
        })
    }

    /// What is stored: SHA-256 in hex.
    pub(super) fn hash(&self) -> String {
        hex(&sha256(&[self.session.0.as_bytes().as_slice(), self.nonce.as_slice()].concat()))
    }
}

/// The key of an id. A form's key is public and shown again; an integration's is shown once.
pub(super) fn api_key(
    secrets: &Secrets,
    kind: KeyKind,
    tenant: TenantId,
    id: ApiKeyId,
) -> ApiKeyText {
    let secret =
        secrets.mac("api-key", &[kind.name().as_bytes(), tenant.0.as_bytes(), id.0.as_bytes()]);
    ApiKeyText::new(kind, tenant, id, secret)
}

/// How the directory knows an address: keyed, so that a copy of the table tells nobody's.
pub(super) fn email_mac(secrets: &Secrets, email_key: &str) -> [u8; 32] {
    secrets.mac("directory-email", &[email_key.as_bytes()])
}

/// An id that a repeated request meets again.
pub(super) fn repeated_id(secrets: &Secrets, tenant: TenantId, user: UserId, key: &str) -> Uuid {
    let mac = secrets.mac("id", &[tenant.0.as_bytes(), user.0.as_bytes(), key.as_bytes()]);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&mac[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

fn pack(parts: &[&[u8]]) -> String {
    URL_SAFE_NO_PAD.encode(parts.concat())
}

fn unpack(text: &str, length: usize) -> Option<Vec<u8>> {
    if text.len() > 2 * length {
        return None;
    }
    URL_SAFE_NO_PAD.decode(text).ok().filter(|bytes| bytes.len() == length)
}

fn uuid_at(bytes: &[u8], at: usize) -> Option<Uuid> {
    Uuid::from_slice(bytes.get(at..at + 16)?).ok()
}

#[cfg(test)]
mod tests {
    use entities::ids::{SessionId, TenantId, TokenId};

    use super::{Purpose, RefreshToken, link_secret, open_link};
    use crate::gateway::Secrets;

    #[test]
    fn a_link_opens_only_what_it_was_made_for() {
        let secrets = Secrets::new("a");
        let link = link_secret(&secrets, Purpose::Invitation, TenantId::NIL, TokenId::NIL);
        assert!(open_link(&secrets, Purpose::Invitation, &link).is_some());
        assert!(open_link(&secrets, Purpose::Reset, &link).is_none());
        assert!(open_link(&Secrets::new("b"), Purpose::Invitation, &link).is_none());
        let mut other = link.into_bytes();
        other[3] = if other[3] == b'A' { b'B' } else { b'A' };
        let other = String::from_utf8(other).unwrap();
        assert!(open_link(&secrets, Purpose::Invitation, &other).is_none());
    }

    #[test]
    fn refresh_tokens_differ_and_survive_their_text() {
        let secrets = Secrets::new("a");
        let one = RefreshToken::fresh(TenantId::NIL, SessionId::NIL);
        let two = RefreshToken::fresh(TenantId::NIL, SessionId::NIL);
        assert_ne!(one.hash(), two.hash());
        let again = RefreshToken::open(&secrets, &one.text(&secrets)).unwrap();
        assert_eq!(again.hash(), one.hash());
        assert!(RefreshToken::open(&secrets, "x").is_none());
    }
}
