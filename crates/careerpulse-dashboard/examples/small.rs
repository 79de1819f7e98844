//! Serves a small lake in memory, for looking at the API and for fuzzing it.
//!
//! `cargo run -p careerpulse-dashboard --example small -- 127.0.0.1:8080`

#[path = "../tests/serve/common/mod.rs"]
mod common;

use careerpulse_dashboard::app::app;
use careerpulse_dashboard::serve::serve;
use careerpulse_dashboard::settings::AppSettings;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .init();
    let address = std::env::args().nth(1);
    let address = address.unwrap_or_else(|| "127.0.0.1:8080".to_owned());
    let settings = AppSettings {
        token: std::env::var("CAREERPULSE_TOKEN").ok(),
        rate: 0.0,
        ..AppSettings::default()
    };
    let listener = TcpListener::bind(address).await?;
    let app = app(common::Small::new(), settings.clone());
    let interrupted = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    serve(listener, app, &settings, interrupted).await
}
