//! PostgreSQL's last line of defence: the ten ways round row-level security (and none is open), asked as the role
//! that the server runs as.
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement, TransactionTrait};
use tests::{Database, Kind, Process, Settings, TestApp};

/// An app with two tenants that have rows, and a connection as the server's role.
async fn two_tenants() -> Option<(TestApp, [String; 2], DatabaseConnection)> {
    if !Kind::Postgres.is_here() {
        return None;
    }
    let app = TestApp::start(Kind::Postgres).await;
    let mut ids = Vec::new();
    for name in ["Kanarya", "Papağan"] {
        let admin = app.tenant().await;
        admin.customer(name, serde_json::json!({ "emails": ["ayni@ornek.example"] })).await;
        ids.push(admin.tenant_id().to_owned());
    }
    let db = app.database().connect_as_server().await;
    Some((app, ids.try_into().expect("two"), db))
}

async fn number(db: &impl ConnectionTrait, sql: &str) -> Result<i64, DbErr> {
    let row = db.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
    row.ok_or(DbErr::RecordNotFound(sql.to_owned()))?.try_get_by_index(0)
}

async fn enter(db: &impl ConnectionTrait, tenant: &str) {
    db.execute_unprepared(&format!("SELECT set_config('app.tenant_id', '{tenant}', true)"))
        .await
        .expect("a setting");
}

const TENANT_TABLES: &str = "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' \
     AND tablename NOT IN ('directory', 'job_due', 'seaql_migrations')";

#[tokio::test]
async fn without_a_tenant_every_table_is_empty_and_with_one_only_its_rows_show() {
    let Some((app, [a, _], db)) = two_tenants().await else { return };
    for row in app.database().rows(TENANT_TABLES).await {
        let table = row["name"].as_str().expect("a name");
        let all = number(&db, &format!("SELECT count(*) FROM \"{table}\"")).await.expect("a count");
        assert_eq!(all, 0, "{table} shows rows to nobody's transaction");
    }

    let tx = db.begin().await.expect("a transaction");
    enter(&tx, &a).await;
    let own = number(&tx, "SELECT count(*) FROM customer").await.expect("a count");
    let tenants = number(&tx, "SELECT count(*) FROM tenant").await.expect("a count");
    assert_eq!((own, tenants), (1, 1), "no WHERE was needed");
    tx.commit().await.expect("a commit");

    // Escape 7 and 8: the setting ended with the transaction, and what it left behind matches nothing.
    let after = number(&db, "SELECT count(*) FROM customer").await.expect("a count");
    assert_eq!(after, 0);
}

#[tokio::test]
async fn every_tenant_table_has_a_forced_policy_that_names_the_tenant() {
    let Some((app, ..)) = two_tenants().await else { return };
    let open = app
        .database()
        .rows(
            "SELECT c.relname AS name FROM pg_class c LEFT JOIN pg_policies p ON p.tablename = c.relname \
             WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace \
             AND c.relname NOT IN ('directory', 'job_due', 'seaql_migrations') \
             AND (NOT c.relrowsecurity OR NOT c.relforcerowsecurity OR p.qual IS NULL OR p.with_check IS NULL \
             OR p.qual NOT LIKE '%app.tenant_id%' OR p.with_check NOT LIKE '%app.tenant_id%')",
        )
        .await;
    assert!(open.is_empty(), "{open:?}");
}

/// Escape 1: a table's owner sees all, unless security is forced. The server's role owns nothing anyway.
#[tokio::test]
async fn the_owner_sees_nothing_either_and_the_server_owns_nothing() {
    let Some((app, _, db)) = two_tenants().await else { return };
    let owner = app.database().connect_as_owner().await;
    assert_eq!(number(&owner, "SELECT count(*) FROM customer").await.expect("a count"), 0);
    let owned = "SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole";
    assert_eq!(number(&db, owned).await.expect("a count"), 0);
    let _ = owner.close().await; // the database is dropped next
}

