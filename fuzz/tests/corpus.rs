//! Replays the committed inputs of every fuzz target without libFuzzer.
#![expect(clippy::disallowed_methods, reason = "the corpus is read from files")]

use std::collections::BTreeSet;
use std::panic::catch_unwind;
use std::path::Path;

use vestibule_fuzz::TARGETS;

/// Returns the file names in a directory of this package.
fn file_names(folder: &str) -> BTreeSet<String> {
    let entries = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn committed_inputs_satisfy_their_property() {
    for (target, check) in TARGETS {
        let folder = format!("corpus/{target}");
        for name in file_names(&folder) {
            let path = format!("{folder}/{name}");
            let bytes = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(&path)).unwrap();
            assert!(
                catch_unwind(|| check(&bytes)).is_ok(),
                "fuzz/{path} fails the target `{target}`"
            );
        }
    }
}

#[test]
fn every_target_has_a_program_and_a_corpus() {
    let targets: BTreeSet<_> = TARGETS.iter().map(|(target, _)| (*target).to_owned()).collect();
    assert_eq!(file_names("corpus"), targets);
    let programs = file_names("fuzz_targets");
    assert_eq!(programs, targets.iter().map(|target| format!("{target}.rs")).collect());
}
