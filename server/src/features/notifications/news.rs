//! The notices that features of the first hour give: somebody became an owner, a lead came in, an
//! import ended.

use std::collections::BTreeMap;

use entities::ids::{CustomerId, ImportId, UserId};
use serde_json::{Value, json};

use super::kinds::Kind;
use super::tell::{Notice, tell};
use crate::db::Tx;
use crate::kernel::command::{CommandContext, NewJob};
use crate::kernel::event::NewEvent;
use crate::kernel::problem::Problem;

/// A command that gives somebody more customers than this at once is told of in one word.
const SINGLE_MAX: usize = 3;

/// How the owners of a customer changed.
#[derive(Clone, Debug)]
pub struct Handover {
    pub customer: CustomerId,
    pub before: Vec<UserId>,
    pub after: Vec<UserId>,
}

/// Whoever became an owner of these customers by somebody else's hand hears of it.
///
/// # Errors
/// As [`tell`].
pub async fn assigned(
    tx: &Tx<'_>,
    cx: &CommandContext,
    handovers: &[Handover],
) -> Result<(Vec<NewEvent>, Vec<NewJob>), Problem> {
    let me = cx.by.user();
    let mut given: BTreeMap<UserId, Vec<CustomerId>> = BTreeMap::new();
    for Handover { customer, before, after } in handovers {
        for owner in after.iter().filter(|one| !before.contains(one) && Some(**one) != me) {
            given.entry(*owner).or_default().push(*customer);
        }
    }
    let by = cx.by.author();
    let mut notices = Vec::new();
    for (user, customers) in given {
        let notice = |customer, key, d| Notice { user, kind: Kind::Assigned, key, customer, d };
        // by command: who is taken off and put on again hears of it again
        if customers.len() > SINGLE_MAX {
            let d = json!({ "what": "customers", "count": customers.len(), "by": by });
            notices.push(notice(None, format!("assigned:{}", cx.id), d));
            continue;
        }
        for customer in customers {
            let key = format!("assigned:{customer}:{}", cx.id);
            let d = json!({ "what": "customer", "by": by });
            notices.push(notice(Some(customer), key, d));
        }
    }
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
