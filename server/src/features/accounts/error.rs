//! What accounts refuse.

use crate::kernel::problem::{Class, Coded, FieldError, Problem};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("e-mail or password is wrong")]
    BadCredentials,
    #[error("too many wrong attempts")]
    Locked { retry_ms: u64 },
    #[error("the session has ended")]
    SessionEnded,
    #[error("the link was used or has expired")]
    TokenExpired,
    #[error("the slug is taken")]
    SlugTaken,
    #[error("the e-mail is registered already")]
    EmailTaken,
    #[error("registration is closed")]
    SignupClosed,
    #[error("the last administrator must stay one")]
    LastAdmin,
    #[error("the password is too weak")]
    WeakPassword,
    #[error("somebody has this role, or is invited to it")]
    RoleInUse,
}

impl Coded for Error {
    fn class(&self) -> Class {
        match self {
            Self::BadCredentials | Self::SessionEnded => Class::Unauthenticated,
            Self::Locked { .. } => Class::Rate,
            Self::TokenExpired => Class::Gone,
            Self::SlugTaken | Self::EmailTaken | Self::LastAdmin | Self::RoleInUse => {
                Class::Conflict
            }
            Self::SignupClosed => Class::Forbidden,
            Self::WeakPassword => Class::Invalid,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::BadCredentials => "bad_credentials",
            Self::Locked { .. } => "locked",
            Self::SessionEnded => "session_ended",
            Self::TokenExpired => "token_expired",
            Self::SlugTaken => "slug_taken",
            Self::EmailTaken => "email_taken",
            Self::SignupClosed => "signup_closed",
            Self::LastAdmin => "last_admin",
            Self::WeakPassword => "weak_password",
            Self::RoleInUse => "role_in_use",
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let mut problem = Self::new(error.class(), error.code());
        let field = match error {
            Error::SlugTaken => Some("slug"),
            Error::EmailTaken => Some("email"),
            Error::WeakPassword => Some("password"),
            Error::Locked { retry_ms } => {
                problem.retry_ms = Some(retry_ms);
                None
            }
            _ => None,
        };
        if let Some(field) = field {
            problem.errors = vec![FieldError { field: field.to_owned(), code: error.code() }];
        }
        problem
    }
}
