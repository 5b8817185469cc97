//! A normalised phone, e-mail or channel id that belongs to exactly one customer.

use sea_orm::entity::prelude::*;

use crate::ids::{CustomerId, IdentityId, TenantId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "identity")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: IdentityId,
    pub customer_id: CustomerId,
    /// `phone`, `email`, `whatsapp`, `instagram`, `messenger`, `visitor`, `external`.
    pub kind: String,
    /// Normalised: E.164, folded e-mail, or the channel's id.
    pub value: String,
    pub display: String,
    pub position: i32,
    pub created_at: DateTimeUtc,
}

crate::tenant_table!();
