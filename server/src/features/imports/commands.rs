//! What can be asked of an import. The last two are the server's own work and refuse everybody
//! else.

use entities::ids::{ImportId, SessionId};
use serde::{Deserialize, Serialize};

use super::mapping::Mapping;
use super::rules::{state, undo, work};
use super::views::Options;
use crate::db::Tx;
use crate::kernel::command::{Command, CommandContext, Decided};
use crate::kernel::principal::{Permission, Principal};
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

/// The topic on which an import's commands wait their turn; nobody follows it.
pub(super) fn topic(import: ImportId) -> Topic {
    Topic::new(&format!("import:{import}"))
}

macro_rules! on_import {
    ($name:ident, $op:literal, $decide:path) => {
        impl Command for $name {
            const OP: &'static str = $op;
            const NEEDS: Permission = Permission::ImportCustomers;

            fn owner(&mut self, _: &Topic) -> Result<Topic, Problem> {
                Ok(topic(self.import))
            }

            async fn decide<'a>(&'a self, tx: &'a Tx<'a>, cx: &'a CommandContext) -> Decided {
                $decide(tx, cx, self).await
            }
        }
    };
}

/// Commits a file that is ready.
#[derive(Clone, Debug, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StartImport {
    pub(super) import: ImportId,
    #[schema(value_type = Option<Object>)]
    pub(super) mapping: Option<Mapping>,
    pub(super) options: Option<Options>,
}
on_import!(StartImport, "import.start", state::start);

/// Stops after the chunk that is being written; what is in stays in.
#[derive(Clone, Debug, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CancelImport {
    pub(super) import: ImportId,
}
on_import!(CancelImport, "import.cancel", state::cancel);

/// Takes back what an import did, as far as nobody has worked on it since.
#[derive(Clone, Debug, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UndoImport {
    pub(super) import: ImportId,
}
on_import!(UndoImport, "import.undo", state::undo);

/// One chunk, forward or back.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WorkImport {
    pub(super) import: ImportId,
    pub(super) chunk: i32,
    pub(super) back: bool,
}

impl Command for WorkImport {
    const OP: &'static str = "import.work";
    const NEEDS: Permission = Permission::ImportCustomers;

    fn owner(&mut self, _: &Topic) -> Result<Topic, Problem> {
        Ok(topic(self.import))
    }

    async fn decide<'a>(&'a self, tx: &'a Tx<'a>, cx: &'a CommandContext) -> Decided {
        only_the_server(&cx.by)?;
        if self.back { undo::chunk(tx, cx, self).await } else { work::chunk(tx, cx, self).await }
    }
}

/// Says on the tenant's topic how far an import is, or that it cannot go on.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TellImport {
    pub(super) import: ImportId,
    pub(super) failed: bool,
}

impl Command for TellImport {
    const OP: &'static str = "import.tell";
    const NEEDS: Permission = Permission::ImportCustomers;

    fn owner(&mut self, _: &Topic) -> Result<Topic, Problem> {
        Ok(Topic::tenant())
    }

    async fn decide<'a>(&'a self, tx: &'a Tx<'a>, cx: &'a CommandContext) -> Decided {
        only_the_server(&cx.by)?;
        state::tell(tx, cx, self).await
    }
}

/// The runner acts in the name of whoever imports, but on no device: no token names that session.
pub(super) const NO_DEVICE: SessionId = SessionId::NIL;

fn only_the_server(by: &Principal) -> Result<(), Problem> {
    if by.session() == Some(NO_DEVICE) { Ok(()) } else { Err(Problem::forbidden()) }
}
