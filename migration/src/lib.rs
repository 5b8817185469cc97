//! The schema, up and down, for SQLite and PostgreSQL. Expand, move, contract.

mod m20261121_000001_accounts;
mod m20261121_000002_journal;
mod m20261121_000003_customers;
mod m20261121_000004_boards;
mod m20261121_000005_imports;
mod m20261121_000006_customer_lists;
mod m20261121_000007_one_slug;
mod m20261121_000010_activities;
mod m20261121_000011_agenda;
mod m20261121_000012_reminders;
mod m20261121_000013_rules;
mod m20261121_000014_people;
mod m20261121_000015_bulk;
mod m20261121_000016_house_rules;
mod m20261122_000017_rooms;
mod m20261122_000018_channels;
mod m20261122_000019_room_lines;
mod tenancy;
mod types;

use sea_orm_migration::prelude::*;

/// Runs the migrations in order. On PostgreSQL take an advisory lock first: two servers that
/// migrate at once collide in the catalogue.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261121_000001_accounts::Migration),
            Box::new(m20261121_000002_journal::Migration),
            Box::new(m20261121_000003_customers::Migration),
            Box::new(m20261121_000004_boards::Migration),
            Box::new(m20261121_000005_imports::Migration),
            Box::new(m20261121_000006_customer_lists::Migration),
            Box::new(m20261121_000007_one_slug::Migration),
            Box::new(m20261121_000010_activities::Migration),
            Box::new(m20261121_000011_agenda::Migration),
            Box::new(m20261121_000012_reminders::Migration),
            Box::new(m20261121_000013_rules::Migration),
            Box::new(m20261121_000014_people::Migration),
            Box::new(m20261121_000015_bulk::Migration),
            Box::new(m20261121_000016_house_rules::Migration),
            Box::new(m20261122_000017_rooms::Migration),
            Box::new(m20261122_000018_channels::Migration),
            Box::new(m20261122_000019_room_lines::Migration),
        ]
    }
}
