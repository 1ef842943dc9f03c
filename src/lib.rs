//! A KYC server in one binary: SEP-12 customers and payto-based `/kyc-proof`.

pub mod app;
pub mod auth;
pub mod cli;
pub mod config;
pub mod domain;
pub mod egress;
pub mod http;
pub mod integration;
pub mod outbox;
pub mod proof;
pub mod store;
pub mod telemetry;
pub mod vault;
