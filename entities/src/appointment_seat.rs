//! Whose time an appointment takes: one row a person or resource. Of those that are held no two of
//! one person begin at the same instant; that none overlap is seen to inside the locked transaction.

use sea_orm::entity::prelude::*;

use crate::ids::{AppointmentId, TenantId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "appointment_seat")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub appointment_id: AppointmentId,
    #[sea_orm(primary_key, auto_increment = false)]
    /// `user:<id>` or `resource:<id>`.
    pub of: String,
    pub starts_at: DateTimeUtc,
    /// With the minutes that stay free behind it.
    pub ends_at: DateTimeUtc,
    /// False once the appointment is cancelled or missed: the time is free again.
    pub held: bool,
}

crate::tenant_table!();
