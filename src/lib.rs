//! A KYC server in one binary: SEP-12 customers and payto-based `/kyc-proof`.

pub mod auth;
pub mod domain;
pub mod egress;
pub mod http;
pub mod integration;
pub mod store;
pub mod vault;
