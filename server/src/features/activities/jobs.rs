//! Tenants that were here before there were activities get the usual types once.

use entities::ids::{JobId, TenantId};
use entities::tenant;
use futures_util::FutureExt;
use sea_orm::EntityTrait;

use super::create_default;
use crate::db::Db;
use crate::kernel::clock::Clock;
use crate::workers::jobs::{Job, JobError};

pub(super) struct Defaults {
    pub(super) db: Db,
    pub(super) clock: Clock,
}

#[async_trait::async_trait]
impl Job for Defaults {
    fn kind(&self) -> &'static str {
        "activities.defaults"
    }

    async fn run(&self, tenant: TenantId, _: JobId, _: &str) -> Result<(), JobError> {
        let clock = self.clock.clone();
        let written = self.db.write(tenant, move |tx| {
            let clock = clock.clone();
            async move {
                let row = tenant::Entity::find_by_id(tx.tenant()).one(tx).await?;
                let Some(row) = row else { return Ok(()) };
                create_default(tx, &clock, clock.now(), &row.locale).await
            }
            .boxed()
        });
        Ok(written.await?)
    }
}
