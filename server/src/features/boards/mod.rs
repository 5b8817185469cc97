//! # Boards
//!
//! A board shows one process as stages; a card is one customer's place in it.
//!
//! - **Owns** the tables `board`, `stage`, `card` and the events `board.*`, `stage.*`, `card.*`.
//! - **Promises**: a card is in exactly one stage; nobody moves a card into a full stage; everybody
//!   sees the cards of a stage in the same order; what is hidden is in no snapshot, event or count.
//! - **Does not** know why a card moved, nor change a customer: name, phone, tags and owners on a
//!   card are the customer's.

mod commands;
mod error;
mod events;
mod http;
mod rank;
mod rules;
#[cfg(test)]
mod tests;
mod views;

pub use self::commands::{
    ArchiveBoard, ArchiveCards, ArchiveStage, AssignCards, CardFields, CreateBoard, CreateCard,
    CreateStage, MoveCard, MoveCards, NewStage, RenameBoard, ReorderStages, RestoreBoard,
    RestoreCards, UpdateCard, UpdateStage,
};
pub use self::http::{openapi, routes};
pub use self::rules::{
    ArchivedCustomer, Carriage, Carried, OwnersBefore, archive_with, carry, carry_back,
    check_target, customers_changed, in_order, restore_with, take_boards_of,
};
pub use self::rules::{
    Footprint, NewPlace, PlaceCard, Placed, Step, Target, create_default, customer_changed,
    due_changed, erase, place_many, place_new, repoint, repoint_cards, step_back, untouched,
    withdraw,
};
pub use self::views::{Board, Card, CustomerCard, Stage, boards, cards_of, count};
use crate::gateway::Message;
use crate::realtime::registry::Registry;

/// Colours that a stage can have, 1 to this.
const COLOURS: i32 = 8;

/// A stage of the board that a new tenant starts with.
#[derive(Clone, Copy, Debug)]
pub struct DefaultStage {
    pub tr: &'static str,
    pub en: &'static str,
    pub kind: &'static str,
    pub colour: i32,
    /// What a card must have that comes in.
    pub requires: &'static [&'static str],
}

const fn stage(
    tr: &'static str,
    en: &'static str,
    kind: &'static str,
    colour: i32,
    requires: &'static [&'static str],
) -> DefaultStage {
    DefaultStage { tr, en, kind, colour, requires }
}

/// How a sale goes, and beside it whom to follow up and whom it was lost with, and why.
pub const DEFAULT_STAGES: [DefaultStage; 7] = [
    stage("Potansiyel", "Prospect", "open", 1, &[]),
    stage("Görüşülüyor", "In talks", "open", 2, &[]),
    stage("Randevu", "Appointment", "open", 3, &[]),
    stage("Kapora", "Deposit", "open", 4, &[]),
    stage("Satış Tamamlandı", "Sold", "won", 5, &[]),
    stage("Takip Edilecek", "Follow up", "parked", 6, &[]),
    stage("Kaybedildi", "Lost", "lost", 7, &["lost_reason"]),
];

/// The commands and events of boards, described.
pub fn messages() -> Vec<Message> {
    let mut all = commands::described();
    all.extend(events::described());
    all
}

/// The ops and the topic of boards.
pub fn commands(registry: &mut Registry) {
    commands::register(registry);
    registry.topic("board", views::BoardTopic);
}
