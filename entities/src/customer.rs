//! The de-duplicated person or company.

use sea_orm::entity::prelude::*;

use crate::ids::{CustomerId, TenantId};
use crate::lists::{StringList, UserList};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "customer")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CustomerId,
    pub name: String,
    /// Folded name, for sorting and duplicates.
    pub name_key: String,
    pub company: Option<String>,
    /// `A` to `D`.
    pub quality: Option<String>,
    /// 0 to 100.
    pub score_emotional: Option<i32>,
    /// 0 to 100.
    pub score_logical: Option<i32>,
    /// Truth for display and audience; `customer_owner` is its index.
    pub owners: UserList,
    /// Truth for display; `customer_tag` is its index.
    pub tags: StringList,
    pub custom: Json,
    pub source: Option<Json>,
    /// `source.channel`, for filters.
    pub source_channel: Option<String>,
    pub utm: Option<Json>,
    pub first_touch_at: Option<DateTimeUtc>,
    pub last_touch_at: Option<DateTimeUtc>,
    pub last_contact_at: Option<DateTimeUtc>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub archived_at: Option<DateTimeUtc>,
    pub merged_into: Option<CustomerId>,
}

crate::tenant_table!();
