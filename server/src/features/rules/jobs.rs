//! Tenants that were here before there were rules get the product's own once.

use entities::activity_type;
use entities::ids::{JobId, TenantId};
use entities::tenancy::OfTenant;
use futures_util::FutureExt;
use sea_orm::PaginatorTrait;

use super::commands::MakeDefaults;
use crate::db::Db;
use crate::kernel::principal::Principal;
use crate::kernel::topic::Topic;
use crate::realtime::Hub;
use crate::workers::jobs::{Job, JobError};

pub(super) struct Defaults {
    pub(super) db: Db,
    pub(super) hub: Hub,
}

#[async_trait::async_trait]
impl Job for Defaults {
    fn kind(&self) -> &'static str {
        "rules.defaults"
    }

    async fn run(&self, tenant: TenantId, _: JobId, _: &str) -> Result<(), JobError> {
        let types = self.db.read(tenant, |tx| {
            async move { Ok(activity_type::Entity::of(tx.tenant()).count(tx).await?) }.boxed()
        });
        // one of the rules waits for an outcome: the usual activities come first, by their own job
        if types.await? == 0 {
            return Err(JobError::Later("no_activity_types"));
        }
        let (by, topic) = (Principal::system(tenant), Topic::tenant());
        self.hub.command(&by, topic, "rule.defaults", &MakeDefaults {}, None, None).await?;
        Ok(())
    }
}
