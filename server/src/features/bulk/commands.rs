//! What can be asked of work on many customers. The last two are the server's own and refuse
//! everybody else.

use entities::ids::{BoardId, BulkId, CustomerId, StageId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::rules;
use crate::db::Tx;
use crate::kernel::command::{Command, CommandContext, Decided};
use crate::kernel::principal::Permission;
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

/// What is done to each of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "do", rename_all = "lowercase", deny_unknown_fields)]
pub(super) enum Action {
    /// Exactly `owners`, or else some more and some less.
    Assign {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        owners: Option<Vec<UserId>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        add: Option<Vec<UserId>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        remove: Option<Vec<UserId>>,
    },
    Tag {
        #[serde(default)]
        add: Vec<String>,
        #[serde(default)]
        remove: Vec<String>,
    },
    /// The cards on this board, to the end of this stage.
    Move {
        board: BoardId,
        stage: StageId,
    },
    Archive {},
    Restore {},
}

impl Action {
    /// What a person must be allowed to do this, each time a chunk of it is done.
    pub(super) fn needs(&self) -> Permission {
        match self {
            Self::Assign { .. } | Self::Tag { .. } => Permission::EditCustomers,
            Self::Move { .. } => Permission::MoveCards,
            Self::Archive {} | Self::Restore {} => Permission::ArchiveCustomers,
        }
    }

    /// The board whose topic decides, where it is about one.
    pub(super) fn board(&self) -> Option<BoardId> {
        match self {
            Self::Move { board, .. } => Some(*board),
            _ => None,
        }
    }
}

/// Everybody whom `q` and `filter` find (as the list of customers), or exactly `ids`; without
/// `except`.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StartBulk {
    pub(super) q: Option<String>,
    #[schema(value_type = Option<Object>)]
    pub(super) filter: Option<Map<String, Value>>,
    pub(super) ids: Option<Vec<CustomerId>>,
    pub(super) except: Option<Vec<CustomerId>>,
    pub(super) action: Action,
}

/// Stops after the chunk that is being written; what is done stays done.
#[derive(Clone, Debug, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CancelBulk {
    pub(super) bulk: BulkId,
}

/// Takes back what was done, of those whom nobody has changed since.
#[derive(Clone, Debug, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UndoBulk {
    pub(super) bulk: BulkId,
}

macro_rules! on_tenant {
    ($($name:ident = $op:literal, $decide:path;)*) => { $(
        impl Command for $name {
            const OP: &'static str = $op;
            const NEEDS: Permission = Permission::EditCustomers;

            fn owner(&mut self, _: &Topic) -> Result<Topic, Problem> {
                Ok(Topic::tenant())
            }

            async fn decide<'a>(&'a self, tx: &'a Tx<'a>, cx: &'a CommandContext) -> Decided {
                $decide(tx, cx, self).await
            }
        }
    )* };
}

on_tenant! {
    StartBulk = "bulk.start", rules::start::start;
    CancelBulk = "bulk.cancel", rules::state::cancel;
    UndoBulk = "bulk.undo", rules::state::undo;
    StopBulk = "bulk.stop", rules::state::stop;
}

/// One chunk, forward or back.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WorkBulk {
    pub(super) bulk: BulkId,
    pub(super) chunk: i32,
    pub(super) back: bool,
    /// Of an action that is about one board: it waits its turn like any of the board's commands.
    pub(super) board: Option<BoardId>,
}

impl Command for WorkBulk {
    const OP: &'static str = "bulk.work";
    const NEEDS: Permission = Permission::EditCustomers;

    fn owner(&mut self, _: &Topic) -> Result<Topic, Problem> {
        Ok(self.board.map_or_else(|| Topic::new(&format!("bulk:{}", self.bulk)), Topic::board))
    }

    async fn decide<'a>(&'a self, tx: &'a Tx<'a>, cx: &'a CommandContext) -> Decided {
        if !cx.by.is_server() {
            return Err(Problem::forbidden());
        }
        rules::chunk::work(tx, cx, self).await
    }
}

/// It cannot go on: the person is gone, or something is wrong with the server.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StopBulk {
    pub(super) bulk: BulkId,
}
