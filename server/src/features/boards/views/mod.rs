//! What boards show: read models and their queries. Visibility is part of every query, so that
//! snapshots, windows and counts cannot disagree about what is hidden.

mod board;
mod card;
mod customer;
mod filter;
mod lost_reasons;
mod snapshot;
mod window;

pub use self::board::{Board, Stage, boards};
pub(super) use self::board::{BoardWindows, StageWindow, country, find, stages};
pub use self::card::Card;
pub(super) use self::card::{cards, of_customer, query, read};
pub use self::customer::{CustomerCard, cards_of, count};
pub(super) use self::filter::Filter;
pub(super) use self::lost_reasons::{LostReason, lost_reasons};
pub(super) use self::snapshot::BoardTopic;
pub(super) use self::window::{CardWindow, stage_window, windows};
