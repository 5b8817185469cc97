//! What can be asked of offboarding. The last is the server's own work and refuses everybody else.

use entities::ids::{OffboardingId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::plan::Plan;
use super::rules::{begin, work};
use crate::db::Tx;
use crate::kernel::command::{Command, CommandContext, Decided};
use crate::kernel::principal::Permission;
use crate::kernel::problem::{Class, Problem};
use crate::kernel::topic::Topic;

/// Where an offboarding's commands wait their turn; nobody follows it.
pub(super) fn topic(id: OffboardingId) -> Topic {
    Topic::new(&format!("offboarding:{id}"))
}

/// Ends somebody's access and hands the open work over.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Offboard {
    pub(super) user: UserId,
    pub(super) plan: Plan,
}

impl Command for Offboard {
    const OP: &'static str = "user.offboard";
    const NEEDS: Permission = Permission::ManageUsers;

    fn owner(&mut self, named: &Topic) -> Result<Topic, Problem> {
        match named.as_str() {
            "tenant" => Ok(Topic::tenant()),
            _ => Err(Problem::invalid("topic", "bad_value")),
        }
    }

    async fn decide<'a>(&'a self, tx: &'a Tx<'a>, cx: &'a CommandContext) -> Decided {
        begin::offboard(tx, cx, self).await
    }
}

/// Takes an offboarding back. Waits its turn behind the chunk that is being handed over.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Revert {
    pub(super) offboarding: OffboardingId,
}

impl Command for Revert {
    const OP: &'static str = "offboarding.revert";
    const NEEDS: Permission = Permission::ManageUsers;

    fn owner(&mut self, _: &Topic) -> Result<Topic, Problem> {
        Ok(topic(self.offboarding))
    }

    async fn decide<'a>(&'a self, tx: &'a Tx<'a>, cx: &'a CommandContext) -> Decided {
        begin::revert(tx, cx, self).await
    }
}

/// Server only: one chunk, forward or back.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Work {
    pub(super) offboarding: OffboardingId,
    /// Records that were handed over before.
    pub(super) done: i64,
    pub(super) back: bool,
}

impl Command for Work {
    const OP: &'static str = "offboarding.work";
    const NEEDS: Permission = Permission::ManageUsers;

    fn owner(&mut self, _: &Topic) -> Result<Topic, Problem> {
        Ok(topic(self.offboarding))
    }

    async fn decide<'a>(&'a self, tx: &'a Tx<'a>, cx: &'a CommandContext) -> Decided {
        if !cx.by.is_server() {
            return Err(Problem::new(Class::Invalid, "unknown_op"));
        }
        if self.back { work::back(tx, cx, self).await } else { work::forward(tx, cx, self).await }
    }
}
