//! What was said in a conversation.

use sea_orm::entity::prelude::*;

use crate::ids::{MessageId, RoomId, TenantId};
use crate::lists::UserList;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "message")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MessageId,
    pub room_id: RoomId,
    /// 1, 2, 3 … without a hole in its room.
    pub n: i64,
    /// `text`, or `system`: a line that nobody wrote.
    pub kind: String,
    pub by: String,
    /// Stays when it is deleted: whoever deleted it may take that back.
    pub text: String,
    pub mentions: UserList,
    pub reply_to: Option<MessageId>,
    pub created_at: DateTimeUtc,
    pub edited_at: Option<DateTimeUtc>,
    pub deleted_at: Option<DateTimeUtc>,
    pub deleted_by: Option<String>,
    pub version: i64,
    /// Of a line that nobody wrote: what happened.
    pub what: Option<Json>,
}

crate::tenant_table!();
