//! What customers write in other systems, in one form. Pure: a payload goes in, items come out, in
//! the order in which they stand there, and the same items whatever way the sender has batched,
//! repeated or mixed them. What is not understood becomes an item too: nothing is lost.

mod items;
mod meta;
mod people;
mod read;
#[cfg(test)]
mod tests;
mod thread;
mod tray;
mod whatsapp;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;

pub use self::items::{
    Card, Choice, Contact, Fault, Inbound, Location, Media, Order, OrderLine, Referral, ReplyTo,
};
pub use self::meta::part;
pub use self::tray::Part;

/// Where people write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    Whatsapp,
    Instagram,
    Messenger,
}

impl Source {
    pub fn name(self) -> &'static str {
        match self {
            Self::Whatsapp => "whatsapp",
            Self::Instagram => "instagram",
            Self::Messenger => "messenger",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        [Self::Whatsapp, Self::Instagram, Self::Messenger].into_iter().find(|s| s.name() == word)
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $text:literal),* $(,)?) => {
        /// What an item is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Kind { $($(#[$doc])* $name),* }

        impl Kind {
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }
        }
    };
}

kinds! {
    /// Somebody wrote.
    Message = "message",
    /// The business wrote, from somewhere else.
    Echo = "echo",
    Edit = "edit",
    Revoke = "revoke",
    Reaction = "reaction",
    /// How far a message of ours has come.
    Status = "status",
    /// Watermarks: all up to a moment was delivered, or read.
    Delivered = "delivered",
    Read = "read",
    /// A button of ours was pressed.
    Postback = "postback",
    /// Somebody came by an advertisement or a link, without a word yet.
    Referral = "referral",
    Optin = "optin",
    Comment = "comment",
    /// A lead form was filled in; what it says has to be fetched.
    Lead = "lead",
    Call = "call",
    /// Somebody wants no marketing, or wants it again.
    Preference = "preference",
    /// A number or an identity has changed.
    System = "system",
    Template = "template",
    /// Of the business's own account.
    Account = "account",
    Unknown = "unknown",
}

/// One thing of a payload.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// None where it is about no single channel.
    pub source: Option<Source>,
    /// The number, page or account it came to.
    pub account: String,
    /// The same thing has the same key, however often and in whatever company it comes.
    pub key: String,
    pub kind: Kind,
    pub inbound: Inbound,
    /// The part of the payload it was read from.
    pub raw: Value,
}

impl Item {
    pub fn contact(&self) -> Option<String> {
        self.inbound.contact.as_ref().and_then(Contact::key)
    }

    /// Digits of the phone, where one was said: somebody who is named by another id here may be named
    /// by the phone alone elsewhere.
    pub fn phone(&self) -> Option<&str> {
        self.inbound.contact.as_ref().and_then(|contact| contact.wa_id.as_deref())
    }

    pub fn at(&self) -> Option<DateTime<Utc>> {
        self.inbound.at
    }
}

/// As the ledger keeps it.
pub fn written(inbound: &impl Serialize) -> String {
    serde_json::to_string(inbound).unwrap_or_else(|_| "{}".to_owned())
}
