//! JSON objects, from outside: properties that hold for any text.
#![cfg(feature = "json")]

mod json;
