//! Who is told when it has ended: the person, where they may have gone on to something else
//! meanwhile, and whoever was given customers.

use std::collections::BTreeSet;

use entities::bulk;
use entities::ids::UserId;
use serde_json::{Value, json};

use crate::db::Tx;
use crate::features::bulk::CHUNK;
use crate::features::bulk::commands::Action;
use crate::features::bulk::records;
use crate::features::notifications::{Kind, Notice, tell};
use crate::kernel::command::{CommandContext, NewJob};
use crate::kernel::event::NewEvent;
use crate::kernel::problem::Problem;

/// Tells of an act that is done, or has failed.
///
/// # Errors
/// Those of the database.
pub(super) async fn told(
    tx: &Tx<'_>,
    cx: &CommandContext,
    row: &bulk::Model,
) -> Result<(Vec<NewEvent>, Vec<NewJob>), Problem> {
    let mut notices = Vec::new();
    // what was over in a moment was seen on the screen
    if row.total > CHUNK as i64 || row.failed_count > 0 || row.state == records::FAILED {
        let d = json!({
            "bulk": row.id,
            "action": row.action["do"],
            "state": row.state,
            "total": row.total,
            "changed": row.changed,
            "failed": row.failed_count,
        });
        let key = format!("bulk:{}:{}", row.id, row.state);
        notices.push(notice(row.created_by, Kind::BulkDone, key, d));
    }
    notices.extend(receivers(row)?);
    tell(tx, cx, &notices).await
}

/// Tells whoever was given customers, by an act that was stopped before its end too.
///
/// # Errors
/// Those of the database.
pub(super) async fn given(
    tx: &Tx<'_>,
    cx: &CommandContext,
    row: &bulk::Model,
) -> Result<(Vec<NewEvent>, Vec<NewJob>), Problem> {
    tell(tx, cx, &receivers(row)?).await
}

fn notice(user: UserId, kind: Kind, key: String, d: Value) -> Notice {
    Notice { user, kind, key, customer: None, d }
}

fn receivers(row: &bulk::Model) -> Result<Vec<Notice>, Problem> {
    let Action::Assign { owners, add, .. } = records::action(row)? else {
        return Ok(Vec::new());
    };
    if row.changed == 0 {
        return Ok(Vec::new());
    }
    let given: BTreeSet<UserId> = owners.into_iter().chain(add).flatten().collect();
    let others = given.into_iter().filter(|user| *user != row.created_by);
    let d = json!({ "what": "customers", "count": row.changed, "by": row.created_by });
    let key = format!("assigned:bulk:{}", row.id);
    Ok(others.map(|user| notice(user, Kind::Assigned, key.clone(), d.clone())).collect())
}
