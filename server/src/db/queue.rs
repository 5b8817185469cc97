//! The rows of a job: its content under the tenant, its due time in the table that a worker can
//! read without one.

use entities::ids::{JobId, TenantId};
use entities::{job, job_due};
use sea_orm::{ActiveValue::Set, EntityTrait};

use crate::db::Tx;
use crate::kernel::clock::Clock;
use crate::kernel::command::NewJob;
use crate::kernel::problem::Problem;

/// Rows of one INSERT; below both databases' limits on parameters.
const ROWS_MAX: usize = 200;

/// Writes a job in the transaction that decided it.
///
/// # Errors
/// Those of the database.
pub async fn write(
    tx: &Tx<'_>,
    tenant: TenantId,
    clock: &Clock,
    new: &NewJob,
) -> Result<(), Problem> {
    write_all(tx, tenant, clock, std::slice::from_ref(new)).await
}

/// As [`write`], for all that one transaction orders: a series of appointments orders hundreds.
///
/// # Errors
/// Those of the database.
pub async fn write_all(
    tx: &Tx<'_>,
    tenant: TenantId,
    clock: &Clock,
    all: &[NewJob],
) -> Result<(), Problem> {
    for part in all.chunks(ROWS_MAX) {
        let ids: Vec<JobId> = part.iter().map(|_| JobId(clock.fresh_id())).collect();
        let rows = ids.iter().zip(part).map(|(id, new)| job::ActiveModel {
            tenant_id: Set(tenant),
            id: Set(*id),
            kind: Set(new.kind.to_owned()),
            payload: Set(new.payload.clone()),
            created_at: Set(clock.now()),
            attempts: Set(0),
            last_error: Set(None),
            done_at: Set(None),
            failed_at: Set(None),
        });
        job::Entity::insert_many(rows).exec_without_returning(tx).await?;
        let due = ids.iter().zip(part).map(|(id, new)| job_due::ActiveModel {
            job_id: Set(*id),
            tenant_id: Set(tenant),
            run_at: Set(new.run_at),
            locked_until: Set(None),
        });
        job_due::Entity::insert_many(due).exec_without_returning(tx).await?;
    }
    Ok(())
}
