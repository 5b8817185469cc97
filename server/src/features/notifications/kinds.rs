//! What people can be told of.

use serde::{Deserialize, Serialize};

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
}
