//! Style sheets and scripts: within the program, at addresses that change with their content.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

/// A file as it is served.
struct Asset {
    name: &'static str,
    address: String,
    kind: &'static str,
    body: String,
}

/// Names and contents; a module stands after those it imports.
const FILES: [(&str, &str); 9] = [
    ("uplot.css", include_str!("../../assets/vendor/uplot.css")),
    ("uplot.js", include_str!("../../assets/vendor/uplot.js")),
    ("site.css", include_str!("../../assets/site.css")),
    ("icon.svg", include_str!("../../assets/icon.svg")),
    ("theme.js", include_str!("../../assets/theme.js")),
    ("site.js", include_str!("../../assets/site.js")),
    ("plot.js", include_str!("../../assets/plot.js")),
    ("charts.js", include_str!("../../assets/charts.js")),
    ("forms.js", include_str!("../../assets/forms.js")),
];

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let mut assets: Vec<Asset> = Vec::new();
    for (name, text) in FILES {
        let body = assets.iter().fold(text.to_owned(), |body, asset| {
            let here = format!("\"./{}\"", asset.name);
            body.replace(&here, &format!("\"{}\"", asset.address))
        });
        let (stem, kind) = match name.rsplit_once('.') {
            Some((stem, "css")) => (stem, "text/css; charset=utf-8"),
            Some((stem, "svg")) => (stem, "image/svg+xml"),
            Some((stem, _)) => (stem, "text/javascript; charset=utf-8"),
            None => (name, "application/octet-stream"),
        };
        let ending = &name[stem.len()..];
        let digest = Sha256::digest(body.as_bytes());
        let hash: String = digest
            .iter()
            .take(6)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assets.push(Asset {
            name,
            address: format!("/assets/{stem}.{hash}{ending}"),
            kind,
            body,
        });
    }
    assets
});

/// The address of a file.
pub fn address(name: &str) -> &'static str {
    let found = ASSETS.iter().find(|asset| asset.name == name);
    found.map_or("", |asset| &asset.address)
}

/// `GET /assets/{file}`: for ever the same under one address.
pub async fn serve(Path(file): Path<String>) -> Response {
    let wanted = ASSETS
        .iter()
        .find(|asset| asset.address.strip_prefix("/assets/") == Some(&file));
    match wanted {
        Some(asset) => (
            [
                (header::CONTENT_TYPE, asset.kind),
                (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
            ],
            asset.body.as_str(),
        )
            .into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_import_each_other_by_hashed_addresses() {
        for asset in ASSETS.iter() {
            assert!(!asset.body.contains("from \"./"), "{}", asset.name);
        }
        let charts = ASSETS
            .iter()
            .find(|asset| asset.name == "charts.js")
            .unwrap();
        assert!(charts.body.contains(address("plot.js")));
        assert_eq!(address("no such file"), "");
    }
}
