//! One function a command: rows in, reply and events out.

pub(super) mod channels;
pub(super) mod connections;
pub(super) mod receive;
pub(super) mod silence;
pub(super) mod split;

use crate::kernel::command::CommandContext;
use crate::kernel::principal::Who;
use crate::kernel::problem::Problem;

/// What only the server itself orders.
fn refuse_others(cx: &CommandContext) -> Result<(), Problem> {
    if cx.by.who == Who::System { Ok(()) } else { Err(Problem::forbidden()) }
}
