//! Unpacks a container image in the OCI layout.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde_json::Value;

/// Unpacks the image below `folder`, and returns its root folder.
pub(crate) fn unpack(image: &Path, folder: &Path) -> Result<PathBuf> {
    let [layout, root] = ["layout", "root"].map(|name| folder.join(name));
    std::fs::create_dir(&layout)?;
    std::fs::create_dir(&root)?;
    super::unpack(image, &layout)?;
    let index = read(&layout.join("index.json"))?;
    let manifest = read(&blob(&layout, &index["manifests"][0])?)?;
    for layer in manifest["layers"].as_array().context("the image has no layers")? {
        super::unpack(&blob(&layout, layer)?, &root)?;
    }
    Ok(root)
}

fn blob(layout: &Path, descriptor: &Value) -> Result<PathBuf> {
    let digest = descriptor["digest"].as_str().context("a descriptor without a digest")?;
    Ok(layout.join("blobs").join(digest.replace(':', "/")))
}

fn read(path: &Path) -> Result<Value> {
    let bytes = std::fs::read(path).with_context(|| path.display().to_string())?;
    serde_json::from_slice(&bytes).with_context(|| path.display().to_string())
}
