//! Access tokens: JWT (RFC 7519), HS256 and nothing else, fifteen minutes, for one device's
//! session. They say who; what that person may do is read from the database.

use entities::ids::{SessionId, TenantId, UserId};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};

use super::secrets::Secrets;
use crate::kernel::clock::Clock;
use crate::kernel::problem::Problem;

/// Seconds that an access token lives.
pub const LIFE_SECONDS: i64 = 15 * 60;
const AUDIENCE: &str = "nabiz";
const KIND: &str = "access";

/// What a token says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AccessClaims {
    pub sub: UserId,
    pub tid: TenantId,
    pub sid: SessionId,
    typ: String,
    aud: String,
    /// Seconds since 1970.
    pub exp: i64,
    iat: i64,
}

/// Signs and reads access tokens.
pub struct AccessTokens {
    sign: EncodingKey,
    read: DecodingKey,
    clock: Clock,
}

impl AccessTokens {
    pub fn new(secrets: &Secrets, clock: Clock) -> Self {
        let key = secrets.mac("access-token", &[]);
        Self { sign: EncodingKey::from_secret(&key), read: DecodingKey::from_secret(&key), clock }
    }

    /// # Errors
    /// `internal` when signing fails, which is a defect.
    pub fn issue(
        &self,
        tenant: TenantId,
        user: UserId,
        session: SessionId,
    ) -> Result<String, Problem> {
        let iat = self.clock.now().timestamp();
        let claims = AccessClaims {
            sub: user,
            tid: tenant,
            sid: session,
            typ: KIND.to_owned(),
            aud: AUDIENCE.to_owned(),
            exp: iat + LIFE_SECONDS,
            iat,
        };
        encode(&Header::new(Algorithm::HS256), &claims, &self.sign).map_err(|error| {
            tracing::error!(%error, "access token cannot be signed");
            Problem::internal()
        })
    }

    /// # Errors
    /// `unauthenticated` for anything but a token of ours that still lives.
    pub fn read(&self, token: &str) -> Result<AccessClaims, Problem> {
        // longer ones are none of ours; do not spend a hash on them
        if token.len() > 1_024 {
            return Err(Problem::unauthenticated());
        }
        let mut rules = Validation::new(Algorithm::HS256);
        rules.set_audience(&[AUDIENCE]);
        // checked below with the injected clock
        rules.validate_exp = false;
        let claims = decode::<AccessClaims>(token, &self.read, &rules)
            .map_err(|_| Problem::unauthenticated())?
            .claims;
        if claims.typ != KIND || claims.exp <= self.clock.now().timestamp() {
            return Err(Problem::unauthenticated());
        }
        Ok(claims)
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use chrono::DateTime;
    use entities::ids::{SessionId, TenantId, UserId};

    use super::{AccessTokens, Secrets};
    use crate::kernel::clock::Clock;

    fn tokens(secret: &str, clock: &Clock) -> AccessTokens {
        AccessTokens::new(&Secrets::new(secret), clock.clone())
    }

    #[test]
    fn a_token_lives_fifteen_minutes() {
        let clock = Clock::manual(DateTime::from_timestamp(1_800_000_000, 0).unwrap());
        let tokens = tokens("a", &clock);
        let token = tokens.issue(TenantId::NIL, UserId::NIL, SessionId::NIL).unwrap();
        assert!(tokens.read(&token).is_ok());
        clock.advance(chrono::Duration::seconds(899));
        assert!(tokens.read(&token).is_ok());
        clock.advance(chrono::Duration::seconds(1));
        assert!(tokens.read(&token).is_err());
    }

    #[test]
    fn forged_tokens_are_refused() {
        let clock = Clock::manual(DateTime::from_timestamp(1_800_000_000, 0).unwrap());
        let ours = tokens("a", &clock);
        let foreign = tokens("b", &clock).issue(TenantId::NIL, UserId::NIL, SessionId::NIL);
        assert!(ours.read(&foreign.unwrap()).is_err());
        let token = ours.issue(TenantId::NIL, UserId::NIL, SessionId::NIL).unwrap();
        let claims = token.split('.').nth(1).unwrap();
        for header in [r#"{"alg":"none"}"#, r#"{"alg":"HS512"}"#, r#"{"alg":"none","typ":"JWT"}"#] {
            let header = URL_SAFE_NO_PAD.encode(header);
            assert!(ours.read(&format!("{header}.{claims}.")).is_err());
            let signature = token.split('.').nth(2).unwrap();
            assert!(ours.read(&format!("{header}.{claims}.{signature}")).is_err());
        }
        for nonsense in ["", ".", "..", "a.b.c", "ü"] {
            assert!(ours.read(nonsense).is_err());
        }
    }
}
