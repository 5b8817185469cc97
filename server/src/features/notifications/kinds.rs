//! What people can be told of.

use chrono::Duration;
use serde::{Deserialize, Serialize};

use crate::kernel::principal::{Permission, Principal};

macro_rules! kinds {
    ($($name:ident = $text:literal, push: $push:literal);* $(;)?) => {
        /// What a notification is about. Its name is on the wire and in the database.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
            utoipa::ToSchema,
        )]
        pub enum Kind { $(#[serde(rename = $text)] $name),* }

        impl Kind {
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }

            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$name),)* _ => None }
            }

            /// Whether it is worth a word on a phone, until somebody says otherwise.
            pub(super) fn is_pushed(self) -> bool {
                match self { $(Self::$name => $push),* }
            }
        }
    };
}

kinds! {
    Assigned = "assigned", push: true;
    Mentioned = "mentioned", push: true;
    DirectMessage = "direct_message", push: true;
    ReminderDue = "reminder_due", push: true;
    AppointmentSoon = "appointment_soon", push: true;
    AppointmentBooked = "appointment_booked", push: true;
    AppointmentChanged = "appointment_changed", push: true;
    NoShow = "no_show", push: false;
    LeadReceived = "lead_received", push: true;
    Rule = "rule", push: true;
    ActivityAssigned = "activity_assigned", push: true;
    Offboarded = "offboarded", push: false;
    BulkDone = "bulk_done", push: false;
    ImportDone = "import_done", push: false;
    WebhookOff = "webhook_off", push: false;
    ChannelSilent = "channel_silent", push: true;
}

impl Kind {
    /// The right without which nobody hears of this kind.
    fn needs(self) -> Option<Permission> {
        self.is_chat().then_some(Permission::UseChat)
    }

    pub(super) fn may_be_heard_by(self, by: &Principal) -> bool {
        self.needs().is_none_or(|right| by.may(right))
    }

    /// The names of the kinds that this person may not hear of.
    pub(super) fn hidden_from(by: &Principal) -> Vec<&'static str> {
        let hidden = Self::ALL.iter().filter(|kind| !kind.may_be_heard_by(by));
        hidden.map(|kind| kind.name()).collect()
    }

    /// What was said in a room.
    pub(super) fn is_chat(self) -> bool {
        matches!(self, Self::Mentioned | Self::DirectMessage)
    }

    /// How long mail and push wait: who has the room open reads it meanwhile, and no phone rings.
    pub(super) fn patience(self) -> Duration {
        if self.is_chat() { Duration::seconds(12) } else { Duration::zero() }
    }
}
