//! What boards refuse, and how it is said.

use sea_orm::DbErr;
use serde_json::json;

use crate::kernel::problem::{Class, Coded, Fault, Problem};

#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error("the stage is full ({limit} cards)")]
    StageFull { limit: i32 },
    #[error("the stage has {cards} cards")]
    StageNotEmpty { cards: i64 },
    #[error("a board needs at least one stage")]
    LastStage,
    #[error("the card is on another board")]
    NotOnThisBoard,
    #[error("unknown or hidden")]
    NotFound,
    #[error("archived")]
    Gone,
    /// The row changed between reading and writing it: decide again.
    #[error("another transaction was faster")]
    Overtaken,
    #[error("refused")]
    Refused(Problem),
}

impl Coded for Error {
    fn class(&self) -> Class {
        match self {
            Self::StageFull { .. } | Self::StageNotEmpty { .. } | Self::LastStage => {
                Class::Conflict
            }
            Self::NotOnThisBoard | Self::NotFound => Class::NotFound,
            Self::Gone => Class::Gone,
            Self::Overtaken => Class::Busy,
            Self::Refused(problem) => problem.class,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::StageFull { .. } => "stage_full",
            Self::StageNotEmpty { .. } => "stage_not_empty",
            Self::LastStage => "last_stage",
            Self::NotOnThisBoard => "not_on_this_board",
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
            Error::StageFull { limit } => problem.with(json!({ "limit": limit })),
            Error::StageNotEmpty { cards } => problem.with(json!({ "cards": cards })),
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
