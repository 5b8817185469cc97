//! Who is here: kept in memory beside a topic, never in the journal. Any number of sockets of a
//! person are one person; she has left when the last of them has.

use std::collections::HashMap;

use bytes::Bytes;
use entities::ids::UserId;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::frames;

/// Characters of an id or a field's name.
const WORD_MAX: usize = 64;

/// What somebody looks at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct At {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

impl At {
    fn is_sound(&self) -> bool {
        let mut words = [&self.card, &self.customer, &self.field].into_iter().flatten();
        words.all(|word| word.chars().count() <= WORD_MAX)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    Online,
    /// All of the person's sockets say so.
    Idle,
}

/// One person, as the others see her.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Person {
    pub user: UserId,
    pub state: State,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<At>,
}

/// What the others are told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    Join(Person),
    Leave { user: UserId },
    Update(Person),
}

#[derive(Serialize)]
struct Pres<'a, T> {
    t: &'static str,
    topic: &'a str,
    #[serde(flatten)]
    what: T,
}

impl Change {
    /// The `pres` frame; the same bytes for everybody.
    pub fn frame(&self, topic: &str) -> Bytes {
        frames::json(&Pres { t: "pres", topic, what: self })
    }
}

struct Socket {
    key: u64,
    is_idle: bool,
}

struct Sockets {
    all: Vec<Socket>,
    at: Option<At>,
    /// The socket that said where.
    said_by: u64,
}

impl Sockets {
    fn person(&self, user: UserId) -> Person {
        let is_idle = self.all.iter().all(|socket| socket.is_idle);
        let state = if is_idle { State::Idle } else { State::Online };
        Person { user, state, at: self.at.clone() }
    }
}

/// The people of one topic.
#[derive(Default)]
pub struct Presence {
    people: HashMap<UserId, Sockets>,
}

impl Presence {
    pub fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    /// A socket subscribes; again for one that is here already changes nothing.
    pub fn join(&mut self, user: UserId, socket: u64) -> Option<Change> {
        let fresh = Socket { key: socket, is_idle: false };
        let Some(known) = self.people.get_mut(&user) else {
            let sockets = Sockets { all: vec![fresh], at: None, said_by: socket };
            let person = sockets.person(user);
            self.people.insert(user, sockets);
            return Some(Change::Join(person));
        };
        if known.all.iter().any(|socket| socket.key == fresh.key) {
            return None;
        }
        changed(user, known, |known| known.all.push(fresh))
    }

    /// A socket unsubscribes or ends.
    pub fn leave(&mut self, user: UserId, socket: u64) -> Option<Change> {
        let known = self.people.get_mut(&user)?;
        if known.all.iter().all(|one| one.key == socket) {
            self.people.remove(&user);
            return Some(Change::Leave { user });
        }
        changed(user, known, |known| {
            known.all.retain(|one| one.key != socket);
            if known.said_by == socket {
                known.at = None;
            }
        })
    }

    /// A passing remark that says where somebody looks (`viewing`) or that she is `away`.
    pub fn remark(&mut self, user: UserId, socket: u64, k: &str, d: &RawValue) -> Option<Change> {
        #[derive(Deserialize)]
        struct Away {
            idle: bool,
        }
        let known = self.people.get_mut(&user)?;
        if known.all.iter().all(|one| one.key != socket) {
            return None;
        }
        match k {
            "viewing" => {
                let at: At = serde_json::from_str(d.get()).ok().filter(At::is_sound)?;
                changed(user, known, |known| {
                    known.at = (at != At::default()).then_some(at);
                    known.said_by = socket;
                })
            }
            "away" => {
                let Away { idle } = serde_json::from_str(d.get()).ok()?;
                changed(user, known, |known| {
                    let mine = known.all.iter_mut().filter(|one| one.key == socket);
                    mine.for_each(|one| one.is_idle = idle);
                })
            }
            _ => None,
        }
    }

    /// The `full` frame for somebody who has just come.
    pub fn full(&self, topic: &str) -> Bytes {
        #[derive(Serialize)]
        struct Full {
            full: Vec<Person>,
        }
        let mut full: Vec<Person> =
            self.people.iter().map(|(user, sockets)| sockets.person(*user)).collect();
        full.sort_by_key(|person| person.user);
        frames::json(&Pres { t: "pres", topic, what: Full { full } })
    }
}

