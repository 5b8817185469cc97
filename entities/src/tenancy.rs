//! The first word of every query is the tenant.

use sea_orm::{ColumnTrait, DeleteMany, EntityTrait, QueryFilter, Select, UpdateMany};

use crate::ids::TenantId;

/// The only way to read or change a tenant's table: a query begins by naming the tenant.
pub trait OfTenant: EntityTrait {
    /// The column that names the tenant.
    const TENANT: Self::Column;

    /// Reads.
    fn of(tenant: TenantId) -> Select<Self> {
        Self::find().filter(Self::TENANT.eq(tenant))
    }

    /// Changes rows.
    fn change(tenant: TenantId) -> UpdateMany<Self> {
        Self::update_many().filter(Self::TENANT.eq(tenant))
    }

    /// Deletes rows.
    fn forget(tenant: TenantId) -> DeleteMany<Self> {
        Self::delete_many().filter(Self::TENANT.eq(tenant))
    }
}

/// What every tenant table has in common, below its `Model`.
#[macro_export]
macro_rules! tenant_table {
    () => {
        #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
        pub enum Relation {}

        impl ActiveModelBehavior for ActiveModel {}

        impl $crate::tenancy::OfTenant for Entity {
            const TENANT: Column = Column::TenantId;
        }
    };
}
