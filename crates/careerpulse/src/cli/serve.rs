//! `serve`: the dashboard and the API over the lake.

use std::net::SocketAddr;
use std::sync::Arc;

use careerpulse_dashboard::app::app;
use careerpulse_dashboard::source::Source;
use careerpulse_lake::Lake;
use serde_json::json;
use tokio::net::TcpListener;

use super::args::ServeArgs;
use super::exit::Outcome;
use super::output::{print, print_json};
use super::stop::ended;
use crate::config::{Config, TOKEN_VARIABLE};
use crate::dashboard::LakeSource;
use crate::error::UserError;

/// `careerpulse serve`; ends on Ctrl-C or SIGTERM.
pub async fn serve(args: ServeArgs, config: &Config, json: bool) -> anyhow::Result<Outcome> {
    let addr = match args.addr {
        Some(addr) => addr,
        None => configured(config)?,
    };
    serve_at(addr, config, json).await
}

/// The dashboard of the configured lake at an address, until the program is asked to end.
///
/// # Errors
/// [`UserError`] where the address cannot be had or lacks a token; by cause otherwise.
pub async fn serve_at(addr: SocketAddr, config: &Config, json: bool) -> anyhow::Result<Outcome> {
    let token = std::env::var(TOKEN_VARIABLE).ok();
    let settings = config
        .serve
        .app_settings(token.filter(|token| !token.is_empty()));
    settings.check(addr.ip()).map_err(|e| {
        UserError::new(format!(
            "serve: {e} (the token is read from {TOKEN_VARIABLE})"
        ))
    })?;
    let lake = Lake::open(&config.lake)?;
    let source: Arc<dyn Source> = Arc::new(LakeSource::new(lake, config));
    let listener = TcpListener::bind(addr).await.map_err(|e| {
        UserError::new(format!(
            "cannot listen at {addr}: {e}; choose another --addr (port 0 takes a free one)"
        ))
    })?;
    let address = listener.local_addr()?;
    match json {
        true => print_json(&json!({"address": format!("http://{address}")}))?,
        false => print(&format!(
            "the lake {} is shown at http://{address}; Ctrl-C ends\n",
            config.lake
        ))?,
    }
    let app = app(source, settings.clone());
    careerpulse_dashboard::serve::serve(listener, app, &settings, ended()).await?;
    Ok(Outcome::Done)
}

fn configured(config: &Config) -> Result<SocketAddr, UserError> {
    let addr = &config.serve.addr;
    addr.parse().map_err(|_| {
        UserError::new(format!(
            "settings: [serve] addr is {addr:?}; it is an address and port such as 127.0.0.1:8080"
        ))
    })
}
