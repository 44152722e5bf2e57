//! The container image, as an archive in the OCI layout. No daemon and no base image is needed.
//!
//! <https://github.com/opencontainers/image-spec/blob/main/image-layout.md>

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::archive::{self, Entry};
use super::release::{Artifact, Release, Target, sha256};

/// The authorities that the build machine trusts; a container has none of its own.
const AUTHORITIES: &str = "etc/ssl/certs/ca-certificates.crt";

/// The user of the image, in no group and without a shell.
const USER: u32 = 65532;

/// Makes the image of a target whose programs need no other file.
pub(super) fn image(release: &Release, target: &Target) -> Result<Artifact> {
    let authorities =
        std::fs::read(format!("/{AUTHORITIES}")).with_context(|| format!("/{AUTHORITIES}"))?;
    let mut files = vec![
        Entry::file(
            "etc/passwd",
            format!("vestibule:x:{USER}:{USER}::/home/vestibule:/sbin/nologin\n"),
        ),
        Entry::file("etc/group", format!("vestibule:x:{USER}:\n")),
        Entry::file(AUTHORITIES, authorities),
        Entry { owner: USER, ..Entry::folder("home/vestibule/") },
        Entry { mode: 0o1777, ..Entry::folder("tmp/") },
    ];
    // A container has no keychain.
    files.extend(["vestibule", "vestibule-emulator"].map(|name| target.program(name, "usr/bin/")));
    let layer = archive::tar(&files, release.time)?;
    let compressed = archive::gzip(&layer)?;
    let config = bytes(&json!({
        "created": release.rfc3339,
        "architecture": target.architecture(),
        "os": "linux",
        "config": {
            "User": USER.to_string(),
            "Env": ["PATH=/usr/bin", "HOME=/home/vestibule"],
            "Entrypoint": ["/usr/bin/vestibule"],
            "WorkingDir": "/home/vestibule",
            "Labels": {
                "org.opencontainers.image.title": "vestibule",
                "org.opencontainers.image.version": release.version,
                "org.opencontainers.image.source": release.repository,
                "org.opencontainers.image.revision": release.commit,
                "org.opencontainers.image.licenses": "MIT OR Apache-2.0",
            },
        },
        "rootfs": { "type": "layers", "diff_ids": [format!("sha256:{}", sha256(&layer))] },
    }));
    let manifest = bytes(&json!({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": descriptor("application/vnd.oci.image.config.v1+json", &config),
        "layers": [descriptor("application/vnd.oci.image.layer.v1.tar+gzip", &compressed)],
    }));
    let mut listed = descriptor("application/vnd.oci.image.manifest.v1+json", &manifest);
    // Podman takes the name from the first, containerd and Docker from the second.
    let name = name(release);
    listed["annotations"] =
        json!({ "org.opencontainers.image.ref.name": name, "io.containerd.image.name": name });
    let index = bytes(&json!({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.index.v1+json",
        "manifests": [listed],
    }));
    let mut entries = vec![
        Entry::file("oci-layout", r#"{"imageLayoutVersion":"1.0.0"}"#),
        Entry::file("index.json", index),
    ];
    for blob in [compressed, config, manifest] {
        entries.push(Entry::file(format!("blobs/sha256/{}", sha256(&blob)), blob));
    }
    Ok(Artifact {
        name: format!("vestibule-{}-{}.oci.tar", release.version, target.triple),
        bytes: archive::tar(&entries, release.time)?,
    })
}

/// Returns the name under which the image is loaded, which is that of the registry.
fn name(release: &Release) -> String {
    let path = release.repository.trim_start_matches("https://github.com/");
    format!("ghcr.io/{path}:{}", release.version)
}

fn descriptor(kind: &str, blob: &[u8]) -> Value {
    json!({ "mediaType": kind, "digest": format!("sha256:{}", sha256(blob)), "size": blob.len() })
}

fn bytes(value: &Value) -> Vec<u8> {
    value.to_string().into_bytes()
}
