//! Members of answers, checked as they are read.

use std::str::FromStr;

use serde::de::Error;
use serde::{Deserialize, Deserializer};
use vestibule_types::{SecretAccessKey, SessionToken, Timestamp};

/// A text that every header and every shell variable can carry.
pub(crate) fn printable<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let text = String::deserialize(from)?;
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(text)
    } else {
        Err(D::Error::custom("not a key"))
    }
}

pub(crate) fn secret_access_key<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<SecretAccessKey, D::Error> {
    printable(from).map(SecretAccessKey::new)
}

pub(crate) fn session_token<'de, D: Deserializer<'de>>(from: D) -> Result<SessionToken, D::Error> {
    printable(from).map(SessionToken::new)
}

/// Milliseconds since the epoch, and after it.
pub(crate) fn moment<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
    let millis = i64::deserialize(from)?;
    let at = Timestamp::from_unix_millis(millis).ok().filter(|at| Timestamp::EPOCH < *at);
    at.ok_or_else(|| D::Error::custom("not a point in time"))
}

/// A name of `vestibule-types`.
pub(crate) fn name<'de, D: Deserializer<'de>, T: FromStr>(from: D) -> Result<T, D::Error> {
    String::deserialize(from)?.parse().map_err(|_| D::Error::custom("not such a name"))
}

/// A text that may be absent, `null` or empty.
pub(crate) fn optional<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<String>::deserialize(from)?.filter(|text| !text.is_empty()))
}
