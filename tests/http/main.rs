//! The generic edge over real sockets: limits, errors, body formats, queries.

#[path = "../support/raw_http.rs"]
mod raw_http;

mod bodies;
mod browsers;
mod files;
mod framing;
mod lifecycle;
mod logs;
mod multipart;
mod queries;
mod server;
