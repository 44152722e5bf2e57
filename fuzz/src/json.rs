use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use vestibule_types::json::{Error, UnknownMembers, from_slice_with_unknown, to_vec};

/// Objects are those of `serde_json`, and their unknown members are written back byte for byte.
pub fn json(bytes: &[u8]) {
    #[derive(Deserialize)]
    struct Nothing {}

    #[derive(Serialize)]
    struct Written {
        #[serde(flatten)]
        unknown: UnknownMembers,
    }

    match from_slice_with_unknown::<Nothing>(bytes) {
        Ok((Nothing {}, unknown)) => {
            let expected = members(bytes).expect("an object, though serde_json reads none");
            assert!(members(&to_vec(&Written { unknown })) == Some(expected), "its members differ");
        }
        Err(Error::TooLarge { .. }) => {}
        Err(error) => assert!(members(bytes).is_none(), "it is an object: {error}"),
    }
}

/// Returns the names and the JSON. Of a name that is there twice, the last counts.
fn members(bytes: &[u8]) -> Option<BTreeMap<String, String>> {
    let members: BTreeMap<String, &RawValue> = serde_json::from_slice(bytes).ok()?;
    Some(members.into_iter().map(|(key, json)| (key, json.get().to_owned())).collect())
}
