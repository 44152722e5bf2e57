//! The bill of materials of each program: the crates that are linked into it.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use super::release::{Artifact, Release, Target};
use crate::cross::{PROGRAMS, Program};
use crate::run::cargo;
use crate::sbom;

/// Makes a bill for each program, for all of these targets together.
pub(super) fn bills(release: &Release, targets: &[Target]) -> Result<Vec<Artifact>> {
    let bill = |program: &Program| {
        let mut bill: Value = serde_json::from_str(&sbom::read(program.package)?)?;
        keep(&mut bill, &linked(program, targets)?)?;
        make_reproducible(&mut bill, release);
        Ok(Artifact {
            name: format!("{}-{}.cdx.json", program.name, release.version),
            bytes: serde_json::to_vec_pretty(&bill)?,
        })
    };
    PROGRAMS.iter().map(bill).collect()
}

/// Returns the crates that are linked into a program on any of these targets, as `NAME@VERSION`.
fn linked(program: &Program, targets: &[Target]) -> Result<BTreeSet<String>> {
    let mut linked = BTreeSet::new();
    for target in targets {
        let tree = cargo(["tree", "--locked", "--edges", "normal,no-proc-macro"])
            .args(["--prefix", "none", "--package", program.package])
            .args(["--features", program.features, "--target", &target.triple])
            .read()?;
        linked.extend(tree.lines().filter_map(|line| {
            let mut words = line.split(' ');
            Some(format!("{}@{}", words.next()?, words.next()?.strip_prefix('v')?))
        }));
    }
    Ok(linked)
}

/// Removes all other crates, such as those of other platforms and of tests.
fn keep(bill: &mut Value, linked: &BTreeSet<String>) -> Result<()> {
    let package = |component: &Value| -> String {
        let text = |key: &str| component[key].as_str().unwrap_or_default();
        format!("{}@{}", text("name"), text("version"))
    };
    let mut references = BTreeSet::new();
    let mut listed = BTreeSet::new();
    let root = bill["metadata"]["component"]["components"].as_array().cloned().unwrap_or_default();
    for component in root.iter().chain(bill["components"].as_array().into_iter().flatten()) {
        if linked.contains(&package(component)) {
            references.insert(component["bom-ref"].clone().to_string());
            listed.insert(package(component));
        }
    }
    let missing: Vec<_> = linked.difference(&listed).collect();
    ensure!(missing.is_empty(), "the bill of materials lacks {missing:?}");
    let is_kept = |reference: &Value| references.contains(&reference.to_string());
    retain(&mut bill["components"], |component| is_kept(&component["bom-ref"]));
    retain(&mut bill["dependencies"], |dependency| is_kept(&dependency["ref"]));
    for dependency in bill["dependencies"].as_array_mut().into_iter().flatten() {
        retain(&mut dependency["dependsOn"], is_kept);
    }
    Ok(())
}

fn retain(array: &mut Value, is_kept: impl Fn(&Value) -> bool) {
    if let Some(items) = array.as_array_mut() {
        items.retain(is_kept);
    }
}

/// Replaces what differs in every run, or with the user who makes the release.
fn make_reproducible(bill: &mut Value, release: &Release) {
    if let Some(members) = bill.as_object_mut() {
        members.remove("serialNumber");
    }
    bill["metadata"]["timestamp"] = release.rfc3339.clone().into();
    bill["metadata"]["authors"] = json!([{ "name": "The authors of vestibule" }]);
    sort_arrays(bill);
}

/// The arrays of the bill are sets, in another order in every run.
fn sort_arrays(value: &mut Value) {
    match value {
        Value::Array(items) => {
            items.iter_mut().for_each(sort_arrays);
            items.sort_by_cached_key(Value::to_string);
        }
        Value::Object(members) => members.values_mut().for_each(sort_arrays),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bill() -> Value {
        json!({
            "metadata": { "component": { "components": [
                { "bom-ref": "r-1", "name": "r", "version": "1" },
            ] } },
            "components": [
                { "bom-ref": "a-1", "name": "a", "version": "1" },
                { "bom-ref": "b-1", "name": "b", "version": "1" },
            ],
            "dependencies": [
                { "ref": "r-1", "dependsOn": ["a-1", "b-1"] },
                { "ref": "b-1", "dependsOn": [] },
            ],
        })
    }

    #[test]
    fn crates_that_are_not_linked_are_removed_with_what_refers_to_them() {
        let mut bill = bill();
        keep(&mut bill, &BTreeSet::from(["r@1".to_owned(), "a@1".to_owned()])).unwrap();
        assert_eq!(bill["components"].as_array().unwrap().len(), 1);
        assert_eq!(bill["dependencies"], json!([{ "ref": "r-1", "dependsOn": ["a-1"] }]));
    }

    #[test]
    fn linked_crate_that_the_bill_lacks_is_an_error() {
        let error = keep(&mut bill(), &BTreeSet::from(["c@1".to_owned()])).unwrap_err();
        assert!(error.to_string().contains("c@1"));
    }
}
