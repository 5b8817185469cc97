//! Events of a timeline in words: what happened, and of what. For files that people read.

use std::collections::HashMap;

use serde_json::Value;
use uuid::Uuid;

/// Op, Turkish, English.
const TITLES: &[(&str, &str, &str)] = &[
    ("customer.created", "Müşteri eklendi", "Customer added"),
    ("customer.updated", "Bilgiler değişti", "Details changed"),
    ("customer.tagged", "Etiketler değişti", "Tags changed"),
    ("customer.assigned", "Sorumlular değişti", "Owners changed"),
    ("customer.archived", "Arşivlendi", "Archived"),
    ("customer.restored", "Arşivden çıkarıldı", "Restored"),
    ("customer.merged", "Birleştirildi", "Merged"),
    ("customer.unmerged", "Birleştirme geri alındı", "Merge undone"),
    ("customer.imported", "İçe aktarıldı", "Imported"),
    ("lead.received", "Başvuru geldi", "Lead received"),
    ("note.added", "Not", "Note"),
    ("note.edited", "Not düzenlendi", "Note edited"),
    ("note.removed", "Not silindi", "Note removed"),
    ("card.created", "Panoya eklendi", "Put on the board"),
    ("card.updated", "Kart değişti", "Card changed"),
    ("card.moved", "Kart taşındı", "Card moved"),
    ("card.assigned", "Sorumlular değişti", "Owners changed"),
    ("card.imported", "İçe aktarmayla panoya eklendi", "Put on the board by an import"),
    ("card.archived", "Kart arşivlendi", "Card archived"),
    ("card.restored", "Kart geri alındı", "Card restored"),
    ("activity.opened", "Aktivite açıldı", "Activity opened"),
    ("activity.updated", "Aktivite değişti", "Activity changed"),
    ("activity.closed", "Aktivite sonuçlandı", "Activity closed"),
    ("activity.cancelled", "Aktivite iptal edildi", "Activity cancelled"),
    ("activity.reopened", "Aktivite yeniden açıldı", "Activity reopened"),
    ("appointment.booked", "Randevu alındı", "Appointment booked"),
    ("appointment.moved", "Randevu taşındı", "Appointment moved"),
    ("appointment.updated", "Randevu değişti", "Appointment changed"),
    ("appointment.confirmed", "Randevu onaylandı", "Appointment confirmed"),
    ("appointment.arrived", "Müşteri geldi", "Customer arrived"),
    ("appointment.finished", "Randevu tamamlandı", "Appointment finished"),
    ("appointment.no_show", "Randevuya gelinmedi", "No-show"),
    ("appointment.cancelled", "Randevu iptal edildi", "Appointment cancelled"),
    ("appointment.restored", "Randevu geri alındı", "Appointment restored"),
    ("reminder.added", "Hatırlatma eklendi", "Reminder added"),
    ("reminder.updated", "Hatırlatma değişti", "Reminder changed"),
    ("reminder.snoozed", "Hatırlatma ertelendi", "Reminder snoozed"),
    ("reminder.fired", "Hatırlatma zamanı geldi", "Reminder due"),
    ("reminder.done", "Hatırlatma tamamlandı", "Reminder done"),
    ("reminder.cancelled", "Hatırlatma iptal edildi", "Reminder cancelled"),
    ("reminder.reopened", "Hatırlatma yeniden açıldı", "Reminder reopened"),
    ("rule.ran", "Kural çalıştı", "Rule ran"),
    ("rule.failed", "Kural hata verdi", "Rule failed"),
];

/// What happened; an op without words stands for itself.
pub(super) fn title(op: &str, is_turkish: bool) -> &str {
    let found = TITLES.iter().find(|(known, ..)| *known == op);
    found.map_or(op, |(_, turkish, english)| if is_turkish { turkish } else { english })
}

/// Names of colleagues, rules, stages, types and outcomes by their ids.
pub(super) struct Names(pub(super) HashMap<Uuid, String>);

impl Names {
    fn of(&self, id: &Value) -> Option<&str> {
        let id: Uuid = id.as_str()?.parse().ok()?;
        self.0.get(&id).map(String::as_str)
    }

    fn all(&self, ids: &Value) -> String {
        let names = ids.as_array().into_iter().flatten().filter_map(|id| self.of(id));
        names.collect::<Vec<_>>().join(", ")
    }

    /// Who did it.
    pub(super) fn author(&self, by: &str, is_turkish: bool) -> String {
        let (kind, id) = by.split_once(':').unwrap_or(("", by));
        let name = id.parse::<Uuid>().ok().and_then(|id| self.0.get(&id));
        match (kind, name, is_turkish) {
            ("rule", Some(name), true) => format!("Kural: {name}"),
            ("rule", Some(name), false) => format!("Rule: {name}"),
            ("key", _, true) => "API anahtarı".to_owned(),
            ("key", _, false) => "API key".to_owned(),
            (_, Some(name), _) => name.clone(),
            (_, None, true) if by == "system" => "Sistem".to_owned(),
            (_, None, false) if by == "system" => "System".to_owned(),
            (_, None, _) => by.to_owned(),
        }
    }
}

