//! Inside the commit that writes an event: which rules wait for exactly this one.

use chrono::Duration;
use entities::ids::{RuleId, RunId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::parse::{Action, Trigger};
use super::runner;
use crate::kernel::clock::Clock;
use crate::kernel::command::NewJob;
use crate::kernel::event::Event;
use crate::kernel::fold::fold;
use crate::realtime::watch::{Waiting, Watch};

/// As it stands in `watch.watcher`.
pub(super) const WATCHER: &str = "rule";

/// As it stands in `watch.detail`.
#[derive(Serialize, Deserialize)]
struct Detail {
    trigger: Trigger,
    delay_minutes: i32,
    /// Whether it does something for each appointment of a series. Rules that were written down
    /// before there was this word are asked when their turn comes.
    #[serde(default = "perhaps")]
    of_each: bool,
}

fn perhaps() -> bool {
    true
}

/// What a rule that is on waits for.
pub(super) fn detail(trigger: &Trigger, delay_minutes: i32, actions: &[Action]) -> Value {
    let of_each = actions.iter().any(Action::is_of_each);
    json!(Detail { trigger: trigger.clone(), delay_minutes, of_each })
}

pub(super) struct RuleWatch {
    clock: Clock,
}

impl RuleWatch {
    pub(super) fn new(clock: &Clock) -> Self {
        Self { clock: clock.clone() }
    }
}

impl Watch for RuleWatch {
    fn watcher(&self) -> &'static str {
        WATCHER
    }

    fn after(&self, waiting: &Waiting<'_>, event: &Event) -> Option<NewJob> {
        let detail = Detail::deserialize(waiting.detail?).ok()?;
        if event.customer.is_none() && !detail.of_each {
            return None;
        }
        let d = serde_json::from_str(&event.d).ok()?;
        if !matches(&detail.trigger, &event.op, &d) {
            return None;
        }
        let order = runner::Order {
            run: RunId(self.clock.fresh_id()),
            rule: RuleId(waiting.subject),
            topic: event.topic.to_string(),
            seq: event.seq,
        };
        let delay = Duration::minutes(i64::from(detail.delay_minutes));
        order.job(event.at + delay)
    }
}

/// Whether an event is what the trigger means. Asked of the copy that stands on the customer's
/// timeline, whose `d` names the board.
pub(super) fn matches(trigger: &Trigger, op: &str, d: &Value) -> bool {
    let id_is = |said: &Value, wanted: &str| said.as_str() == Some(wanted);
    let word_is = |said: &Value, wanted: &str| said.as_str().map(fold) == Some(fold(wanted));
    let first = |paths: &[&str]| -> Value {
        paths.iter().filter_map(|path| d.pointer(path)).find(|v| !v.is_null()).cloned().into()
    };
    let wants = |wanted: &Option<String>, paths: &[&str]| {
        wanted.as_ref().is_none_or(|wanted| id_is(&first(paths), wanted))
    };
    trigger.op == op
        && wants(&trigger.board.map(|id| id.to_string()), &["/board", "/card/board_id"])
        && wants(&trigger.stage.map(|id| id.to_string()), &["/to", "/card/stage_id"])
        && wants(&trigger.kind, &["/activity/type_id", "/appointment/service_id", "/reminder/kind"])
        && wants(&trigger.outcome, &["/activity/outcome_id"])
        && trigger.source.as_ref().is_none_or(|source| {
            word_is(&first(&["/source/channel", "/customer/source/channel"]), source)
        })
        && trigger.tag.as_ref().is_none_or(|tag| {
            d["add"].as_array().is_some_and(|added| added.iter().any(|one| word_is(one, tag)))
        })
}
