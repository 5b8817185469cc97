//! What boards show: read models and their queries. Visibility is part of every query, so that
//! snapshots, windows and counts cannot disagree about what is hidden.

mod board;
mod card;
mod customer;
mod filter;
mod lost_reasons;
mod remembered;
mod snapshot;
mod window;

use bytes::Bytes;
use serde::Serialize;

pub use self::board::{Board, Stage, boards};
pub(super) use self::board::{BoardWindows, StageWindow, country, find, stages};
pub use self::card::Card;
pub(super) use self::card::{cards, of_customer, query, read};
pub use self::customer::{CustomerCard, cards_of, count};
pub(super) use self::filter::Filter;
pub(super) use self::lost_reasons::{LostReason, lost_reasons};
pub(super) use self::remembered::Remembered;
pub(super) use self::snapshot::BoardTopic;
pub(super) use self::window::{CardWindow, stage_window, windows};
use crate::kernel::problem::Problem;

/// An answer as it goes out.
pub(super) fn json(shown: &impl Serialize) -> Result<Bytes, Problem> {
    serde_json::to_vec(shown).map(Into::into).map_err(|error| {
        tracing::error!(%error, "an answer cannot be serialised");
        Problem::internal()
    })
}
