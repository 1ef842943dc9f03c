//! `kycd serve`: runs in production.

use anyhow::Context as _;
use tokio::net::TcpListener;

use super::{Source, runtime, shutdown};
use crate::app::App;
use crate::config::LogFormat;
use crate::http::Router;
use crate::telemetry;

/// Runs `kycd serve`.
///
/// # Errors
/// What is wrong with the configuration; a database or an address that cannot be had.
pub fn run(source: &Source) -> anyhow::Result<()> {
    let config = super::load(source.config.as_deref())?;
    telemetry::init(config.log.level, config.log.format == LogFormat::Json);
    runtime()?.block_on(async {
        let app = App::build(&config).await?;
        let public = bind(config.server.listen, "server.listen").await?;
        let operator = bind(config.operator.listen, "operator.listen").await?;
        // Whoever reads that it listens may stop it at once.
        let shutdown = shutdown()?;
        tracing::info!(public = %public.local_addr()?, operator = %operator.local_addr()?, "listening");
        app.run(public, operator, Router::new(), shutdown).await;
        tracing::info!("stopped");
        Ok(())
    })
}

/// Takes the address that `setting` gives for a listener.
pub(super) async fn bind(address: std::net::SocketAddr, setting: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}, as {setting} says"))
}
