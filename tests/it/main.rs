//! The proof from outside, as one binary: each module is one area of the contract, run on SQLite and PostgreSQL.
mod house_rules;
mod migrations;
mod row_security;
