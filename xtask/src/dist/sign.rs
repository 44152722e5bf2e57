//! The signature of the checksums, by minisign.

use std::path::Path;

use anyhow::{Result, ensure};

use crate::report::Hint as _;
use crate::run::{program, succeeds};

/// Signs the checksums beside them, with the secret key of the release.
pub(super) fn sign(checksums: &Path, key: &Path, version: &str) -> Result<()> {
    program("minisign")
        .args(["-S", "-m"])
        .arg(checksums)
        .arg("-s")
        .arg(key)
        // Its default has the time, which differs in every run.
        .args(["-t", &format!("vestibule {version}")])
        .run()
        .hint("the package `minisign`, and the secret key of the release: see RELEASING.md")
}

/// Signs the checksums with a key that is thrown away, and checks that minisign accepts them as
/// they are and no others.
pub(super) fn try_out(checksums: &Path, version: &str) -> Result<()> {
    let folder = Path::new("target/dist-signature");
    std::fs::create_dir_all(folder)?;
    let [secret, public, copy] =
        ["secret.key", "public.key", "SHA256SUMS"].map(|name| folder.join(name));
    let generate = program("minisign").args(["-G", "-W", "-f", "-s"]).arg(&secret);
    generate.arg("-p").arg(&public).ignore_stdout().run().hint("the package `minisign`")?;
    let text = std::fs::read(checksums)?;
    std::fs::write(&copy, &text)?;
    sign(&copy, &secret, version)?;
    let is_accepted =
        || succeeds(program("minisign").args(["-V", "-m"]).arg(&copy).arg("-p").arg(&public));
    ensure!(is_accepted(), "minisign does not accept the signature");
    std::fs::write(&copy, [text.as_slice(), b"\n"].concat())?;
    ensure!(!is_accepted(), "minisign accepts the signature of other checksums");
    Ok(std::fs::remove_dir_all(folder)?)
}
