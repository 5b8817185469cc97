//! A notification in words, for mail and push. The application makes its own from the same `kind`
//! and `d`.

use serde_json::Value;

use super::kinds::Kind;

/// A short line, and what it is about in one more.
pub(super) struct Words {
    pub(super) title: String,
    pub(super) body: String,
}

/// In Turkish or English; `name` is the customer's.
pub(super) fn words(kind: Kind, name: Option<&str>, d: &Value, turkish: bool) -> Words {
    let text = |field: &str| d[field].as_str().unwrap_or_default().to_owned();
    // of a customer, or by whom it was said
    let whom = name.or_else(|| d["by_name"].as_str()).unwrap_or_default();
    let title = match (kind, turkish) {
        (Kind::Assigned, true) => "Size atandı",
        (Kind::Assigned, false) => "Assigned to you",
        (Kind::Mentioned, true) => "Sizden söz edildi",
        (Kind::Mentioned, false) => "You were mentioned",
        (Kind::DirectMessage, true) => "Yeni mesaj",
        (Kind::DirectMessage, false) => "New message",
        (Kind::ReminderDue, true) => "Hatırlatma",
        (Kind::ReminderDue, false) => "Reminder",
        (Kind::AppointmentSoon, true) => "Randevu yaklaşıyor",
        (Kind::AppointmentSoon, false) => "Appointment soon",
        (Kind::AppointmentBooked, true) => "Yeni randevu",
        (Kind::AppointmentBooked, false) => "New appointment",
        (Kind::AppointmentChanged, true) => "Randevu değişti",
        (Kind::AppointmentChanged, false) => "Appointment changed",
        (Kind::NoShow, true) => "Randevuya gelinmedi",
        (Kind::NoShow, false) => "No-show",
        (Kind::LeadReceived, true) => "Yeni başvuru",
        (Kind::LeadReceived, false) => "New lead",
        (Kind::Rule, true) => "Kural bildirimi",
        (Kind::Rule, false) => "From a rule",
        (Kind::ActivityAssigned, true) => "Size aktivite verildi",
        (Kind::ActivityAssigned, false) => "Activity for you",
        (Kind::Offboarded, true) => "İşler devredildi",
        (Kind::Offboarded, false) => "Work was handed over",
        (Kind::BulkDone, true) => "Toplu işlem bitti",
        (Kind::BulkDone, false) => "Bulk action finished",
        (Kind::ImportDone, true) => "İçe aktarma bitti",
        (Kind::ImportDone, false) => "Import finished",
        (Kind::WebhookOff, true) => "Webhook kapatıldı",
        (Kind::WebhookOff, false) => "Webhook switched off",
        (Kind::ChannelSilent, true) => "Kanaldan ses gelmiyor",
        (Kind::ChannelSilent, false) => "A channel is silent",
    };
    let detail = ["text", "title", "name", "need", "note", "file_name"]
        .iter()
        .map(|field| text(field))
        .find(|text| !text.is_empty())
        .unwrap_or_default();
    let body = match (whom.is_empty(), detail.is_empty()) {
        (false, false) => format!("{whom}: {detail}"),
        (false, true) => whom.to_owned(),
        (true, _) => detail,
    };
    Words { title: title.to_owned(), body: clipped(&body) }
}

/// Several at once: "12 new notifications".
pub(super) fn many(count: usize, turkish: bool) -> String {
    if turkish { format!("{count} yeni bildirim") } else { format!("{count} new notifications") }
}

/// A lock screen shows no more, and a mail needs no more.
fn clipped(text: &str) -> String {
    const MOST: usize = 180;
    let text = text.replace(['\n', '\r', '\t'], " ");
    if text.chars().count() <= MOST {
        return text;
    }
    text.chars().take(MOST - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Kind, words};

    #[test]
    fn every_kind_has_words_in_both_languages() {
        for kind in Kind::ALL {
            let d = json!({ "text": "Ara" });
            let (tr, en) = (words(*kind, Some("Işıl"), &d, true), words(*kind, None, &d, false));
            assert!(!tr.title.is_empty() && tr.title != en.title);
            assert_eq!((tr.body.as_str(), en.body.as_str()), ("Işıl: Ara", "Ara"));
        }
    }

    #[test]
    fn what_is_long_is_cut() {
        let d = json!({ "text": "ç".repeat(500) });
        assert_eq!(words(Kind::Rule, None, &d, true).body.chars().count(), 180);
    }
}
