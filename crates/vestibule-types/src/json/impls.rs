//! `Deserialize` for the types of this crate, and `Serialize` for those that are not secret.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer, Error, Unexpected, Visitor};
use serde::ser::{Serialize, Serializer};

use crate::{
    AccessToken, AccountId, AuthorizationCode, ClientSecret, CodeVerifier, DeviceCode,
    RefreshToken, Region, RoleName, Secret, SecretAccessKey, SessionToken, StartUrl, Timestamp,
};

/// Takes a text over without a copy of it.
struct TextVisitor<T>(PhantomData<T>);

impl<T: From<String>> Visitor<'_> for TextVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E>(self, text: &str) -> Result<T, E> {
        Ok(text.to_owned().into())
    }

    fn visit_string<E>(self, text: String) -> Result<T, E> {
        Ok(text.into())
    }
}

macro_rules! secrets {
    ($($name:ident)*) => {$(
        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self::new(text)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_string(TextVisitor(PhantomData))
            }
        }
    )*};
}

secrets! {
    Secret SecretAccessKey SessionToken AccessToken RefreshToken ClientSecret DeviceCode
    AuthorizationCode CodeVerifier
}

/// Parses a text, of which no error repeats a part.
struct ParsedVisitor<T>(&'static str, PhantomData<T>);

impl<T: FromStr> Visitor<'_> for ParsedVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(|_| E::invalid_value(Unexpected::Other("another text"), &self))
    }
}

macro_rules! parsed {
    ($($name:ident $expected:literal)*) => {$(
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(ParsedVisitor($expected, PhantomData))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
    )*};
}

parsed! {
    AccountId "an account id"
    Region "a region"
    RoleName "a role name"
    StartUrl "a start URL"
    Timestamp "a point in time"
}
