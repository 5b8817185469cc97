//! What offboarding says, on the tenant's topic.

use serde::Serialize;
use utoipa::ToSchema;

use super::views::Offboarding;
use crate::kernel::event::NewEvent;
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

/// `offboarding.started`, `.progressed`, `.finished`, `.reverted`.
#[derive(Serialize, ToSchema)]
pub(super) struct Progress {
    pub(super) offboarding: Offboarding,
}

pub(super) fn said(op: &'static str, offboarding: Offboarding) -> Result<NewEvent, Problem> {
    NewEvent::new(Topic::tenant(), op, &Progress { offboarding })
}
