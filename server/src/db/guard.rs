//! Row-level security protects only from roles that cannot go round it.

use anyhow::bail;
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};

/// Refuses a superuser, a role with BYPASSRLS, an owner of tables, one that can become such a
/// role, one that may TRUNCATE, and a schema with a tenant table that lacks forced row security.
///
/// # Errors
/// Says which, and what to grant instead.
pub(super) async fn refuse_powerful_role(db: &DatabaseConnection) -> anyhow::Result<()> {
    let ask = |sql: &str| Statement::from_string(db.get_database_backend(), sql);
    let checks = [
        (
            "SELECT 1 FROM pg_roles r WHERE (r.rolsuper OR r.rolbypassrls) \
             AND pg_has_role(current_user, r.oid, 'MEMBER') LIMIT 1",
            "the database role is, or can become, a superuser or one with BYPASSRLS: row security \
             would not hold; connect as a role created with NOSUPERUSER NOBYPASSRLS",
        ),
        (
            "SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE c.relkind IN ('r', 'p') AND n.nspname = current_schema() \
             AND pg_has_role(current_user, c.relowner, 'MEMBER') LIMIT 1",
            "the database role owns tables and could drop their policies; set database.admin_url \
             to the owner and database.url to a role that owns nothing",
        ),
        (
            "SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE c.relkind IN ('r', 'p') AND n.nspname = current_schema() \
             AND has_table_privilege(current_user, c.oid, 'TRUNCATE') LIMIT 1",
            "the database role may TRUNCATE, which ignores row security; revoke it",
        ),
        (
            "SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE c.relkind IN ('r', 'p') AND n.nspname = current_schema() \
             AND c.relname NOT IN ('directory', 'job_due', 'seaql_migrations') \
             AND NOT (c.relrowsecurity AND c.relforcerowsecurity) LIMIT 1",
            "a table has no forced row security; run the migrations as the owner",
        ),
    ];
    for (sql, why) in checks {
        if db.query_one_raw(ask(sql)).await?.is_some() {
            bail!("{why}");
        }
    }
    Ok(())
}
