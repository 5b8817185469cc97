//! What the team of the demo talks about: a channel for all, a group for a fair, and two who agree on
//! a price. Some of it waits unread for whoever signs in.

use serde_json::{Value, json};

use super::Story;
use crate::kernel::topic::Topic;

/// Who says it (a place in the team), and what.
const CHANNEL: [(usize, &str); 5] = [
    (0, "Günaydın ekip. Bu hafta B blokta örnek daire hazır, gezdirmeye başlayabiliriz."),
    (4, "Anahtarlar danışmada, çıkarken bana haber verin lütfen."),
    (2, "Harika, cumartesi iki aile gelecek."),
    (1, "Kapora makbuzlarını aynı gün sisteme girelim; ay sonu kapanışı cuma."),
    (3, "Instagram formundan gelen başvuruların çoğu 2+1 soruyor, bilginiz olsun."),
];
const GROUP: [(usize, &str); 3] = [
    (1, "Stant yeri belli oldu: 4. salon, giriş kapısının tam karşısı."),
    (2, "Broşürler perşembe basılıyor. Kat planlarını da koyalım mı?"),
    (3, "Bence evet, geçen sene en çok onu sordular."),
];
const DIRECT: [(usize, &str); 4] = [
    (0, "Mehmet, Güneş Yapı'nın teklifine baktın mı?"),
    (1, "Baktım. %3 indirimle peşin ödeme istiyorlar."),
    (0, "%2'de anlaşalım, teslimi bir ay öne alabiliriz."),
    (1, "Tamam, öğleden sonra arayıp sana yazarım."),
];

impl Story<'_> {
    pub(super) async fn talk(&self) -> anyhow::Result<()> {
        let all = &self.team[1..];
        let d = json!({ "kind": "channel", "name": "genel", "purpose": "Herkesi ilgilendirenler", "members": all });
        let channel = self.room(0, &d).await?;
        let first = self.say(&channel, &CHANNEL).await?;
        let sign = json!({ "message": first, "emoji": "👍", "on": true });
        for who in [2, 3] {
            self.send(who, channel.clone(), "message.react", &sign).await?;
        }
        let d = json!({ "kind": "group", "name": "Emlak fuarı", "members": [self.team[0], self.team[2], self.team[3]] });
        let group = self.room(1, &d).await?;
        self.say(&group, &GROUP).await?;
        let named = json!({ "text": "@Ayşe Yılmaz bütçe onayını bugün alabilir miyiz?", "mentions": [self.team[0]] });
        self.send(1, group, "message.send", &named).await?;
        let d = json!({ "kind": "direct", "members": [self.team[1]] });
        let direct = self.room(0, &d).await?;
        self.say(&direct, &DIRECT).await?;
        Ok(())
    }

    async fn room(&self, who: usize, d: &Value) -> anyhow::Result<Topic> {
        let made = self.send(who, Topic::rooms(), "room.create", d).await?;
        Ok(Topic::new(&format!("room:{}", made["room"]["id"].as_str().unwrap_or_default())))
    }

    /// Answers the id of the first message.
    async fn say(&self, room: &Topic, lines: &[(usize, &str)]) -> anyhow::Result<Value> {
        let mut first = Value::Null;
        for (who, text) in lines {
            let d = json!({ "text": text });
            let sent = self.send(*who, room.clone(), "message.send", &d).await?;
            if first.is_null() {
                first = sent["message"]["id"].clone();
            }
        }
        Ok(first)
    }
}
