//! The notices that features of the first hour give: somebody became an owner, a lead came in, an
//! import ended.

use entities::ids::{CustomerId, ImportId, UserId};
use serde_json::{Value, json};

use super::kinds::Kind;
use super::tell::{Notice, tell};
use crate::db::Tx;
use crate::kernel::command::{CommandContext, NewJob};
use crate::kernel::event::NewEvent;
use crate::kernel::problem::Problem;

/// Whoever became an owner of this customer by somebody else's hand hears of it.
///
/// # Errors
/// As [`tell`].
pub async fn assigned(
    tx: &Tx<'_>,
    cx: &CommandContext,
    customer: CustomerId,
    before: &[UserId],
    after: &[UserId],
) -> Result<(Vec<NewEvent>, Vec<NewJob>), Problem> {
    let me = cx.by.user();
    let joined = after.iter().filter(|owner| !before.contains(owner) && Some(**owner) != me);
    let notices: Vec<Notice> = joined
        .map(|owner| Notice {
            user: *owner,
            kind: Kind::Assigned,
            // by command: who is taken off and put on again hears of it again
            key: format!("assigned:{customer}:{}", cx.id),
            customer: Some(customer),
            d: json!({ "what": "customer", "by": cx.by.author() }),
        })
        .collect();
    tell(tx, cx, &notices).await
}

/// A lead came in for a customer of theirs.
///
/// # Errors
/// As [`tell`].
pub async fn lead_received(
    tx: &Tx<'_>,
    cx: &CommandContext,
    customer: CustomerId,
    owners: &[UserId],
    d: Value,
) -> Result<(Vec<NewEvent>, Vec<NewJob>), Problem> {
    let me = cx.by.user();
    let notices: Vec<Notice> = owners
        .iter()
        .filter(|owner| Some(**owner) != me)
        .map(|owner| Notice {
            user: *owner,
            kind: Kind::LeadReceived,
            key: format!("lead:{customer}:{}", cx.id),
            customer: Some(customer),
            d: d.clone(),
        })
        .collect();
    tell(tx, cx, &notices).await
}

/// An import that somebody started has ended, well or not.
///
/// # Errors
/// As [`tell`].
pub async fn import_done(
    tx: &Tx<'_>,
    cx: &CommandContext,
    import: ImportId,
    user: UserId,
    d: Value,
) -> Result<(Vec<NewEvent>, Vec<NewJob>), Problem> {
    let key = format!("import:{import}:{}", d["state"].as_str().unwrap_or_default());
    tell(tx, cx, &[Notice { user, kind: Kind::ImportDone, key, customer: None, d }]).await
}
