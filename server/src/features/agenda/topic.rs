//! The topic `agenda`: who may read it, and what it begins with. Appointments are read by range
//! over HTTP; the snapshot is what every screen of the agenda needs.

use serde_json::{Value, json};

use super::views::{self, Catalogue};
use crate::db::Tx;
use crate::kernel::clock::Clock;
use crate::kernel::principal::{Permission, Principal};
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;
use crate::realtime::registry::TopicKind;

/// Bytes of one part; below the 60 KiB that a frame may hold.
const PART_BYTES: usize = 50_000;

/// The one topic of a tenant's agenda.
pub(super) fn agenda() -> Topic {
    Topic::new("agenda")
}

pub(super) struct AgendaTopic(pub(super) Clock);

#[async_trait::async_trait]
impl TopicKind for AgendaTopic {
    async fn admit(&self, _: &Tx<'_>, by: &Principal, topic: &Topic) -> Result<(), Problem> {
        if *topic != agenda() {
            return Err(Problem::not_found());
        }
        if by.may(Permission::ViewAgenda) { Ok(()) } else { Err(Problem::forbidden()) }
    }

    async fn snapshot(
        &self,
        tx: &Tx<'_>,
        by: &Principal,
        topic: &Topic,
    ) -> Result<Vec<String>, Problem> {
        self.admit(tx, by, topic).await?;
        Ok(parts(&views::catalogue(tx, by, self.0.now()).await?))
    }
}

/// `{settings, time_zone, slug, resources, services, hours, time_off}`; what does not fit
/// continues in parts that hold only lists.
fn parts(catalogue: &Catalogue) -> Vec<String> {
    let Catalogue { settings, time_zone, resources, services, hours, time_off, slug } = catalogue;
    let mut part = json!({
        "settings": settings, "time_zone": time_zone, "slug": slug,
        "resources": [], "services": [], "hours": [], "time_off": [],
    });
    let mut size = part.to_string().len();
    let mut all = Vec::new();
    let items = resources.iter().map(|one| ("resources", json!(one)));
    let items = items.chain(services.iter().map(|one| ("services", json!(one))));
    let items = items.chain(hours.iter().map(|one| ("hours", json!(one))));
    for (list, item) in items.chain(time_off.iter().map(|one| ("time_off", json!(one)))) {
        let length = item.to_string().len() + 1;
        if size + length > PART_BYTES {
            all.push(std::mem::replace(&mut part, json!({})).to_string());
            size = 0;
        }
        size += length;
        match part.get_mut(list).and_then(Value::as_array_mut) {
            Some(items) => items.push(item),
            None => part[list] = json!([item]),
        }
    }
    all.push(part.to_string());
    all
}
