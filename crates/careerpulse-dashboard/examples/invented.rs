//! Serves the pages over invented records, for looking at: `cargo run -p careerpulse-dashboard --example invented`.

use std::net::SocketAddr;
use std::sync::Arc;

use careerpulse_dashboard::{app, invented, settings::AppSettings, source::Source};

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let asked = std::env::args().nth(1);
    let address = asked.unwrap_or_else(|| "127.0.0.1:8080".to_owned());
    let lake: Arc<dyn Source> = match std::env::args().nth(2).as_deref() {
        Some("empty") => Arc::new(invented::empty_lake()),
        _ => Arc::new(invented::lake()),
    };
    let listener = tokio::net::TcpListener::bind(&address).await?;
    let app = app::app(lake, AppSettings::default());
    axum::serve(
        listener,
        app.into_make_service_with_connect_info::<SocketAddr>(),
    )
    .await
}