/// Escapes 2 and 6, and the ways to become somebody else.
#[tokio::test]
async fn the_servers_role_can_neither_truncate_nor_lift_the_policy_nor_become_another() {
    let Some((_app, [a, b], db)) = two_tenants().await else { return };
    for sql in [
        "TRUNCATE customer",
        "DROP POLICY tenant_isolation ON customer",
        "ALTER TABLE customer DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE customer NO FORCE ROW LEVEL SECURITY",
        "SET ROLE nabiz_owner",
        "SET SESSION AUTHORIZATION nabiz_admin",
        "ALTER ROLE CURRENT_USER BYPASSRLS",
        "CREATE VIEW all_of_them AS SELECT * FROM customer",
        "SET row_security = off; SELECT * FROM customer",
    ] {
        assert!(db.execute_unprepared(sql).await.is_err(), "{sql} went through");
        db.execute_unprepared("RESET row_security").await.expect("a reset");
    }
    let tx = db.begin().await.expect("a transaction");
    enter(&tx, &a).await;
    let stolen = format!("UPDATE customer SET tenant_id = '{b}'");
    assert!(
        tx.execute_unprepared(&stolen).await.is_err(),
        "a row could be pushed to another tenant"
    );
}

/// Escape 3: a plain view runs as its owner.
#[tokio::test]
async fn no_view_and_no_function_runs_as_somebody_else() {
    let Some((app, ..)) = two_tenants().await else { return };
    let found = app
        .database()
        .count(
            "(SELECT 1 FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace \
             UNION ALL SELECT 1 FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace) AS found",
        )
        .await;
    assert_eq!(found, 0);
}

/// Escapes 4 and 5: foreign keys and unique indexes look past policies, so both begin with the tenant.
#[tokio::test]
async fn every_foreign_key_and_unique_index_carries_the_tenant() {
    let Some((app, ..)) = two_tenants().await else { return };
    let keys = app
        .database()
        .rows(
            "SELECT conname AS name FROM pg_constraint c WHERE contype = 'f' AND NOT EXISTS (SELECT 1 FROM pg_attribute a \
             WHERE a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey) AND a.attname = 'tenant_id')",
        )
        .await;
    assert!(keys.is_empty(), "{keys:?}");
    let indexes = app
        .database()
        .rows(
            "SELECT c.relname || ' on ' || t.relname AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid \
             JOIN pg_class t ON t.oid = i.indrelid WHERE i.indisunique AND t.relnamespace = 'public'::regnamespace \
             AND t.relname NOT IN ('tenant', 'directory', 'job_due', 'seaql_migrations') \
             AND NOT EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attnum = i.indkey[0] \
             AND a.attname = 'tenant_id')",
        )
        .await;
    assert!(indexes.is_empty(), "{indexes:?}");
}

/// Escape 9: a shared sequence tells how much others write.
#[tokio::test]
async fn no_sequence_is_shared_by_tenants() {
    let Some((app, ..)) = two_tenants().await else { return };
    assert_eq!(app.database().count("pg_class WHERE relkind = 'S'").await, 0);
}

/// Escape 10: a function that is not leak-proof may run before the policy; none of ours exists to be planted.
#[tokio::test]
async fn the_servers_role_cannot_plant_functions() {
    let Some((_app, _, db)) = two_tenants().await else { return };
    let sql =
        "CREATE FUNCTION leak(text) RETURNS bool COST 0.0001 LANGUAGE sql AS $$ SELECT true $$";
    assert!(db.execute_unprepared(sql).await.is_err());
}

/// A server with more power than it needs does not start, and says what to change.
#[tokio::test]
async fn the_server_refuses_roles_for_which_row_security_means_nothing() {
    if !Kind::Postgres.is_here() {
        return;
    }
    let database = Database::fresh(Kind::Postgres).await;
    let admin = database.connect().await;
    let role = tests::unique("gecer");
    admin.execute_unprepared(&format!("CREATE ROLE {role} LOGIN BYPASSRLS")).await.expect("a role");
    let as_role = |role: &str| database.url.replacen("nabiz_app@", &format!("{role}@"), 1);

    for role in ["nabiz_admin", "nabiz_owner", role.as_str()] {
        let settings = Settings::default().with("database.url", as_role(role));
        let (status, said) = Process::refuses(&database, &settings).await;
        assert!(!status.success() && said.contains("role"), "{role}: {status} {said}");
    }
    admin
        .execute_unprepared(&format!("DROP OWNED BY {role}; DROP ROLE {role}"))
        .await
        .expect("a role to drop");
    let _ = admin.close().await; // the database is dropped next
    database.drop_now().await;
}
