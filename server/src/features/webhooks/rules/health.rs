//! A webhook that begins to fail, hears again, or has failed for so long that it is switched off.

use chrono::Duration;
use entities::webhook;
use serde_json::json;

use super::save;
use crate::db::Tx;
use crate::features::accounts;
use crate::features::notifications::{self, Kind, Notice};
use crate::features::webhooks::commands::NoteHealth;
use crate::features::webhooks::{events, views};
use crate::kernel::command::{CommandContext, Decided, Decision};
use crate::kernel::principal::Permission;
use crate::kernel::problem::Problem;

/// So long may an address fail.
pub(in super::super) const PATIENCE: Duration = Duration::days(3);
/// Of those who are told that it was switched off.
const PEOPLE_MAX: u64 = 50;

pub(in super::super) async fn note(tx: &Tx<'_>, cx: &CommandContext, cmd: &NoteHealth) -> Decided {
    let mut row = views::find(tx, cmd.webhook).await?;
    match (cmd.failing, row.failing_since) {
        (false, None) => return Ok(Decision::default()),
        (false, Some(_)) => row.failing_since = None,
        (true, None) => row.failing_since = Some(cx.at),
        (true, Some(since)) if row.enabled && cx.at - since >= PATIENCE => {
            row.enabled = false;
            row.off_because = Some("failing".to_owned());
        }
        (true, Some(_)) => return Ok(Decision::default()),
    }
    let row = save(tx, cx, row).await?;
    let mut decision = Decision::events(vec![events::saved(&row)?]);
    if cmd.failing && !row.enabled {
        let (told, jobs) = notifications::tell(tx, cx, &notices(tx, cx, &row).await?).await?;
        decision.events.extend(told);
        decision.jobs.extend(jobs);
    }
    Ok(decision)
}

/// To everybody who could put it on again.
async fn notices(
    tx: &Tx<'_>,
    cx: &CommandContext,
    row: &webhook::Model,
) -> Result<Vec<Notice>, Problem> {
    let people = accounts::holders(tx, Permission::ManageWebhooks, PEOPLE_MAX).await?;
    let notice = |user| Notice {
        user,
        kind: Kind::WebhookOff,
        key: format!("webhook_off:{}:{}", row.id, cx.id),
        customer: None,
        d: json!({ "webhook": row.id, "name": events::host(&row.url) }),
    };
    Ok(people.into_iter().map(notice).collect())
}
