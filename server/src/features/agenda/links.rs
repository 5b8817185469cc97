//! Addresses that are secrets: the link by which a stranger manages an appointment, and a
//! person's calendar. Both name their tenant and follow from the server's own secret, so nothing
//! of them is stored.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use entities::ids::{AppointmentId, TenantId, UserId};
use uuid::Uuid;

use crate::gateway::{PublicUrl, Secrets, same_bytes};

/// Two ids and their seal.
const LENGTH: usize = 64;

/// What lets the holder see, move and cancel one appointment.
pub(super) fn appointment_token(secrets: &Secrets, tenant: TenantId, id: AppointmentId) -> String {
    let seal = secrets.mac("appointment", &[tenant.0.as_bytes(), id.0.as_bytes()]);
    URL_SAFE_NO_PAD.encode([tenant.0.as_bytes().as_slice(), id.0.as_bytes(), &seal].concat())
}

/// Tenant and appointment of a token that is ours.
pub(super) fn open_appointment(secrets: &Secrets, text: &str) -> Option<(TenantId, AppointmentId)> {
    let (tenant, id, seal) = unpack(text)?;
    let expected = secrets.mac("appointment", &[tenant.as_bytes(), id.as_bytes()]);
    same_bytes(&expected, &seal).then_some((TenantId(tenant), AppointmentId(id)))
}

/// The page where it is used. Behind the `#`: browsers send it to nobody.
pub(super) fn manage_url(url: &PublicUrl, token: &str) -> String {
    format!("{}/b/appointment#token={token}", url.0)
}

/// The secret of a person's calendar; another generation is another secret.
pub(super) fn calendar_secret(
    secrets: &Secrets,
    tenant: TenantId,
    user: UserId,
    generation: i32,
) -> String {
    let seal = calendar_seal(secrets, tenant.0, user.0, generation);
    URL_SAFE_NO_PAD.encode([tenant.0.as_bytes().as_slice(), user.0.as_bytes(), &seal].concat())
}

fn calendar_seal(secrets: &Secrets, tenant: Uuid, user: Uuid, generation: i32) -> [u8; 32] {
    let generation = generation.to_be_bytes();
    secrets.mac("calendar", &[tenant.as_bytes(), user.as_bytes(), &generation])
}

/// Whose calendar a secret would be, before it is known whether it is the present one.
pub(super) struct CalendarClaim {
    pub(super) tenant: TenantId,
    pub(super) user: UserId,
    seal: Vec<u8>,
}

impl CalendarClaim {
    pub(super) fn read(text: &str) -> Option<Self> {
        let (tenant, user, seal) = unpack(text)?;
        Some(Self { tenant: TenantId(tenant), user: UserId(user), seal })
    }

    pub(super) fn holds(&self, secrets: &Secrets, generation: i32) -> bool {
        let expected = calendar_seal(secrets, self.tenant.0, self.user.0, generation);
        same_bytes(&expected, &self.seal)
    }
}

pub(super) fn calendar_url(url: &PublicUrl, secret: &str) -> String {
    format!("{}/api/v1/calendar/{secret}.ics", url.0)
}

fn unpack(text: &str) -> Option<(Uuid, Uuid, Vec<u8>)> {
    if text.len() > 2 * LENGTH {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(text).ok().filter(|bytes| bytes.len() == LENGTH)?;
    let id = |at: usize| Uuid::from_slice(bytes.get(at..at + 16)?).ok();
    Some((id(0)?, id(16)?, bytes.get(32..)?.to_vec()))
}

#[cfg(test)]
mod tests {
    use entities::ids::{AppointmentId, TenantId, UserId};

    use super::{CalendarClaim, appointment_token, calendar_secret, open_appointment};
    use crate::gateway::Secrets;

    #[test]
    fn a_secret_opens_only_what_it_was_made_for() {
        let secrets = Secrets::new("a");
        let token = appointment_token(&secrets, TenantId::NIL, AppointmentId::NIL);
        assert!(open_appointment(&secrets, &token).is_some());
        assert!(open_appointment(&Secrets::new("b"), &token).is_none());
        for bad in ["", "x", &token[1..], &token.replace(|c: char| c.is_ascii_digit(), "x")] {
            assert!(open_appointment(&secrets, bad).is_none() || *bad == *token);
        }
        let calendar = calendar_secret(&secrets, TenantId::NIL, UserId::NIL, 1);
        let claim = CalendarClaim::read(&calendar).unwrap();
        assert!(claim.holds(&secrets, 1) && !claim.holds(&secrets, 2));
        assert!(open_appointment(&secrets, &calendar).is_none());
    }
}
