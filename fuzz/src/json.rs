use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use vestibule_types::json::{Error, UnknownMembers, from_slice_with_unknown, to_vec};

/// Checks that objects are accepted exactly if `serde_json` accepts them, and that unknown members are
/// written back unchanged.
pub fn json(bytes: &[u8]) {
    #[derive(Deserialize)]
    struct Empty {}

    #[derive(Serialize)]
    struct Written {
        #[serde(flatten)]
        unknown: UnknownMembers,
    }

    match from_slice_with_unknown::<Empty>(bytes) {
        Ok((Empty {}, unknown)) => {
            let expected = members(bytes).expect("serde_json rejects the object");
            assert!(members(&to_vec(&Written { unknown })) == Some(expected), "the members differ");
        }
        Err(Error::TooLarge { .. }) => {}
        Err(error) => assert!(members(bytes).is_none(), "serde_json accepts the object: {error}"),
    }
}

/// Returns the members of an object as JSON text by name. The last member of a repeated name is used.
fn members(bytes: &[u8]) -> Option<BTreeMap<String, String>> {
    let members: BTreeMap<String, &RawValue> = serde_json::from_slice(bytes).ok()?;
    Some(members.into_iter().map(|(key, json)| (key, json.get().to_owned())).collect())
}
