//! Dataset formats in and out, releases and manifests.
