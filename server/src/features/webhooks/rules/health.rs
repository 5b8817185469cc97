//! A webhook that begins to fail, hears again, or has failed for so long that it is switched off.

use chrono::Duration;

use super::save;
use crate::db::Tx;
use crate::features::webhooks::commands::NoteHealth;
use crate::features::webhooks::{events, views};
use crate::kernel::command::{CommandContext, Decided, Decision};

/// So long may an address fail.
pub(in super::super) const PATIENCE: Duration = Duration::days(3);

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
    Ok(Decision::events(vec![events::saved(&row)?]))
}