/// Tells the others only what they can see.
fn changed(
    user: UserId,
    sockets: &mut Sockets,
    change: impl FnOnce(&mut Sockets),
) -> Option<Change> {
    let before = sockets.person(user);
    change(sockets);
    let after = sockets.person(user);
    (before != after).then_some(Change::Update(after))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    const AYSE: UserId = UserId(Uuid::from_u128(1));

    fn raw(json: &str) -> Box<RawValue> {
        RawValue::from_string(json.to_owned()).unwrap()
    }

    fn person(state: State, card: Option<&str>) -> Person {
        let at = card.map(|card| At { card: Some(card.to_owned()), ..At::default() });
        Person { user: AYSE, state, at }
    }

    #[test]
    fn three_tabs_are_one_person() {
        let mut here = Presence::default();
        assert_eq!(here.join(AYSE, 1), Some(Change::Join(person(State::Online, None))));
        assert_eq!(here.join(AYSE, 2), None);
        assert_eq!(here.join(AYSE, 2), None);
        assert_eq!(here.join(AYSE, 3), None);
        assert_eq!(here.leave(AYSE, 2), None);
        assert_eq!(here.leave(AYSE, 1), None);
        assert_eq!(here.leave(AYSE, 3), Some(Change::Leave { user: AYSE }));
        assert_eq!(here.leave(AYSE, 3), None);
        assert!(here.is_empty());
    }

    #[test]
    fn she_is_idle_when_all_her_tabs_are() {
        let mut here = Presence::default();
        here.join(AYSE, 1);
        here.join(AYSE, 2);
        assert_eq!(here.remark(AYSE, 1, "away", &raw(r#"{"idle":true}"#)), None);
        let idle = Change::Update(person(State::Idle, None));
        assert_eq!(here.remark(AYSE, 2, "away", &raw(r#"{"idle":true}"#)), Some(idle));
        let back = Change::Update(person(State::Online, None));
        assert_eq!(here.join(AYSE, 3), Some(back));
    }

    #[test]
    fn where_she_looks_goes_with_the_tab_that_said_so() {
        let mut here = Presence::default();
        here.join(AYSE, 1);
        here.join(AYSE, 2);
        let looks = Change::Update(person(State::Online, Some("c1")));
        assert_eq!(here.remark(AYSE, 1, "viewing", &raw(r#"{"card":"c1"}"#)), Some(looks));
        assert_eq!(here.remark(AYSE, 1, "viewing", &raw(r#"{"card":"c1"}"#)), None);
        assert_eq!(here.remark(AYSE, 9, "viewing", &raw(r#"{"card":"c2"}"#)), None);
        assert_eq!(here.remark(AYSE, 1, "viewing", &raw(r#"{"card":7}"#)), None);
        let long = format!(r#"{{"card":"{}"}}"#, "x".repeat(65));
        assert_eq!(here.remark(AYSE, 1, "viewing", &raw(&long)), None);
        let nowhere = Change::Update(person(State::Online, None));
        assert_eq!(here.leave(AYSE, 1), Some(nowhere));
    }

    #[test]
    fn frames_stand_as_the_contract_says() {
        let mut here = Presence::default();
        let join = here.join(AYSE, 1).unwrap();
        let text = |frame: Bytes| String::from_utf8(frame[2..].to_vec()).unwrap();
        let one = format!(r#"{{"user":"{AYSE}","state":"online"}}"#);
        assert_eq!(text(join.frame("me")), format!(r#"{{"t":"pres","topic":"me","join":{one}}}"#));
        assert_eq!(text(here.full("me")), format!(r#"{{"t":"pres","topic":"me","full":[{one}]}}"#));
        let leave = here.leave(AYSE, 1).unwrap();
        let gone = format!(r#"{{"t":"pres","topic":"me","leave":{{"user":"{AYSE}"}}}}"#);
        assert_eq!(text(leave.frame("me")), gone);
    }

    proptest! {
        /// Whoever hears all changes knows exactly who is here.
        #[test]
        fn changes_fold_to_the_full_list(
            steps in prop::collection::vec((0u128..4, 0u64..3, 0u8..4), 0..80)
        ) {
            let mut here = Presence::default();
            let mut known: HashMap<UserId, Person> = HashMap::new();
            for (user, tab, what) in steps {
                let user = UserId(Uuid::from_u128(user));
                let socket = tab + 10 * user.0.as_u128() as u64;
                let change = match what {
                    0 => here.join(user, socket),
                    1 => here.leave(user, socket),
                    2 => here.remark(user, socket, "away", &raw(r#"{"idle":true}"#)),
                    _ => here.remark(user, socket, "viewing", &raw(r#"{"card":"x"}"#)),
                };
                match change {
                    Some(Change::Join(p)) => prop_assert!(known.insert(user, p).is_none()),
                    Some(Change::Update(p)) => prop_assert!(known.insert(user, p).is_some()),
                    Some(Change::Leave { user }) => prop_assert!(known.remove(&user).is_some()),
                    None => {}
                }
            }
            let full: HashMap<UserId, Person> =
                here.people.iter().map(|(user, s)| (*user, s.person(*user))).collect();
            prop_assert_eq!(known, full);
        }
    }
}
