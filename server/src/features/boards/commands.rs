//! What can be done to boards, stages and cards: the shapes of `d`, and what each op needs.

use chrono::{DateTime, Utc};
use entities::ids::{BoardId, CardId, CustomerId, StageId, UserId};
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use super::rules;
use crate::db::Tx;
use crate::features::customers::NewCustomer;
use crate::gateway::Message;
use crate::kernel::command::{Command, CommandContext, Decided};
use crate::kernel::money::Money;
use crate::kernel::principal::Permission;
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

/// A new board; without stages it gets those of a sales process.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateBoard {
    pub name: String,
    pub stages: Option<Vec<NewStage>>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewStage {
    pub name: String,
    /// `open` (default), `won`, `lost`, `parked`.
    pub kind: Option<String>,
    /// 1 to 8; by default the next one.
    pub colour: Option<i32>,
    pub wip_limit: Option<i32>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RenameBoard {
    pub name: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ArchiveBoard {}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RestoreBoard {}

/// A new stage after another one, or at the end.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateStage {
    pub name: String,
    pub kind: Option<String>,
    pub colour: Option<i32>,
    pub wip_limit: Option<i32>,
    pub after: Option<StageId>,
    /// What a card must have to come in, see `Stage`.
    pub requires: Option<Vec<String>>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateStage {
    pub stage: StageId,
    pub name: Option<String>,
    pub kind: Option<String>,
    pub colour: Option<i32>,
    /// Null removes the limit.
    #[serde(default, deserialize_with = "present")]
    pub wip_limit: Option<Option<i32>>,
    pub requires: Option<Vec<String>>,
}

/// All live stages, from left to right.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReorderStages {
    pub order: Vec<StageId>,
}

/// `move_to` takes the stage's cards; needed when it has some.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ArchiveStage {
    pub stage: StageId,
    pub move_to: Option<StageId>,
}

/// Puts a customer, known or new, on a board. One that is already there keeps its place.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateCard {
    pub board: Option<BoardId>,
    /// The first stage when absent.
    pub stage: Option<StageId>,
    pub customer_id: Option<CustomerId>,
    pub customer: Option<NewCustomer>,
    pub need: Option<String>,
    pub amount: Option<Money>,
}

/// Null removes a value.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateCard {
    pub card: CardId,
    #[serde(default, deserialize_with = "present")]
    pub need: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    pub amount: Option<Option<Money>>,
    #[serde(default, deserialize_with = "present")]
    pub next_due_at: Option<Option<DateTime<Utc>>>,
    #[serde(default, deserialize_with = "present")]
    pub lost_reason: Option<Option<String>>,
}

/// Puts a card between two neighbours of a stage, or at its end.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveCard {
    pub card: CardId,
    pub to_stage: StageId,
    /// The card above.
    pub after: Option<CardId>,
    /// The card below.
    pub before: Option<CardId>,
    /// What the stage demands and the card has not.
    pub fields: Option<CardFields>,
}

/// What a mover fills in on the way; absent = stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CardFields {
    pub amount: Option<Money>,
    pub lost_reason: Option<String>,
    pub need: Option<String>,
    pub next_due_at: Option<DateTime<Utc>>,
    /// `A` to `D`, of the customer.
    pub quality: Option<String>,
    /// Becomes one of the customer's owners.
    pub owner: Option<UserId>,
}

/// The same for up to 200 cards, which keep the order given.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveCards {
    pub cards: Vec<CardId>,
    pub to_stage: StageId,
    pub after: Option<CardId>,
    pub before: Option<CardId>,
    /// For all of them.
    pub fields: Option<CardFields>,
}

/// Owners of one card's customer as a whole, or of several by difference.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignCards {
    pub card: Option<CardId>,
    pub cards: Option<Vec<CardId>>,
    pub owners: Option<Vec<UserId>>,
    pub add: Option<Vec<UserId>>,
    pub remove: Option<Vec<UserId>>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ArchiveCards {
    pub card: Option<CardId>,
    pub cards: Option<Vec<CardId>>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RestoreCards {
    pub card: Option<CardId>,
    pub cards: Option<Vec<CardId>>,
}

/// Tells null (remove it) from absent (leave it).
fn present<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// The board's own topic, written the one way it is written.
fn board_topic(named: &Topic) -> Result<Topic, Problem> {
    match (named.kind(), named.id()) {
        ("board", Some(id)) => Ok(Topic::board(BoardId(id))),
        _ => Err(Problem::invalid("topic", "bad_value")),
    }
}

macro_rules! commands {
    ($($command:ident = $op:literal, $needs:ident, $rule:path $(, on $owner:ident)?;)*) => {
        $(impl Command for $command {
            const OP: &'static str = $op;
            const NEEDS: Permission = Permission::$needs;

            fn owner(&mut self, named: &Topic) -> Result<Topic, Problem> {
                commands!(@owner self, named $(, $owner)?)
            }

            async fn decide<'a>(&'a self, tx: &'a Tx<'a>, cx: &'a CommandContext) -> Decided {
                $rule(tx, cx, self).await
            }
        })*

        /// Hands all ops to the machinery.
        pub(super) fn register(registry: &mut crate::realtime::registry::Registry) {
            $(registry.accepts::<$command>();)*
        }

        /// All ops, for the document of messages.
        pub(super) fn described() -> Vec<Message> {
            vec![$(Message::command::<$command>(commands!(@topic $($owner)?)),)*]
        }
    };
    (@topic tenant_topic) => { "tenant" };
    (@topic $($owner:ident)?) => { "board:<id>" };
    (@owner $self:ident, $named:ident) => { board_topic($named) };
    (@owner $self:ident, $named:ident, $owner:ident) => { $owner($self, $named) };
}

commands! {
    CreateBoard = "board.create", ManageBoards, rules::create_board, on tenant_topic;
    RenameBoard = "board.rename", ManageBoards, rules::rename_board;
    ArchiveBoard = "board.archive", ManageBoards, rules::archive_board;
    RestoreBoard = "board.restore", ManageBoards, rules::restore_board;
    CreateStage = "stage.create", ManageBoards, rules::create_stage;
    UpdateStage = "stage.update", ManageBoards, rules::update_stage;
    ReorderStages = "stage.reorder", ManageBoards, rules::reorder_stages;
    ArchiveStage = "stage.archive", ManageBoards, rules::archive_stage;
    CreateCard = "card.create", CreateCards, rules::create_card, on named_board;
    UpdateCard = "card.update", EditCards, rules::update_card;
    MoveCard = "card.move", MoveCards, rules::move_card;
    MoveCards = "card.move_many", MoveCards, rules::move_cards;
    AssignCards = "card.assign", EditCards, rules::assign_cards;
    ArchiveCards = "card.archive", ArchiveCards, rules::archive_cards;
    RestoreCards = "card.restore", ArchiveCards, rules::restore_cards;
}

#[expect(clippy::unnecessary_wraps, reason = "one shape for all owners")]
fn tenant_topic(_: &mut CreateBoard, _: &Topic) -> Result<Topic, Problem> {
    Ok(Topic::tenant())
}

/// `board` in `d` decides where the client named another topic; it may not contradict a board's.
fn named_board(command: &mut CreateCard, named: &Topic) -> Result<Topic, Problem> {
    match command.board {
        Some(board) if named.kind() != "board" || named.id() == Some(board.0) => {
            Ok(Topic::board(board))
        }
        Some(_) => Err(Problem::invalid("board", "bad_value")),
        None => board_topic(named),
    }
}
