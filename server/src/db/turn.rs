//! Taking a topic that is not the command's own, before what its events will say is read.

use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};

use super::Tx;
use crate::kernel::problem::Problem;

/// Takes a topic's row, so that what is read now is still true when the event gets its place; a
/// topic of which nothing was said yet gets its row, so that there is something to take.
/// Waits for its turn, but not long: who holds it may be waiting for a topic that we hold. On
/// SQLite there is one writer, and nothing to take.
///
/// # Errors
/// Held, to be tried again from the start, when the turn does not come.
pub async fn take_topic(tx: &Tx<'_>, topic: &str) -> Result<(), Problem> {
    const PATIENCE: &str = "SELECT set_config('lock_timeout', $1, true)";
    const TAKE: &str = "SELECT 1 FROM topic WHERE tenant_id = $1 AND key = $2 FOR UPDATE";
    const MAKE: &str = "INSERT INTO topic (tenant_id, key, epoch, seq) VALUES \
        ($1, $2, replace(gen_random_uuid()::text, '-', ''), 0) ON CONFLICT DO NOTHING";
    if tx.get_database_backend() == DbBackend::Postgres {
        let topic = || [tx.tenant().into(), topic.into()];
        tx.query_all_raw(raw(tx, PATIENCE, ["60ms".into()])).await?;
        if tx.query_all_raw(raw(tx, TAKE, topic())).await?.is_empty() {
            tx.execute_raw(raw(tx, MAKE, topic())).await?;
            tx.query_all_raw(raw(tx, TAKE, topic())).await?;
        }
        tx.query_all_raw(raw(tx, PATIENCE, ["3000ms".into()])).await?;
    }
    Ok(())
}

/// A statement whose text is constant, so that it is prepared once.
fn raw<const N: usize>(tx: &Tx<'_>, sql: &str, values: [Value; N]) -> Statement {
    Statement::from_sql_and_values(tx.get_database_backend(), sql, values)
}
