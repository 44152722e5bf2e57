use std::fmt;

use serde::ser::{Error as _, Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use super::parse::Members;

/// Members that other tools wrote into an object, kept byte for byte and in their order.
///
/// They may be secret, so they are wiped when dropped, and `Debug` shows the names alone.
/// To write them back, put them at the end of a struct with `#[serde(flatten)]`.
#[derive(Clone, Default)]
pub struct UnknownMembers(Vec<(String, Zeroizing<String>)>);

impl UnknownMembers {
    pub(super) fn new(members: Members<'_>) -> Self {
        let keep = |(name, value): (String, &RawValue)| (name, value.get().to_owned().into());
        Self(members.into_iter().map(keep).collect())
    }

    /// Returns the JSON text of the first member of this name, in any case.
    pub fn get(&self, key: &str) -> Option<&str> {
        let found = self.0.iter().find(|(name, _)| name.eq_ignore_ascii_case(key));
        found.map(|(_, json)| json.as_str())
    }

    pub(super) fn serialize_into<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        for (name, json) in &self.0 {
            let value: &RawValue = serde_json::from_str(json).map_err(M::Error::custom)?;
            map.serialize_entry(name, value)?;
        }
        Ok(())
    }
}

impl Serialize for UnknownMembers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        self.serialize_into(&mut map)?;
        map.end()
    }
}

impl fmt::Debug for UnknownMembers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}
