//! Nabız: a multi-tenant, realtime CRM and collaboration server. ARCHITECTURE.md is the map.

pub mod db;
pub mod kernel;
pub mod realtime;
pub mod workers;
