//! Python wheels: a module and the program that it finds.
//!
//! <https://packaging.python.org/en/latest/specifications/binary-distribution-format/>

use anyhow::Result;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::archive::{self, Entry};
use super::files;
use super::release::{Artifact, Release, Target, readme};

/// What differs between the wheels.
struct Wheel {
    /// The name on the index, and of the program.
    name: &'static str,
    /// The module, and the prefix of the file's name.
    module: &'static str,
    summary: &'static str,
    /// Lines of `entry_points.txt`.
    entry_points: &'static str,
}

const WHEELS: [Wheel; 2] = [
    Wheel {
        name: "vestibule",
        module: "vestibule",
        summary: "AWS credentials from IAM Identity Center (SSO): the vestibule program",
        entry_points: "",
    },
    Wheel {
        name: "vestibule-emulator",
        module: "vestibule_emulator",
        summary: "An emulator of AWS IAM Identity Center and STS for tests, with pytest fixtures",
        entry_points: "[pytest11]\nvestibule_emulator = vestibule_emulator.pytest_plugin\n",
    },
];

/// Makes the wheels for one target.
pub(super) fn wheels(release: &Release, target: &Target) -> Result<Vec<Artifact>> {
    WHEELS.iter().map(|wheel| pack(wheel, release, target)).collect()
}

fn pack(wheel: &Wheel, release: &Release, target: &Target) -> Result<Artifact> {
    let Wheel { name, module, .. } = wheel;
    let version = &release.version;
    let folder = format!("{module}-{version}.dist-info");
    let mut entries = files(format!("packaging/python/{module}").as_ref(), module)?;
    entries.push(target.program(name, &format!("{module}-{version}.data/scripts/")));
    for license in ["LICENSE-APACHE", "LICENSE-MIT"] {
        entries.push(Entry::file(format!("{folder}/licenses/{license}"), std::fs::read(license)?));
    }
    let readme = readme(name)?;
    entries.push(Entry::file(
        format!("{folder}/METADATA"),
        format!(
            "Metadata-Version: 2.4\nName: {name}\nVersion: {version}\nSummary: {}\nLicense-Expression: MIT OR Apache-2.0\nLicense-File: LICENSE-APACHE\nLicense-File: LICENSE-MIT\nProject-URL: Repository, {}\nRequires-Python: >=3.9\nDescription-Content-Type: text/markdown\n\n{readme}",
            wheel.summary, release.repository
        ),
    ));
    let tags = target.wheel_tags();
    let tag_lines: Vec<_> = tags.iter().map(|tag| format!("Tag: py3-none-{tag}\n")).collect();
    entries.push(Entry::file(
        format!("{folder}/WHEEL"),
        format!(
            "Wheel-Version: 1.0\nGenerator: xtask\nRoot-Is-Purelib: false\n{}",
            tag_lines.concat()
        ),
    ));
    if !wheel.entry_points.is_empty() {
        entries.push(Entry::file(format!("{folder}/entry_points.txt"), wheel.entry_points));
    }
    let record = format!("{folder}/RECORD");
    let lines: Vec<_> = entries.iter().map(record_line).collect();
    let lines = lines.concat();
    entries.push(Entry::file(&record, format!("{lines}{record},,\n")));
    Ok(Artifact {
        name: format!("{module}-{version}-py3-none-{}.whl", tags.join(".")),
        bytes: archive::zip(&entries)?,
    })
}

fn record_line(entry: &Entry) -> String {
    let digest = URL_SAFE_NO_PAD.encode(hmac_sha256::Hash::hash(&entry.bytes));
    format!("{},sha256={digest},{}\n", entry.path, entry.bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn record_line_has_digest_and_size() {
        let line = record_line(&Entry::file("a.py", ""));
        assert_eq!(line, "a.py,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\n");
    }
}
