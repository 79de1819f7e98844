//! The second home of runs, versions and decisions: a server beside the lake's own tables.

use futures::future::BoxFuture;

/// Where sweeps and versions are shown beside the lake, which always holds them first.
///
/// Each method brings the other home up to date with the lake, from whatever state it is in, so that
/// calling it again does nothing, and calling it after a failure completes it.
pub trait Tracker: Send + Sync {
    /// A sweep with the runs that the lake has of it.
    fn sweep<'a>(&'a self, sweep_key: &'a str) -> BoxFuture<'a, anyhow::Result<()>>;

    /// All versions, where each stands, and the aliases.
    fn registry(&self) -> BoxFuture<'_, anyhow::Result<()>>;

    /// Takes a choice of the production version that was made in the other home into the ledger;
    /// says so where there was one.
    fn heed(&self) -> BoxFuture<'_, anyhow::Result<Option<String>>>;
}

/// The lake alone: there is no other home.
pub struct LakeOnly;

impl Tracker for LakeOnly {
    fn sweep<'a>(&'a self, _: &'a str) -> BoxFuture<'a, anyhow::Result<()>> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn registry(&self) -> BoxFuture<'_, anyhow::Result<()>> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn heed(&self) -> BoxFuture<'_, anyhow::Result<Option<String>>> {
        Box::pin(std::future::ready(Ok(None)))
    }
}
