//! Packages of Linux distributions, made by their own tools of static programs.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::archive::{Entry, folders, gzip};
use super::release::{Artifact, Release, Target};
use super::{files, unpack};
use crate::report::Hint as _;
use crate::run::program;

/// Makes the Debian package and the RPM.
pub(super) fn packages(
    release: &Release,
    target: &Target,
    generated: &Path,
) -> Result<Vec<Artifact>> {
    Ok(vec![debian(release, target, generated)?, rpm(release, target, generated)?])
}

fn debian(release: &Release, target: &Target, generated: &Path) -> Result<Artifact> {
    let mut entries = common(target, generated)?;
    entries.push(Entry::file(
        "usr/share/zsh/vendor-completions/_vestibule",
        read(&generated.join("_vestibule"))?,
    ));
    let licenses = [read("LICENSE-MIT".as_ref())?, read("LICENSE-APACHE".as_ref())?];
    entries.push(Entry::file("usr/share/doc/vestibule/copyright", licenses.join(&b'\n')));
    let changelog = fill(release, "packaging/linux/changelog")?.replace("{date}", &release.rfc2822);
    let path = "usr/share/doc/vestibule/changelog.gz";
    entries.push(Entry::file(path, gzip(changelog.as_bytes())?));
    let path = "usr/share/lintian/overrides/vestibule";
    entries.push(Entry::file(path, read("packaging/linux/lintian-overrides".as_ref())?));
    let size: usize = entries.iter().map(|entry| entry.bytes.len()).sum();
    let control = fill(release, "packaging/linux/control")?
        .replace("{architecture}", target.architecture())
        .replace("{size}", &size.div_ceil(1024).to_string());
    let name = format!("vestibule_{}_{}.deb", release.version, target.architecture());
    let [tree, package] = [tree(target, "deb"), Path::new(FOLDER).join(&name)];
    unpack_tree(entries.clone(), release, &tree)?;
    let digests = program("env").arg("--chdir").arg(&tree).arg("md5sum");
    let digests = digests.args(entries.iter().map(|entry| &entry.path)).read()?;
    entries.push(Entry::file("DEBIAN/md5sums", format!("{digests}\n")));
    entries.push(Entry::file("DEBIAN/control", control));
    unpack_tree(entries, release, &tree)?;
    program("dpkg-deb")
        .args(["--root-owner-group", "--build"])
        .args([&tree, &package])
        .env("SOURCE_DATE_EPOCH", release.time.to_string())
        .run()
        .hint("the package `dpkg`")?;
    Ok(Artifact { name, bytes: read(&package)? })
}

fn rpm(release: &Release, target: &Target, generated: &Path) -> Result<Artifact> {
    let mut entries = common(target, generated)?;
    entries.push(Entry::file(
        "usr/share/zsh/site-functions/_vestibule",
        read(&generated.join("_vestibule"))?,
    ));
    for license in ["LICENSE-MIT", "LICENSE-APACHE"] {
        let path = format!("usr/share/licenses/vestibule/{license}");
        entries.push(Entry::file(path, read(license.as_ref())?));
    }
    let tree = std::path::absolute(tree(target, "rpm"))?;
    unpack_tree(entries, release, &tree)?;
    let folder = std::path::absolute(FOLDER)?;
    let specification = folder.join("vestibule.spec");
    std::fs::write(&specification, fill(release, "packaging/linux/vestibule.spec")?)?;
    let name = format!("vestibule-{}-1.{}.rpm", release.version, target.processor());
    let settings = [
        format!("_topdir {}", folder.join("rpmbuild").display()),
        format!("_rpmdir {}", folder.display()),
        format!("_rpmfilename {name}"),
        format!("tree {}", tree.display()),
        // Every version of RPM reads it.
        "_binary_payload w6.xzdio".to_owned(),
    ];
    program("rpmbuild")
        .args(["-bb", "--quiet", "--target", target.processor()])
        .args(settings.iter().flat_map(|setting| ["--define", setting]))
        .arg(&specification)
        .env("SOURCE_DATE_EPOCH", release.time.to_string())
        .run()
        .hint("the package `rpm` of Debian, or `rpm-build`")?;
    Ok(Artifact { bytes: read(&folder.join(&name))?, name })
}

/// Where the packages are made.
const FOLDER: &str = "target/dist-packages";

fn tree(target: &Target, kind: &str) -> PathBuf {
    Path::new(FOLDER).join(format!("{}-{kind}", target.triple))
}

/// The files that both packages install, at the same places.
fn common(target: &Target, generated: &Path) -> Result<Vec<Entry>> {
    let mut entries: Vec<Entry> = target.programs("usr/bin/").collect();
    for page in files(&generated.join("man"), "usr/share/man/man1")? {
        entries.push(Entry::file(format!("{}.gz", page.path), gzip(&page.bytes)?));
    }
    for (script, path) in [
        ("vestibule.bash", "usr/share/bash-completion/completions/vestibule"),
        ("vestibule.fish", "usr/share/fish/vendor_completions.d/vestibule.fish"),
        ("vestibule.nu", "usr/share/nushell/vendor/autoload/vestibule.nu"),
    ] {
        entries.push(Entry::file(path, read(&generated.join(script))?));
    }
    for page in ["README.md", "CHANGELOG.md"] {
        let path = format!("usr/share/doc/vestibule/{page}");
        entries.push(Entry::file(path, read(page.as_ref())?));
    }
    Ok(entries)
}

fn unpack_tree(mut entries: Vec<Entry>, release: &Release, tree: &Path) -> Result<()> {
    entries.extend(folders(&entries));
    unpack(&entries, release.time, tree)
}

fn fill(release: &Release, template: &str) -> Result<String> {
    let text = std::fs::read_to_string(template).with_context(|| template.to_owned())?;
    Ok(release.fill(&text))
}

fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).with_context(|| path.display().to_string())
}
