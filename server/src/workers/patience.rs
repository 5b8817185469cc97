//! How a job speaks to the hub: with an id of its own making, so that a command that was decided
//! before is not decided again, and with patience for a topic that is busy.

use std::time::Duration;

use serde::Serialize;

use crate::kernel::principal::Principal;
use crate::kernel::problem::{Class, Problem};
use crate::kernel::topic::Topic;
use crate::realtime::hub::Hub;
use crate::realtime::port::Receipt;

/// Tries of one command; the pause between two grows to a few seconds.
const TRIES_MAX: u32 = 12;

/// Submits a command until it is decided.
///
/// # Errors
/// Whatever the command refuses; `busy` when it was out of luck all the time.
pub async fn submit(
    hub: &Hub,
    by: &Principal,
    topic: Topic,
    op: &str,
    d: &impl Serialize,
    id: &str,
) -> Result<Receipt, Problem> {
    let mut tries = 0;
    loop {
        let id = Some(id.to_owned());
        match hub.command(by, topic.clone(), op, d, id, None).await {
            Err(problem) if passes(&problem) && tries < TRIES_MAX => {
                tries += 1;
                let pause = (50_u64 << tries.min(6)).min(3_000);
                tokio::time::sleep(Duration::from_millis(pause)).await;
            }
            decided => return decided,
        }
    }
}

/// Temporary, or a race that was lost too often in a row.
fn passes(problem: &Problem) -> bool {
    matches!(problem.class, Class::Busy | Class::Rate)
        || (problem.class == Class::Conflict && problem.code == Class::Conflict.name())
}
