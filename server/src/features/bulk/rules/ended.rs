//! Who is told when it has ended: the person, where they may have gone on to something else
//! meanwhile, and whoever was given customers.

use std::collections::BTreeSet;

use entities::bulk;
use entities::ids::UserId;
use serde_json::json;

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
    let notice = |user: UserId, kind, key: String, d| Notice { user, kind, key, customer: None, d };
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
    if let Action::Assign { owners, add, .. } = records::action(row)?
        && row.changed > 0
    {
        let given: BTreeSet<UserId> = owners.into_iter().chain(add).flatten().collect();
        for user in given.into_iter().filter(|user| *user != row.created_by) {
            let d = json!({ "what": "customers", "count": row.changed, "by": row.created_by });
            notices.push(notice(user, Kind::Assigned, format!("assigned:bulk:{}", row.id), d));
        }
    }
    tell(tx, cx, &notices).await
}
