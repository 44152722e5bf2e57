//! Every law against every input that is kept, without libFuzzer.
#![expect(clippy::disallowed_methods, reason = "the corpus lies in files")]

use std::collections::BTreeSet;
use std::panic::catch_unwind;
use std::path::Path;

use vestibule_fuzz::LAWS;

/// What lies in a folder of this package.
fn names(folder: &str) -> BTreeSet<String> {
    let entries = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn every_kept_input_obeys_its_law() {
    for (law, holds) in LAWS {
        let folder = format!("corpus/{law}");
        for name in names(&folder) {
            let path = format!("{folder}/{name}");
            let bytes = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(&path)).unwrap();
            assert!(catch_unwind(|| holds(&bytes)).is_ok(), "fuzz/{path} breaks the law `{law}`");
        }
    }
}

#[test]
fn every_law_has_a_target_and_a_corpus() {
    let laws: BTreeSet<_> = LAWS.iter().map(|(law, _)| (*law).to_owned()).collect();
    assert_eq!(names("corpus"), laws);
    let targets = names("fuzz_targets");
    assert_eq!(targets, laws.iter().map(|law| format!("{law}.rs")).collect());
}
