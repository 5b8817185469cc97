//! What every tenant begins with: the kinds of activity of a sale, from the first contact to the
//! one who comes again, in the tenant's language.

use chrono::{DateTime, Utc};
use entities::ids::{ActivityTypeId, OutcomeId};
use entities::tenancy::OfTenant;
use entities::{activity_outcome, activity_type};
use sea_orm::PaginatorTrait;

use super::rules::outcomes::{asks_kept, effects_kept};
use super::shapes::{Ask, AskField, Effects, NextReminder};
use super::store;
use crate::db::Tx;
use crate::kernel::clock::Clock;
use crate::kernel::problem::Problem;

/// A text in both languages.
type Text = (&'static str, &'static str);

struct Kind {
    key: &'static str,
    name: Text,
    icon: &'static str,
    outcomes: &'static [End],
}

struct End {
    key: &'static str,
    name: Text,
    kind: &'static str,
    asks: &'static [(AskField, bool)],
    then: &'static [Then],
}

/// One effect.
enum Then {
    StageKind(&'static str),
    Remind(i64, Text),
    Spoken,
    Tell(&'static str),
}

use AskField::{Amount, Date, LostReason, Note, Quality};
use Then::{Remind, Spoken, StageKind, Tell};

const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;
const CALL_AGAIN: Text = ("Yeniden ara", "Call again");
const ASK_DECISION: Text = ("Kararını sor", "Ask for the decision");

const fn end(
    key: &'static str,
    name: Text,
    kind: &'static str,
    asks: &'static [(AskField, bool)],
    then: &'static [Then],
) -> End {
    End { key, name, kind, asks, then }
}

const KINDS: [Kind; 7] = [
    Kind {
        key: "lead",
        name: ("Aday kaydı", "Lead intake"),
        icon: "inbox",
        outcomes: &[
            end(
                "qualified",
                ("Uygun, görüşülecek", "Qualified"),
                "positive",
                &[(Quality, false), (Note, false)],
                &[],
            ),
            end(
                "unreachable",
                ("Ulaşılamadı", "Not reached"),
                "neutral",
                &[],
                &[Remind(4 * HOUR, CALL_AGAIN)],
            ),
            end(
                "unfit",
                ("Uygun değil", "Not a fit"),
                "negative",
                &[(LostReason, true)],
                &[StageKind("lost")],
            ),
        ],
    },
    Kind {
        key: "call",
        name: ("Görüşme", "Conversation"),
        icon: "phone",
        outcomes: &[
            end(
                "interested",
                ("İlgileniyor", "Interested"),
                "positive",
                &[(Quality, false), (Note, false)],
                &[Spoken],
            ),
            end(
                "call_back",
                ("Sonra aranacak", "Call back"),
                "neutral",
                &[(Date, true), (Note, false)],
                &[Spoken, Remind(DAY, CALL_AGAIN)],
            ),
            end(
                "unreachable",
                ("Ulaşılamadı", "Not reached"),
                "neutral",
                &[],
                &[Remind(4 * HOUR, CALL_AGAIN)],
            ),
            end(
                "not_interested",
                ("İlgilenmiyor", "Not interested"),
                "negative",
                &[(LostReason, true), (Note, false)],
                &[Spoken, StageKind("lost")],
            ),
        ],
    },
    Kind {
        key: "appointment",
        name: ("Randevu", "Appointment"),
        icon: "calendar",
        outcomes: &[
            end(
                "came",
                ("Geldi, görüşüldü", "Came"),
                "positive",
                &[(Quality, false), (Note, false)],
                &[Spoken],
            ),
            end(
                "postponed",
                ("Ertelendi", "Postponed"),
                "neutral",
                &[(Date, true)],
                &[Remind(DAY, ("Randevuyu hatırlat", "Remind of the appointment"))],
            ),
            end(
                "no_show",
                ("Gelmedi", "Did not come"),
                "negative",
                &[(Note, false)],
                &[
                    Remind(HOUR, ("Gelmeyen müşteriyi ara", "Call who did not come")),
                    Tell("owners"),
                ],
            ),
            end(
                "cancelled",
                ("İptal etti", "Cancelled"),
                "negative",
                &[(Note, false)],
                &[Remind(2 * DAY, CALL_AGAIN)],
            ),
        ],
    },
    Kind {
        key: "deposit",
        name: ("Kapora", "Deposit"),
        icon: "wallet",
        outcomes: &[
            end(
                "received",
                ("Kapora alındı", "Deposit received"),
                "positive",
                &[(Amount, true), (Note, false)],
                // a rule takes the card to the stage of deposits
                &[Spoken, Tell("managers")],
            ),
            end(
                "promised",
                ("Söz verdi", "Promised"),
                "neutral",
                &[(Date, true), (Amount, false)],
                &[Spoken, Remind(2 * DAY, ("Kaporayı sor", "Ask for the deposit"))],
            ),
            end(
                "withdrawn",
                ("Vazgeçti", "Withdrew"),
                "negative",
                &[(LostReason, true), (Note, false)],
                &[Spoken, StageKind("lost")],
            ),
        ],
    },
    Kind {
        key: "sale",
        name: ("Satış", "Sale"),
        icon: "trophy",
        outcomes: &[
            end(
                "sold",
                ("Satış yapıldı", "Sold"),
                "positive",
                &[(Amount, true), (Note, false)],
                &[Spoken, StageKind("won"), Tell("managers")],
            ),
            end(
                "deciding",
                ("Karar bekleniyor", "Deciding"),
                "neutral",
                &[(Date, true), (Note, false)],
                &[Spoken, Remind(3 * DAY, ASK_DECISION)],
            ),
            end(
                "lost",
                ("Kaybedildi", "Lost"),
                "negative",
                &[(LostReason, true), (Note, false)],
                &[Spoken, StageKind("lost"), Tell("managers")],
            ),
        ],
    },
    Kind {
        key: "no_show",
        name: ("Gelmeyen takibi", "No-show follow-up"),
        icon: "user-x",
        outcomes: &[
            end(
                "rebooked",
                ("Yeni randevu verildi", "Booked again"),
                "positive",
                &[(Date, true)],
                &[Spoken],
            ),
            end(
                "unreachable",
                ("Ulaşılamadı", "Not reached"),
                "neutral",
                &[],
                &[Remind(DAY, CALL_AGAIN)],
            ),
            end(
                "gave_up",
                ("Vazgeçti", "Gave up"),
                "negative",
                &[(LostReason, true)],
                &[Spoken, StageKind("lost")],
            ),
        ],
    },
    Kind {
        key: "reapplication",
        name: ("Yeniden başvuru", "Re-application"),
        icon: "rotate",
        outcomes: &[
            end(
                "resumed",
                ("Yeniden görüşülüyor", "In talks again"),
                "positive",
                &[(Quality, false), (Note, false)],
                &[Spoken, StageKind("open")],
            ),
            end(
                "later",
                ("Şimdi değil", "Not now"),
                "neutral",
                &[(Date, true)],
                &[Spoken, StageKind("parked"), Remind(30 * DAY, CALL_AGAIN)],
            ),
            end(
                "unfit",
                ("Uygun değil", "Not a fit"),
                "negative",
                &[(LostReason, true)],
                &[StageKind("lost")],
            ),
        ],
    },
];

/// Writes the types that a tenant begins with, unless it has some; their language is the tenant's.
/// There is nobody yet who could hear of it, or the next snapshot tells.
///
/// # Errors
/// Those of the database.
pub async fn create_default(
    tx: &Tx<'_>,
    clock: &Clock,
    at: DateTime<Utc>,
    locale: &str,
) -> Result<(), Problem> {
    if activity_type::Entity::of(tx.tenant()).count(tx).await? > 0 {
        return Ok(());
    }
    let speak = Speech(locale.starts_with("tr"));
    for (kind, position) in KINDS.iter().zip(0i32..) {
        let row = activity_type::Model {
            tenant_id: tx.tenant(),
            id: ActivityTypeId(clock.fresh_id()),
            key: kind.key.to_owned(),
            name: speak.say(kind.name),
            icon: kind.icon.to_owned(),
            colour: position + 1,
            position,
            builtin: true,
            created_at: at,
            archived_at: None,
        };
        store::insert_type(tx, &row).await?;
        let mut outcomes = Vec::with_capacity(kind.outcomes.len());
        for (end, position) in kind.outcomes.iter().zip(0i32..) {
            let effects = speak.effects(end.then);
            outcomes.push(activity_outcome::Model {
                tenant_id: tx.tenant(),
                id: OutcomeId(clock.fresh_id()),
                type_id: row.id,
                key: end.key.to_owned(),
                name: speak.say(end.name),
                kind: end.kind.to_owned(),
                asks: asks_kept(&asks(end.asks))?,
                effects: effects_kept(&effects)?,
                position,
                created_at: at,
                archived_at: None,
            });
        }
        store::insert_outcomes(tx, outcomes).await?;
    }
    Ok(())
}

fn asks(of: &[(AskField, bool)]) -> Vec<Ask> {
    of.iter().map(|(field, required)| Ask { field: *field, required: *required }).collect()
}

/// Turkish, or English.
struct Speech(bool);

impl Speech {
    fn say(&self, (turkish, english): Text) -> String {
        if self.0 { turkish } else { english }.to_owned()
    }

    fn effects(&self, then: &[Then]) -> Effects {
        let mut effects = Effects::default();
        for effect in then {
            match effect {
                StageKind(kind) => effects.stage_kind = Some((*kind).to_owned()),
                Remind(minutes, text) => {
                    let text = self.say(*text);
                    effects.reminder = Some(NextReminder { minutes: *minutes, text });
                }
                Spoken => effects.last_contact = true,
                Tell(whom) => effects.notify = Some((*whom).to_owned()),
            }
        }
        effects
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::KINDS;
    use crate::kernel::input::NAME_MAX;

    #[test]
    fn every_default_has_both_texts_and_keys_of_its_own() {
        let mut keys = HashSet::new();
        for kind in &KINDS {
            assert!(keys.insert(kind.key), "{}", kind.key);
            let mut ends = HashSet::new();
            for end in kind.outcomes {
                assert!(ends.insert(end.key), "{}.{}", kind.key, end.key);
                for text in [end.name.0, end.name.1, kind.name.0, kind.name.1] {
                    assert!(!text.is_empty() && text.chars().count() <= NAME_MAX);
                }
                assert!(matches!(end.kind, "positive" | "neutral" | "negative"));
            }
        }
    }
}
