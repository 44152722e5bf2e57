//! An object in a file, whose known members are taken out one by one and whose others are kept.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::error::Category;
use serde_json::value::RawValue;
use vestibule_cache::Unreadable;
use zeroize::Zeroizing;

/// Files are a few kilobytes; more than this is none.
const MOST: usize = 1 << 20;

/// Members that were not taken, wiped when dropped: they may be secrets.
#[derive(Clone, Default)]
pub(crate) struct Object(BTreeMap<String, Zeroizing<String>>);

impl Object {
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, Unreadable> {
        if MOST < bytes.len() {
            return Err(Unreadable::TooLarge { length: bytes.len(), most: MOST });
        }
        // The text of serde's error may repeat a value, so its kind and place are all that is used.
        let members: BTreeMap<String, &RawValue> =
            serde_json::from_slice(bytes).map_err(|error| match error.classify() {
                Category::Eof => Unreadable::Torn,
                Category::Data => Unreadable::NotAnObject,
                Category::Syntax | Category::Io => {
                    Unreadable::NotJson { line: error.line(), column: error.column() }
                }
            })?;
        let keep = |(key, json): (String, &RawValue)| (key, Zeroizing::new(json.get().to_owned()));
        Ok(Self(members.into_iter().map(keep).collect()))
    }

    /// A text; `null` and the empty one count as absent.
    pub(crate) fn text(
        &mut self,
        key: &'static str,
    ) -> Result<Option<Zeroizing<String>>, Unreadable> {
        let Some(json) = self.take(key) else { return Ok(None) };
        let text: String = serde_json::from_str(&json)
            .map_err(|_| Unreadable::Wrong { key, expected: "a string" })?;
        Ok(Some(Zeroizing::new(text)).filter(|text| !text.is_empty()))
    }

    /// A text that must be there.
    pub(crate) fn required(&mut self, key: &'static str) -> Result<Zeroizing<String>, Unreadable> {
        self.text(key)?.ok_or(Unreadable::Missing { key })
    }

    /// An object that must be there.
    pub(crate) fn object(&mut self, key: &'static str) -> Result<Self, Unreadable> {
        let json = self.take(key).ok_or(Unreadable::Missing { key })?;
        Self::read(json.as_bytes()).map_err(|_| Unreadable::Wrong { key, expected: "an object" })
    }

    /// What was not taken: key and JSON.
    pub(crate) fn members(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, json)| (key.as_str(), json.as_str()))
    }

    /// Keys count in any case, as in the SDK for Rust; as we write it, one wins over the others,
    /// and takes them with it.
    fn take(&mut self, key: &str) -> Option<Zeroizing<String>> {
        let names: Vec<_> =
            self.0.keys().filter(|name| name.eq_ignore_ascii_case(key)).cloned().collect();
        let mut found = None;
        for name in names {
            let json = self.0.remove(&name);
            if found.is_none() || name == key {
                found = json;
            }
        }
        found.filter(|json| json.as_str() != "null")
    }
}

impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
