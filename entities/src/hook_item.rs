//! One thing of a payload: a message, a status, a lead. The same thing once, however often it comes.

use sea_orm::entity::prelude::*;

use crate::ids::{ChannelId, ConnectionId, HookId, HookItemId, TenantId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "hook_item")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: HookItemId,
    pub hook_id: HookId,
    pub connection_id: ConnectionId,
    /// None while nobody claims its account, and for what is about no single channel.
    pub channel_id: Option<ChannelId>,
    /// In order of arrival on its connection.
    pub position: i64,
    /// `whatsapp`, `instagram`, `messenger`; empty where it is about no single channel.
    pub source: String,
    /// The number, page or account it came to.
    pub account: String,
    /// The provider's id of the thing, with its kind.
    pub key: String,
    pub kind: String,
    /// Who it is about.
    pub contact: Option<String>,
    /// Digits of the phone of who it is about, where it was said: elsewhere they may be known by it alone.
    pub phone: Option<String>,
    /// When, as the provider says.
    pub at: Option<DateTimeUtc>,
    /// `ready`, `unclaimed`.
    pub state: String,
    /// The normal form, as JSON text.
    pub d: String,
    /// The part of the payload, as JSON text.
    pub raw: String,
    pub created_at: DateTimeUtc,
}

crate::tenant_table!();
