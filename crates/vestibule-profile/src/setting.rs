//! One value as written, and its conversions.

use std::borrow::Cow;
use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use vestibule_types::{InvalidName, Vars, printable_short};

use crate::error::{Error, ErrorKind};

use crate::{Origin, Profile, Sourced};

/// A value as written in a file or in the environment. Never empty. Cheap to clone.
///
/// `Debug` shows the key and the origin, not the text, which may be a secret.
#[derive(Clone)]
pub struct Setting<'a>(Arc<Inner<'a>>);

struct Inner<'a> {
    key: Cow<'a, str>,
    text: Cow<'a, str>,
    origin: Origin,
}

impl<'a> Setting<'a> {
    /// Creates a setting. `None` if the text is empty, which means not set.
    pub(crate) fn new(
        key: impl Into<Cow<'a, str>>,
        text: impl Into<Cow<'a, str>>,
        origin: Origin,
    ) -> Option<Self> {
        let text = text.into();
        (!text.is_empty()).then(|| Self(Arc::new(Inner { key: key.into(), text, origin })))
    }
}

impl Setting<'_> {
    /// Returns the key, as written in the file.
    pub fn key(&self) -> &str {
        &self.0.key
    }

    /// Returns the value, which may be a secret.
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// Returns the origin.
    pub fn origin(&self) -> &Origin {
        &self.0.origin
    }

    /// Copies borrowed texts.
    pub(crate) fn into_static(self) -> Setting<'static> {
        let (key, text) = (self.key().to_owned().into(), self.text().to_owned().into());
        Setting(Arc::new(Inner { key, text, origin: self.origin().clone() }))
    }

    /// Returns the text with its origin.
    pub(crate) fn owned(self) -> Sourced<String> {
        self.with_value(self.text().to_owned())
    }

    /// Returns a value that was made of the text, with its origin.
    fn with_value<T>(&self, value: T) -> Sourced<T> {
        Sourced::new(value, self.origin().clone())
    }

    /// Returns the text for a message: printable and truncated.
    pub(crate) fn truncated(&self) -> Sourced<String> {
        self.with_value(printable_short(self.text(), 80))
    }

    /// Parses a name.
    pub(crate) fn name<T>(self) -> Result<Sourced<T>, Error>
    where
        T: FromStr<Err = InvalidName>,
    {
        match self.text().parse() {
            Ok(value) => Ok(self.with_value(value)),
            Err(InvalidName { what, rule, .. }) => Err(self.invalid(what, rule)),
        }
    }

    /// Checks that a key has only visible ASCII characters. Text that was copied from a web page may
    /// contain a space without width.
    pub(crate) fn check_visible(&self) -> Result<(), Error> {
        let mut characters = self.text().chars().enumerate();
        let invalid = characters.find(|(_, character)| !character.is_ascii_graphic());
        let Some((index, character)) = invalid else { return Ok(()) };
        let origin = self.origin().after(index);
        let key = self.key().to_owned();
        Err(ErrorKind::InvalidCharacter { key, character, origin }.into())
    }

    /// Parses `true` or `false`, without regard to case.
    pub(crate) fn boolean(self) -> Result<Sourced<bool>, Error> {
        let value = match self.text() {
            text if text.eq_ignore_ascii_case("true") => true,
            text if text.eq_ignore_ascii_case("false") => false,
            _ => return Err(self.invalid("a boolean", "`true` or `false`")),
        };
        Ok(self.with_value(value))
    }

    /// Parses decimal digits, in the range of the type.
    pub(crate) fn number<T: FromStr>(
        self,
        what: &'static str,
        rule: &'static str,
    ) -> Result<Sourced<T>, Error> {
        let digits = Some(self.text()).filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
        match digits.and_then(|digits| digits.parse().ok()) {
            Some(value) => Ok(self.with_value(value)),
            None => Err(self.invalid(what, rule)),
        }
    }

    /// Parses a duration in whole seconds.
    pub(crate) fn seconds(self) -> Result<Sourced<Duration>, Error> {
        let seconds = self.number::<u32>("a duration", "whole seconds")?;
        Ok(seconds.map(|seconds| Duration::from_secs(seconds.into())))
    }

    /// Parses a number of attempts, the first included.
    pub(crate) fn attempts(self) -> Result<Sourced<NonZeroU32>, Error> {
        self.number("a number of attempts", "1 or more")
    }

    /// Parses one of a few words, without regard to case.
    pub(crate) fn word<T: Copy>(
        self,
        words: &[(&str, T)],
        what: &'static str,
        rule: &'static str,
    ) -> Result<Sourced<T>, Error> {
        match words.iter().find(|(word, _)| self.text().eq_ignore_ascii_case(word)) {
            Some(&(_, value)) => Ok(self.with_value(value)),
            None => Err(self.invalid(what, rule)),
        }
    }

    /// Returns the error of an invalid value: `what` it should be, with its article, and the `rule` for a
    /// valid one.
    pub fn invalid(&self, what: &'static str, rule: &'static str) -> Error {
        let key = self.key().to_owned();
        ErrorKind::InvalidValue {
            key,
            value: printable_short(self.text(), 80),
            what,
            rule,
            origin: self.origin().clone(),
        }
        .into()
    }
}

impl fmt::Debug for Setting<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Setting({} at {:#})", self.key(), self.origin())
    }
}

/// Looks up settings in the environment, then in the profile.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lookup<'a> {
    pub(crate) vars: &'a Vars,
    pub(crate) profile: Option<&'a Profile<'a>>,
}

impl<'a> Lookup<'a> {
    pub(crate) fn find(self, variables: &[&'static str], key: &'static str) -> Option<Setting<'a>> {
        let variable = self
            .vars
            .first(variables)
            .and_then(|(name, text)| Setting::new(key, text, Origin::Variable(name.into())));
        variable.or_else(|| self.profile?.get(key))
    }
}

#[cfg(test)]
mod tests {
    use vestibule_types::Region;

    use super::*;

    fn setting(text: &str) -> Setting<'_> {
        Setting::new("key", text, Origin::Variable("VAR".into())).unwrap()
    }

    #[test]
    fn boolean_is_true_or_false_in_any_case() {
        assert!(setting("TRUE").boolean().unwrap().value);
        assert!(!setting("False").boolean().unwrap().value);
        assert_eq!(
            setting("yes").boolean().unwrap_err().to_string(),
            "`key` is `yes`, which is not a boolean: expected `true` or `false` (VAR)"
        );
    }

    #[test]
    fn number_with_anything_but_digits_is_an_error() {
        let number =
            |text| setting(text).number::<u32>("a number", "digits").map(|number| number.value);
        assert_eq!(number("007").unwrap(), 7);
        for text in ["+7", "-7", "7x", "0x7", " 7", "7.0", "4294967296"] {
            assert!(number(text).is_err(), "{text}");
        }
    }

    #[test]
    fn invalid_name_is_an_error_with_its_rule() {
        assert_eq!(
            setting("us east").name::<Region>().unwrap_err().to_string(),
            "`key` is `us east`, which is not a region: expected a name such as `us-east-1` (VAR)"
        );
    }

    #[test]
    fn setting_debug_hides_the_text() {
        assert_eq!(format!("{:?}", setting("hush")), "Setting(key at VAR)");
    }
}
