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

/// Makes the image, with a variant for each of these targets, whose programs need no other file.
pub(super) fn image(release: &Release, targets: &[&Target]) -> Result<Artifact> {
    let mut blobs = Blobs::default();
    let variants = targets
        .iter()
        .map(|target| variant(release, target, &mut blobs))
        .collect::<Result<Vec<Value>>>()?;
    let mut image = blobs.add(INDEX, &bytes(&index(&variants)));
    // Podman takes the name from the first, containerd and Docker from the second.
    let name = name(release);
    image["annotations"] =
        json!({ "org.opencontainers.image.ref.name": name, "io.containerd.image.name": name });
    let mut entries = blobs.0;
    entries.push(Entry::file("oci-layout", r#"{"imageLayoutVersion":"1.0.0"}"#));
    entries.push(Entry::file("index.json", bytes(&index(&[image]))));
    Ok(Artifact {
        name: format!("vestibule-{}.oci.tar", release.version),
        bytes: archive::tar(&entries, release.time)?,
    })
}

const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// Adds the image of one target, and returns its descriptor.
fn variant(release: &Release, target: &Target, blobs: &mut Blobs) -> Result<Value> {
    let layer = archive::tar(&files(target)?, release.time)?;
    let platform = json!({ "architecture": target.architecture(), "os": "linux" });
    let config = bytes(&json!({
        "created": release.rfc3339,
        "architecture": platform["architecture"],
        "os": platform["os"],
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
    let layer = archive::gzip(&layer)?;
    let manifest = bytes(&json!({
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": blobs.add("application/vnd.oci.image.config.v1+json", &config),
        "layers": [blobs.add("application/vnd.oci.image.layer.v1.tar+gzip", &layer)],
    }));
    let mut variant = blobs.add(MANIFEST, &manifest);
    variant["platform"] = platform;
    Ok(variant)
}

/// The root folder.
fn files(target: &Target) -> Result<Vec<Entry>> {
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
    Ok(files)
}

/// The files of the layout that are named by their digests.
#[derive(Default)]
struct Blobs(Vec<Entry>);

impl Blobs {
    /// Adds a blob, and returns its descriptor.
    fn add(&mut self, media_type: &str, blob: &[u8]) -> Value {
        let digest = sha256(blob);
        self.0.push(Entry::file(format!("blobs/sha256/{digest}"), blob));
        json!({ "mediaType": media_type, "digest": format!("sha256:{digest}"), "size": blob.len() })
    }
}

fn index(manifests: &[Value]) -> Value {
    json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": manifests })
}

/// Returns the name under which the image is loaded, which is that of the registry.
fn name(release: &Release) -> String {
    let path = release.repository.trim_start_matches("https://github.com/");
    format!("ghcr.io/{path}:{}", release.version)
}

fn bytes(value: &Value) -> Vec<u8> {
    value.to_string().into_bytes()
}
