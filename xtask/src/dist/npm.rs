//! npm packages: a module, and one package for each platform that holds its program.

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::archive::{self, Entry};
use super::files;
use super::release::{Artifact, Release, Target, readme};

/// The modules: their name, and the program and prefix of their platform packages.
const MODULES: [(&str, &str, &str); 2] = [
    ("vestibule", "vestibule", "@vestibule/cli"),
    ("vestibule-emulator", "vestibule-emulator", "@vestibule/emulator"),
];

/// Makes the modules, which take the programs of these targets, and a package for each platform.
pub(super) fn packages(release: &Release, targets: &[&Target]) -> Result<Vec<Artifact>> {
    let mut packages = Vec::new();
    for (name, program, prefix) in MODULES {
        packages.push(module(release, name, prefix, targets)?);
        for target in targets {
            packages.push(platform(release, program, prefix, target)?);
        }
    }
    Ok(packages)
}

fn module(release: &Release, name: &str, prefix: &str, targets: &[&Target]) -> Result<Artifact> {
    let folder = format!("packaging/npm/{name}");
    let mut entries = files(folder.as_ref(), "package")?;
    let manifest = entries
        .iter_mut()
        .find(|entry| entry.path == "package/package.json")
        .with_context(|| format!("{folder}/package.json is missing"))?;
    let template = String::from_utf8_lossy(&manifest.bytes).into_owned();
    let mut package: Value = serde_json::from_str(&release.fill(&template))
        .with_context(|| format!("{folder}/package.json"))?;
    package["optionalDependencies"] = targets
        .iter()
        .map(|target| (platform_name(prefix, target), json!(release.version)))
        .collect::<serde_json::Map<_, _>>()
        .into();
    manifest.bytes = text(&package)?;
    entries.push(Entry::file("package/README.md", readme(name)?));
    entries.extend(licenses()?);
    pack(release, name, &entries)
}

fn platform(release: &Release, program: &str, prefix: &str, target: &Target) -> Result<Artifact> {
    let name = platform_name(prefix, target);
    let package = json!({
        "name": name,
        "version": release.version,
        "description": format!("The program {program} for {}", target.triple),
        "license": "MIT OR Apache-2.0",
        "repository": release.repository,
        "os": [target.node_os()],
        "cpu": [target.node_cpu()],
        "preferUnplugged": true,
    });
    let program = target.program(program, "package/");
    let mut entries = vec![Entry::file("package/package.json", text(&package)?), program];
    entries.extend(licenses()?);
    pack(release, &name, &entries)
}

fn platform_name(prefix: &str, target: &Target) -> String {
    format!("{prefix}-{}-{}", target.node_os(), target.node_cpu())
}

fn licenses() -> Result<Vec<Entry>> {
    ["LICENSE-APACHE", "LICENSE-MIT"]
        .iter()
        .map(|name| Ok(Entry::file(format!("package/{name}"), std::fs::read(name)?)))
        .collect()
}

fn text(package: &Value) -> Result<Vec<u8>> {
    Ok(format!("{}\n", serde_json::to_string_pretty(package)?).into_bytes())
}

/// Named as `npm pack` names it.
fn pack(release: &Release, name: &str, entries: &[Entry]) -> Result<Artifact> {
    let name = name.trim_start_matches('@').replace('/', "-");
    Ok(Artifact {
        name: format!("npm-{name}-{}.tgz", release.version),
        bytes: archive::gzip(&archive::tar(entries, release.time)?)?,
    })
}
