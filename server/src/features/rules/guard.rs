//! The loop guard: rules cause events, events start rules. A chain of causes ends by itself.

use entities::ids::RuleId;

/// Rules in one chain of causes.
pub(super) const DEPTH_MAX: usize = 3;
/// What one rule may do to one customer in a day: what keeps a loop over time (a reminder that
/// makes a reminder) from going on for ever.
pub(super) const A_DAY_MAX: u64 = 20;
/// The same for what follows the first of a series: a series has at most a hundred.
pub(super) const FOLLOWING_A_DAY_MAX: u64 = 100 * A_DAY_MAX;

/// The chain with this rule at its end, or why the rule may not act.
///
/// # Errors
/// `loop` when the rule is in the chain already, `too_deep` when the chain is long enough.
pub(super) fn follow(chain: &[RuleId], rule: RuleId) -> Result<Vec<RuleId>, &'static str> {
    if chain.contains(&rule) {
        return Err("loop");
    }
    if chain.len() >= DEPTH_MAX {
        return Err("too_deep");
    }
    let mut longer = chain.to_vec();
    longer.push(rule);
    Ok(longer)
}
