//! Typed ids: UUIDv7 in the database, plain strings on the wire.

use std::{fmt, str::FromStr};

use sea_orm::{DbErr, DeriveValueType, TryFromU64};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, DeriveValueType,
            utoipa::ToSchema,
        )]
        #[serde(transparent)]
        #[schema(value_type = String, format = "uuid")]
        pub struct $name(pub Uuid);

        impl $name {
            /// Stands where there is no record: a slug's user, the system's author.
            pub const NIL: Self = Self(Uuid::nil());
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                Uuid::parse_str(text).map(Self)
            }
        }

        /// Ids are never numbers; SeaORM asks for this of every key.
        impl TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, DbErr> {
                Err(DbErr::ConvertFromU64(stringify!($name)))
            }
        }
    )*};
}

ids! {
    ActivityId,
    ActivityTypeId,
    ApiKeyId,
    AppointmentId,
    AuditId,
    BoardId,
    BulkId,
    CardId,
    ChannelId,
    ConnectionId,
    CustomFieldId,
    CustomerId,
    DeliveryId,
    DepartmentId,
    HookId,
    HookItemId,
    IdentityId,
    ImportId,
    JobId,
    MergeId,
    MessageId,
    NoteId,
    NotificationId,
    OffboardingId,
    OutcomeId,
    PushSubscriptionId,
    ReminderId,
    ResourceId,
    RoomId,
    RuleId,
    RunId,
    SeriesId,
    ServiceId,
    SessionId,
    StageId,
    TeamId,
    TenantId,
    TimeOffId,
    TokenId,
    UserId,
    WebhookId,
    ViewId,
}
