//! Whom the things of one change are about: the block `contacts`, looked up by its ids.

use std::cell::OnceCell;
use std::collections::HashMap;

use serde_json::Value;

use super::items::Contact;
use super::read::{Known, id, list, name, rest};

/// Digits of the longest phone, with some room.
const PHONE_MAX: usize = 20;

/// The people of a change.
pub(super) struct People<'v> {
    value: &'v Value,
    /// By whichever id; made when somebody is looked for.
    by_id: OnceCell<HashMap<String, &'v Value>>,
}

impl<'v> People<'v> {
    pub(super) fn of(value: &'v Value) -> Self {
        Self { value, by_id: OnceCell::new() }
    }

    fn all(&self) -> &'v [Value] {
        list(self.value, "contacts")
    }

    fn find(&self, id: &str) -> Option<&'v Value> {
        let known = self.by_id.get_or_init(|| {
            let mut known = HashMap::new();
            for one in self.all() {
                let Contact { user_id, wa_id, .. } = contact(one);
                for id in [user_id, wa_id].into_iter().flatten() {
                    known.entry(id).or_insert(one);
                }
            }
            known
        });
        known.get(id).copied()
    }

    /// Whom something is about: named by an id (of a phone, of a person), or by its place where each
    /// message has a contact. A contact without any id is still somebody with a name.
    pub(super) fn about(
        &self,
        of: &Value,
        [phone, user]: [&str; 2],
        place: Option<usize>,
    ) -> Option<Contact> {
        let said = known_by(id(of, user), id(of, phone));
        let nobody = said == Contact::default();
        let named = [&said.user_id, &said.wa_id].into_iter().flatten().find_map(|id| self.find(id));
        let alone = || match self.all() {
            [one] if nobody => Some(one),
            _ => None,
        };
        let as_many = self.all().len() == list(self.value, "messages").len();
        let by_place = || place.filter(|_| nobody && as_many).and_then(|n| self.all().get(n));
        let mut found = named.or_else(alone).or_else(by_place).map(contact).unwrap_or_default();
        found.user_id = found.user_id.or(said.user_id);
        found.wa_id = found.wa_id.or(said.wa_id);
        (found != Contact::default()).then_some(found)
    }

    /// Those of whom more was said than is read here.
    pub(super) fn unread(&self) -> impl Iterator<Item = &'v Value> {
        const CONTACT: Known =
            Known { plain: &["wa_id", "user_id"], lists: &[], objects: &["profile"] };
        const PROFILE: Known = Known { plain: &["name", "username"], lists: &[], objects: &[] };
        self.all().iter().filter(|one| {
            !one.is_object()
                || rest(one, CONTACT).is_some()
                || rest(&one["profile"], PROFILE).is_some()
        })
    }
}

/// Somebody as a block of their own says.
pub(super) fn contact(of: &Value) -> Contact {
    Contact {
        name: name(&of["profile"], "name"),
        username: name(&of["profile"], "username"),
        ..known_by(id(of, "user_id"), id(of, "wa_id"))
    }
}

/// What is no number is no phone, wherever it stands: it is the id of somebody who shows none.
fn known_by(user: Option<String>, phone: Option<String>) -> Contact {
    let digits = |id: &str| id.strip_prefix('+').unwrap_or(id).to_owned();
    let is_phone = |id: &String| {
        (1..=PHONE_MAX).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit())
    };
    match phone.as_deref().map(digits).filter(is_phone) {
        None => Contact { user_id: user.or(phone), ..Contact::default() },
        wa_id => Contact { user_id: user, wa_id, ..Contact::default() },
    }
}
