//! What somebody was told: once for each key, whatever channel it went by.

use sea_orm::entity::prelude::*;

use crate::ids::{CustomerId, NotificationId, TenantId, UserId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "notification")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NotificationId,
    pub user_id: UserId,
    pub kind: String,
    /// What it is about; unique for the person.
    pub key: String,
    pub at: DateTimeUtc,
    pub customer_id: Option<CustomerId>,
    /// What the kind needs to be put into words.
    pub d: Json,
    /// Whether it stands in the notification centre.
    pub app: bool,
    pub read_at: Option<DateTimeUtc>,
    /// When it may go out by mail; none = not by mail, or gone already.
    pub mail_at: Option<DateTimeUtc>,
    /// When it may be pushed; none = not, or gone already.
    pub push_at: Option<DateTimeUtc>,
}

crate::tenant_table!();
