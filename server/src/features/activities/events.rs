//! What activities say. Stored for ever: a shape may gain fields, never lose one.

use entities::customer;
use serde::Serialize;
use utoipa::ToSchema;

use super::views::{Activity, ActivityType};
use crate::gateway::Message;
use crate::kernel::event::{Audience, NewEvent};
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;

/// `activity.opened|updated|closed|cancelled|reopened`.
#[derive(Serialize, ToSchema)]
struct Shown<'a> {
    activity: &'a Activity,
}

/// `activity_type.saved`.
#[derive(Serialize, ToSchema)]
struct TypeSaved<'a> {
    activity_type: &'a ActivityType,
}

/// All of it, for the document of messages.
pub(super) fn described() -> Vec<Message> {
    const ON_CUSTOMER: &str = "customer:<id>";
    vec![
        Message::event::<Shown<'_>>("activity.opened", ON_CUSTOMER),
        Message::event::<Shown<'_>>("activity.updated", ON_CUSTOMER),
        Message::event::<Shown<'_>>("activity.closed", ON_CUSTOMER),
        Message::event::<Shown<'_>>("activity.cancelled", ON_CUSTOMER),
        Message::event::<Shown<'_>>("activity.reopened", ON_CUSTOMER),
        Message::event::<TypeSaved<'_>>("activity_type.saved", "tenant"),
    ]
}

/// On the customer's topic, where it is part of the timeline.
pub(super) fn said(
    op: &'static str,
    customer: &customer::Model,
    activity: &Activity,
) -> Result<NewEvent, Problem> {
    let event = NewEvent::new(Topic::customer(customer.id), op, &Shown { activity })?;
    let sees = Audience::owners(&[], &customer.owners.0);
    Ok(event.on_timeline_of(customer.id).heard_by(sees))
}

pub(super) fn type_saved(activity_type: &ActivityType) -> Result<NewEvent, Problem> {
    NewEvent::new(Topic::tenant(), "activity_type.saved", &TypeSaved { activity_type })
}
