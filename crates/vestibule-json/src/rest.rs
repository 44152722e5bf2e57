use std::fmt;

use zeroize::Zeroizing;

use crate::{Member, Value};

/// What others put into an object: kept for them, and wiped like a secret, since it may be one.
///
/// `Debug` shows the keys alone.
#[derive(Clone, Default)]
pub struct Rest(Vec<(String, Zeroizing<String>)>);

impl Rest {
    /// Keys and JSON.
    pub(crate) fn new(members: Vec<(String, Zeroizing<String>)>) -> Self {
        Self(members)
    }

    /// The members, as they were and in their order.
    pub fn members(&self) -> impl Iterator<Item = Member<'_>> {
        self.0.iter().map(|(key, json)| (key.as_str(), Value::Json(json)))
    }
}

impl fmt::Debug for Rest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.iter().map(|(key, _)| key)).finish()
    }
}
