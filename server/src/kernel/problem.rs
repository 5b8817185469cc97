//! What went wrong, in the contract's eleven classes. One place turns it into problem+json or an
//! `err` frame; inner texts never leave.

use sea_orm::{DbErr, RuntimeErr, SqlErr};
use serde_json::Value;

/// The contract's classes: they decide the HTTP status, `err.code`, and whether to retry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    BadFrame,
    Unauthenticated,
    Forbidden,
    NotFound,
    Conflict,
    Invalid,
    Gone,
    Busy,
    Rate,
    TooBig,
    Internal,
}

impl Class {
    pub const ALL: [Self; 11] = [
        Self::BadFrame,
        Self::Unauthenticated,
        Self::Forbidden,
        Self::NotFound,
        Self::Conflict,
        Self::Invalid,
        Self::Gone,
        Self::Busy,
        Self::Rate,
        Self::TooBig,
        Self::Internal,
    ];

    /// The word on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::BadFrame => "bad_frame",
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::Conflict => "conflict",
            Self::Invalid => "invalid",
            Self::Gone => "gone",
            Self::Busy => "busy",
            Self::Rate => "rate",
            Self::TooBig => "too_big",
            Self::Internal => "internal",
        }
    }

    pub fn status(self) -> u16 {
        match self {
            Self::BadFrame => 400,
            Self::Unauthenticated => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::Conflict => 409,
            Self::Invalid => 422,
            Self::Gone => 410,
            Self::Busy => 503,
            Self::Rate => 429,
            Self::TooBig => 413,
            Self::Internal => 500,
        }
    }
}

/// How the database failed, where that decides what happens next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Another transaction was faster: a unique key, a changed row. Worth deciding again.
    Race,
    /// Another transaction holds what this one needs, and may be waiting for this one: worth
    /// trying again once everything is let go.
    Held,
    /// The database cannot be reached.
    Away,
}

/// One field of a request and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    pub field: String,
    pub code: &'static str,
}

/// An answer that is not the one asked for.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{}: {code}", class.name())]
pub struct Problem {
    pub class: Class,
    /// The class's own name, or a finer word where a client must tell apart.
    pub code: &'static str,
    pub errors: Vec<FieldError>,
    /// Set exactly for temporary problems.
    pub retry_ms: Option<u64>,
    /// What a client needs to go on, e.g. whose identity it is.
    pub d: Option<Value>,
    pub fault: Option<Fault>,
    /// Only where it differs from the class's.
    pub status: Option<u16>,
}

impl Problem {
    pub fn new(class: Class, code: &'static str) -> Self {
        let retry_ms = match class {
            Class::Busy => Some(250),
            Class::Rate => Some(1_000),
            _ => None,
        };
        Self { class, code, errors: Vec::new(), retry_ms, d: None, fault: None, status: None }
    }

    /// A problem whose code is its class.
    pub fn of(class: Class) -> Self {
        Self::new(class, class.name())
    }

    pub fn not_found() -> Self {
        Self::of(Class::NotFound)
    }

    pub fn forbidden() -> Self {
        Self::of(Class::Forbidden)
    }

    pub fn unauthenticated() -> Self {
        Self::of(Class::Unauthenticated)
    }

    pub fn conflict(code: &'static str) -> Self {
        Self::new(Class::Conflict, code)
    }

    pub fn busy() -> Self {
        Self::of(Class::Busy)
    }

    pub fn internal() -> Self {
        Self::of(Class::Internal)
    }

    /// One field that is not right.
    pub fn invalid(field: &str, code: &'static str) -> Self {
        Self::fields(vec![FieldError { field: field.to_owned(), code }])
    }

    /// Fields that are not right; never empty.
    pub fn fields(errors: Vec<FieldError>) -> Self {
        Self { errors, ..Self::of(Class::Invalid) }
    }

    /// The body is no JSON, or JSON of another shape.
    pub fn bad_json() -> Self {
        Self { status: Some(400), ..Self::new(Class::Invalid, "bad_json") }
    }

    pub fn rate(retry_ms: u64) -> Self {
        Self { retry_ms: Some(retry_ms), ..Self::of(Class::Rate) }
    }

    #[must_use]
    pub fn with(mut self, d: Value) -> Self {
        self.d = Some(d);
        self
    }

    pub fn status(&self) -> u16 {
        self.status.unwrap_or_else(|| self.class.status())
    }
}

/// A feature's own errors: each variant names its class.
pub trait Coded: std::error::Error {
    fn class(&self) -> Class;

    /// Finer than the class only where a client must tell.
    fn code(&self) -> &'static str {
        self.class().name()
    }
}

impl From<DbErr> for Problem {
    /// Logged here, once: this is where a failure becomes an answer.
    fn from(error: DbErr) -> Self {
        match fault_of(&error) {
            Some(fault) => {
                tracing::debug!(error = %error, "database fault");
                Self { fault: Some(fault), ..Self::busy() }
            }
            None => {
                tracing::error!(error = %error, "database refused");
                Self::internal()
            }
        }
    }
}

fn fault_of(error: &DbErr) -> Option<Fault> {
    if matches!(
        error.sql_err(),
        Some(SqlErr::UniqueConstraintViolation(_) | SqlErr::ForeignKeyConstraintViolation(_))
    ) {
        return Some(Fault::Race);
    }
    match error {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => Some(Fault::Away),
        DbErr::Exec(RuntimeErr::SqlxError(inner)) | DbErr::Query(RuntimeErr::SqlxError(inner)) => {
            match inner.as_ref() {
                sea_orm::sqlx::Error::Database(db) => match db.code().as_deref() {
                    // deadlock, lock not available
                    Some("40P01" | "55P03") => Some(Fault::Held),
                    // serialization failure; SQLITE_BUSY (+snapshot)
                    Some("40001" | "5" | "517" | "6") => Some(Fault::Race),
                    // admin shutdown, crash shutdown, cannot connect now; a full disk, no memory, too
                    // many connections; SQLITE_IOERR, SQLITE_FULL
                    Some(
                        "57P01" | "57P02" | "57P03" | "53000" | "53100" | "53200" | "53300" | "10"
                        | "13",
                    ) => Some(Fault::Away),
                    _ => None,
                },
                sea_orm::sqlx::Error::Io(_)
                | sea_orm::sqlx::Error::PoolTimedOut
                | sea_orm::sqlx::Error::PoolClosed
                | sea_orm::sqlx::Error::WorkerCrashed
                | sea_orm::sqlx::Error::Protocol(_) => Some(Fault::Away),
                _ => None,
            }
        }
        _ => None,
    }
}
