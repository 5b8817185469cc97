//! What the agenda refuses.

use chrono::{DateTime, Utc};
use sea_orm::DbErr;
use serde_json::json;

use super::slots::Slot;
use crate::kernel::clock::wire_time;
use crate::kernel::problem::{Class, Coded, Fault, Problem};

#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    /// Somebody or something of it is taken; `at` names the occurrences of a series.
    #[error("the time is taken")]
    SlotTaken { free: Vec<Slot>, at: Vec<DateTime<Utc>> },
    /// Nobody works then: outside the hours, a holiday, time off.
    #[error("outside the hours")]
    OutsideHours { free: Vec<Slot>, at: Vec<DateTime<Utc>> },
    #[error("an appointment of state {state} cannot become that")]
    State { state: String },
    /// A stranger asks for a change that comes too late.
    #[error("too late for a change")]
    TooLate,
    /// A stranger holds as many appointments as one may.
    #[error("too many appointments")]
    TooMany,
    #[error("unknown or hidden")]
    NotFound,
    /// The row changed between reading and writing it: decide again.
    #[error("another transaction was faster")]
    Overtaken,
    #[error("refused")]
    Refused(Problem),
}

impl Coded for Error {
    fn class(&self) -> Class {
        match self {
            Self::SlotTaken { .. }
            | Self::OutsideHours { .. }
            | Self::State { .. }
            | Self::TooLate
            | Self::TooMany => Class::Conflict,
            Self::NotFound => Class::NotFound,
            Self::Overtaken => Class::Busy,
            Self::Refused(problem) => problem.class,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::SlotTaken { .. } => "slot_taken",
            Self::OutsideHours { .. } => "outside_hours",
            Self::State { .. } => "appointment_state",
            Self::TooLate => "too_late",
            Self::TooMany => "too_many",
            Self::Refused(problem) => problem.code,
            _ => self.class().name(),
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let problem = Self::new(error.class(), error.code());
        match error {
            Error::Refused(problem) => problem,
            Error::SlotTaken { free, at } | Error::OutsideHours { free, at } => {
                let at: Vec<String> = at.into_iter().map(wire_time).collect();
                problem.with(json!({ "free": free, "at": at }))
            }
            Error::State { state } => problem.with(json!({ "state": state })),
            Error::Overtaken => Self { fault: Some(Fault::Race), ..problem },
            _ => problem,
        }
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem)
    }
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        Self::Refused(error.into())
    }
}
