use std::collections::BTreeMap;

use serde_json::value::RawValue;
use vestibule_json::{Object, Spacing, write};

/// What is an object here is one to `serde_json`, with the same members, and nothing else is.
pub fn json(bytes: &[u8]) {
    let ours = Object::read(bytes).map(Object::rest);
    match (&ours, members(bytes)) {
        (Ok(ours), Some(expected)) => {
            let written = write(&ours.members().collect::<Vec<_>>(), Spacing::Spaced);
            assert!(members(&written) == Some(expected), "its members are others");
        }
        (Ok(_), None) => panic!("it is no object"),
        (Err(error), Some(_)) => panic!("it is an object: {error}"),
        (Err(_), None) => {}
    }
}

/// Keys and JSON. Of a key that is there twice, the last counts.
fn members(bytes: &[u8]) -> Option<BTreeMap<String, String>> {
    let members: BTreeMap<String, &RawValue> = serde_json::from_slice(bytes).ok()?;
    Some(members.into_iter().map(|(key, json)| (key, json.get().to_owned())).collect())
}
