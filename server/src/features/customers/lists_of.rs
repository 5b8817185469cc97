//! How the lists of a customer, owners and tags, change: by difference or as a whole. Pure.

use std::collections::BTreeSet;

use entities::ids::UserId;

/// How the owners of a customer change: exactly `owners`, or else some more and some less.
#[derive(Clone, Debug, Default)]
pub struct AssignOwners {
    pub owners: Option<Vec<UserId>>,
    pub add: Option<Vec<UserId>>,
    pub remove: Option<Vec<UserId>>,
}

/// The owners afterwards, each once, in order.
pub(super) fn owners_after(before: &[UserId], change: &AssignOwners) -> Vec<UserId> {
    let mut after: Vec<UserId> = match &change.owners {
        Some(owners) => owners.clone(),
        None => {
            let leaves = |owner: &UserId| change.remove.iter().flatten().any(|gone| gone == owner);
            let kept = before.iter().copied().filter(|owner| !leaves(owner));
            kept.chain(change.add.iter().flatten().copied()).collect()
        }
    };
    let mut seen = BTreeSet::new();
    after.retain(|owner| seen.insert(*owner));
    after
}

/// The tags afterwards, each once, in order.
pub(super) fn tags_after(before: &[String], add: &[String], remove: &[String]) -> Vec<String> {
    let mut after: Vec<String> =
        before.iter().filter(|tag| !remove.contains(tag)).cloned().collect();
    for tag in add {
        if !after.contains(tag) {
            after.push(tag.clone());
        }
    }
    after
}
