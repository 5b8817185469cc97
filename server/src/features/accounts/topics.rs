//! The topics `tenant` and `user:<id>` (`me`): who may read them, and their snapshots.

use entities::ids::UserId;
use serde::Serialize;
use serde_json::{Value, json};

use super::views::{self, User};
use crate::db::Tx;
use crate::features::{
    activities, boards, customers, notifications, reminders, views as saved_views,
};
use crate::kernel::clock::Clock;
use crate::kernel::event::Event;
use crate::kernel::principal::{Permission, Principal};
use crate::kernel::problem::Problem;
use crate::kernel::topic::Topic;
use crate::realtime::registry::TopicKind;

/// Users of one part; with the longest names and addresses still below 60 KiB.
const USERS_A_PART: usize = 40;

pub(super) struct TenantTopic;

#[async_trait::async_trait]
impl TopicKind for TenantTopic {
    async fn admit(&self, _: &Tx<'_>, by: &Principal, topic: &Topic) -> Result<(), Problem> {
        match by.user() {
            Some(_) if topic.as_str() == "tenant" => Ok(()),
            _ => Err(Problem::not_found()),
        }
    }

    async fn snapshot(
        &self,
        tx: &Tx<'_>,
        by: &Principal,
        topic: &Topic,
    ) -> Result<Vec<String>, Problem> {
        self.admit(tx, by, topic).await?;
        let tenant = views::tenant(tx, None).await?;
        let (roles, teams) = (views::roles(tx).await?, views::teams(tx).await?);
        let departments = views::departments(tx).await?;
        let boards = match by.may(Permission::ViewBoards) {
            true => boards::boards(tx, by).await?,
            false => Vec::new(),
        };
        let custom_fields = customers::custom_fields(tx).await?;
        let activity_types = activities::activity_types(tx).await?;
        let shared_views = saved_views::shared(tx).await?;
        let mut users = Vec::new();
        loop {
            let after = users.last().map(|user: &User| user.id);
            let page = views::users(tx, after, 500).await?;
            let is_last = page.len() < 500;
            users.extend(page.into_iter().map(User::on_topic));
            if is_last {
                break;
            }
        }
        let head = users.len().min(USERS_A_PART);
        let mut parts = vec![part(&json!({
            "users": users[..head], "roles": roles, "tenant": tenant,
            "teams": [], "departments": [], "boards": [], "custom_fields": [],
            "activity_types": [], "views": [],
        }))];
        // lists that a tenant can make long follow in parts of their own
        for rest in users[head..].chunks(USERS_A_PART) {
            parts.push(part(&json!({ "users": rest })));
        }
        parts.extend(in_parts("teams", &teams));
        parts.extend(in_parts("departments", &departments));
        parts.extend(in_parts("boards", &boards));
        parts.extend(in_parts("custom_fields", &custom_fields));
        parts.extend(in_parts("activity_types", &activity_types));
        parts.extend(in_parts("views", &shared_views));
        Ok(whole_or_parts(parts))
    }
}

fn part(d: &Value) -> String {
    d.to_string()
}

/// `{"<list>": […]}` of at most about 50 KiB each; none for an empty list.
fn in_parts<T: Serialize>(list: &str, items: &[T]) -> Vec<String> {
    let (mut parts, mut open, mut size) = (Vec::new(), Vec::new(), 0);
    for item in items {
        let item = json!(item);
        let length = item.to_string().len();
        if size + length > 50_000 && !open.is_empty() {
            parts.push(part(&json!({ list: std::mem::take(&mut open) })));
            size = 0;
        }
        size += length;
        open.push(item);
    }
    if !open.is_empty() {
        parts.push(part(&json!({ list: open })));
    }
    parts
}

/// The usual tenant and the usual person: all in one.
fn whole_or_parts(parts: Vec<String>) -> Vec<String> {
    match parts.iter().map(String::len).sum::<usize>() {
        ..50_000 => vec![merged(&parts)],
        _ => parts,
    }
}

/// One object: lists of the same name one after the other.
fn merged(parts: &[String]) -> String {
    let mut all = serde_json::Map::new();
    for text in parts {
        let Ok(Value::Object(fields)) = serde_json::from_str(text) else { continue };
        for (name, value) in fields {
            match (all.get_mut(&name), value) {
                (Some(Value::Array(known)), Value::Array(more)) => known.extend(more),
                (_, value) => drop(all.insert(name, value)),
            }
        }
    }
    Value::Object(all).to_string()
}

pub(super) struct MyTopic {
    pub(super) clock: Clock,
}

#[async_trait::async_trait]
impl TopicKind for MyTopic {
    async fn admit(&self, _: &Tx<'_>, by: &Principal, topic: &Topic) -> Result<(), Problem> {
        match (by.user(), topic.id()) {
            (Some(own), Some(id)) if own == UserId(id) => Ok(()),
            _ => Err(Problem::not_found()),
        }
    }

    async fn snapshot(
        &self,
        tx: &Tx<'_>,
        by: &Principal,
        topic: &Topic,
    ) -> Result<Vec<String>, Problem> {
        self.admit(tx, by, topic).await?;
        let id = by.user().ok_or_else(Problem::not_found)?;
        let user = views::find_user(tx, id).await?.ok_or_else(Problem::not_found)?;
        let (latest, told) = notifications::of_me(tx, by, id).await?;
        let open = reminders::of_me(tx, by, id, self.clock.now()).await?;
        let mut parts = vec![part(&json!({
            "user": User::on_topic(user),
            "permissions": by.permissions.names(),
            "visibility": by.visibility,
            "scopes": by.scopes(),
            "unread": told.unread,
            "settings": told.settings,
            "notifications": [],
            "reminders": [],
            "views": [],
        }))];
        parts.extend(in_parts("notifications", &latest));
        parts.extend(in_parts("reminders", &open));
        parts.extend(in_parts("views", &saved_views::own(tx, id).await?));
        Ok(whole_or_parts(parts))
    }

    async fn replayed(&self, tx: &Tx<'_>, events: Vec<Event>) -> Result<Vec<Event>, Problem> {
        notifications::replayed(tx, events).await
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{in_parts, merged};

    #[test]
    fn long_lists_come_in_parts_that_make_the_whole() {
        let teams: Vec<String> =
            (0..3_000).map(|n| format!("team {n} {}", "x".repeat(50))).collect();
        let parts = in_parts("teams", &teams);
        assert!(parts.len() > 3 && parts.iter().all(|part| part.len() < 60_000));
        let whole: Value = serde_json::from_str(&merged(&parts)).unwrap();
        assert_eq!(whole["teams"], json!(teams));
        assert!(in_parts::<String>("teams", &[]).is_empty());
    }
}
