//! Nabız: a multi-tenant, realtime CRM and collaboration server. ARCHITECTURE.md is the map.

pub mod adapters;
pub mod app;
pub mod cli;
pub mod config;
pub mod db;
pub mod features;
pub mod gateway;
pub mod kernel;
pub mod realtime;
#[cfg(test)]
mod tests;
pub mod workers;