/// Of what, as far as the event says so itself.
pub(super) fn sentence(op: &str, d: &Value, names: &Names) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let words = |value: &Value| {
        let words = value.as_array().into_iter().flatten().filter_map(Value::as_str);
        words.collect::<Vec<_>>().join(", ")
    };
    let noun = op.split('.').next().unwrap_or_default();
    match (noun, op) {
        ("note", _) => text(&d["note"]["body"]),
        ("activity", _) => activity(&d["activity"], names),
        ("appointment", _) => {
            let of = &d["appointment"];
            joined([text(&of["title"]), text(&of["starts_at"]), text(&of["reason"])])
        }
        ("reminder", _) => joined([text(&d["reminder"]["text"]), text(&d["reminder"]["due_at"])]),
        ("rule", _) => text(&d["name"]),
        ("lead", _) => joined([text(&d["source"]["channel"]), text(&d["need"]), text(&d["note"])]),
        (_, "card.moved") => {
            let place = |id: &Value| names.of(id).unwrap_or_default().to_owned();
            [place(&d["from"]), place(&d["to"])].join(" → ")
        }
        (_, "card.updated") => {
            let card = &d["card"];
            let parts = [&card["need"], &card["lost_reason"], &card["next_due_at"]].map(text);
            joined([money(&card["amount"])].into_iter().chain(parts))
        }
        (_, "card.assigned") => names.all(&d["card"]["owners"]),
        (_, "customer.assigned") => names.all(&d["owners"]),
        (_, "customer.updated") => words(&d["changed"]),
        (_, "customer.tagged") => {
            let signed = |sign: &str, list: &Value| {
                let list = list.as_array().into_iter().flatten().filter_map(Value::as_str);
                list.map(|tag| format!("{sign}{tag}")).collect::<Vec<_>>().join(", ")
            };
            joined([signed("", &d["add"]), signed("− ", &d["remove"])])
        }
        (_, "customer.merged") => text(&d["winner"]["name"]),
        _ => String::new(),
    }
}

fn activity(activity: &Value, names: &Names) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let kind = names.of(&activity["type_id"]).unwrap_or_default().to_owned();
    let title = text(&activity["title"]);
    let answer = &activity["outcome"];
    joined([
        if title == kind { title } else { joined([kind, title]) },
        names.of(&activity["outcome_id"]).unwrap_or_default().to_owned(),
        money(&answer["amount"]),
        text(&answer["date"]),
        text(&answer["lost_reason"]),
        text(&answer["quality"]),
        text(&answer["note"]),
    ])
}

/// `1250.50 TRY`; nothing without an amount.
fn money(money: &Value) -> String {
    match (money["minor"].as_i64(), money["currency"].as_str()) {
        (Some(minor), Some(currency)) => {
            let sign = if minor < 0 { "-" } else { "" };
            let minor = minor.unsigned_abs();
            format!("{sign}{}.{:02} {currency}", minor / 100, minor % 100)
        }
        _ => String::new(),
    }
}

fn joined(parts: impl IntoIterator<Item = String>) -> String {
    let said: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    said.join(" · ")
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use serde_json::json;
    use uuid::Uuid;

    use super::{Names, TITLES, sentence, title};

    #[test]
    fn events_are_told_with_the_names_of_what_they_name() {
        let (from, to) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let all = [(from, "Potansiyel".to_owned()), (to, "Kapora".to_owned())];
        let names = Names(HashMap::from(all));
        let moved = json!({ "from": from, "to": to });
        assert_eq!(sentence("card.moved", &moved, &names), "Potansiyel → Kapora");
        let closed = json!({ "activity": { "type_id": from, "title": "Ara", "outcome_id": to,
            "outcome": { "amount": { "minor": 125_050, "currency": "TRY" }, "note": "Geldi" } } });
        let told = sentence("activity.closed", &closed, &names);
        assert_eq!(told, "Potansiyel · Ara · Kapora · 1250.50 TRY · Geldi");
        assert_eq!(
            sentence("customer.tagged", &json!({ "add": ["a"], "remove": ["b"] }), &names),
            "a · − b"
        );
        assert_eq!((title("note.added", true), title("x.y", true)), ("Not", "x.y"));
        assert_eq!(names.author("system", false), "System");
        assert_eq!(names.author(&from.to_string(), false), "Potansiyel");
        assert_eq!(names.author(&format!("rule:{to}"), true), "Kural: Kapora");
        assert_eq!(names.author(&format!("key:{to}"), false), "API key");
        let gone = format!("rule:{}", Uuid::from_u128(3));
        assert_eq!(names.author(&gone, true), gone);
        assert_eq!(sentence("rule.ran", &json!({ "name": "Sıradaki" }), &names), "Sıradaki");
    }

    #[test]
    fn every_title_has_both_texts() {
        assert!(
            TITLES.iter().all(|(op, tr, en)| op.contains('.') && !tr.is_empty() && !en.is_empty())
        );
    }
}
