//! What holds for any text; `serde_json` says what JSON is.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::Value as Json;
use serde_json::value::RawValue;
use vestibule_json::{Object, Spacing, Unreadable, Value, write};

/// Any JSON.
fn json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<f64>().prop_map(Json::from),
        any::<String>().prop_map(Json::from),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            prop::collection::hash_map("[a-c]{1,2}", inner, 0..4)
                .prop_map(|members| members.into_iter().collect()),
        ]
    })
}

/// JSON, and what is nearly JSON.
fn text() -> impl Strategy<Value = Vec<u8>> {
    let pretty = json().prop_map(|json| format!("{json:#}"));
    let plain = json().prop_map(|json| json.to_string());
    let text = prop_oneof![pretty, plain].prop_map(String::into_bytes);
    let patch = prop::sample::select(br#"{}[]",:\u0123456789abcdefEnrt+-. "#.to_vec());
    prop_oneof![
        text.clone(),
        (text, any::<prop::sample::Index>(), prop_oneof![patch, any::<u8>()]).prop_map(
            |(mut text, at, byte)| {
                let at = at.index(text.len());
                text[at] = byte;
                text
            }
        ),
        "[{}\\[\\]\",:\\\\u0-9a-fEnrt+\\-. ]{0,24}".prop_map(String::into_bytes),
        any::<Vec<u8>>(),
    ]
}

proptest! {
    #[test]
    fn what_is_an_object_is_agreed_on(text in text()) {
        let expected = serde_json::from_slice::<BTreeMap<String, &RawValue>>(&text);
        match (Object::read(&text), expected) {
            (Ok(object), Ok(expected)) => {
                let rest = object.rest();
                let written = write(&rest.members().collect::<Vec<_>>(), Spacing::Compact);
                let again: BTreeMap<String, &RawValue> = serde_json::from_slice(&written).unwrap();
                let all = |of: BTreeMap<String, &RawValue>| -> Vec<_> {
                    of.into_iter().map(|(key, json)| (key, json.get().to_owned())).collect()
                };
                prop_assert_eq!(all(again), all(expected));
            }
            (Ok(object), Err(error)) => prop_assert!(false, "{object:?} read in spite of {error}"),
            (Err(error), Ok(_)) => prop_assert!(false, "{error}, though it is"),
            (Err(error), Err(_)) => {
                let json = serde_json::from_slice::<&RawValue>(&text);
                prop_assert_eq!(json.is_ok(), error == Unreadable::NotAnObject);
            }
        }
    }

    #[test]
    fn a_value_is_read_as_what_it_is(value in json()) {
        let text = serde_json::json!({ "k": value }).to_string();
        let read = || Object::read(text.as_bytes()).unwrap();
        match &value {
            Json::Null => prop_assert!(!read().has("k")),
            Json::String(text) if text.is_empty() => prop_assert_eq!(read().text("k"), Ok(None)),
            Json::String(text) => prop_assert_eq!(read().text("k"), Ok(Some(text.clone()))),
            Json::Number(number) => {
                prop_assert_eq!(read().number("k", "a number").ok(), Some(number.as_f64()));
                prop_assert_eq!(read().number("k", "a number").ok().flatten(), number.as_i64());
            }
            Json::Array(all) => {
                let texts = all.iter().map(|one| one.as_str().map(str::to_owned)).collect();
                prop_assert_eq!(read().texts("k").ok(), texts);
                let are_objects = all.iter().all(Json::is_object);
                prop_assert_eq!(read().required_objects("k").is_ok(), are_objects);
            }
            Json::Object(_) => prop_assert!(read().required_object("k").is_ok()),
            Json::Bool(_) => prop_assert!(read().text("k").is_err()),
        }
    }

    #[test]
    fn any_part_of_an_object_is_torn(value in json(), at in any::<prop::sample::Index>()) {
        let text = serde_json::json!({ "k": value, "é": 1.5e-300 }).to_string();
        let end = at.index(text.len());
        prop_assert_eq!(Object::read(&text.as_bytes()[..end]).unwrap_err(), Unreadable::Torn);
    }

    #[test]
    fn any_text_is_read_back(text in any::<String>(), key in any::<String>()) {
        let texts = [text.clone(), key.clone()];
        let inner = [("texts", Value::Texts(&texts))];
        let members = [(key.as_str(), Value::Text(&text)), ("\u{0}", Value::Object(&inner))];
        for spacing in [Spacing::Spaced, Spacing::Compact] {
            let written = write(&members, spacing);
            prop_assert!(written.is_ascii());
            let read: Json = serde_json::from_slice(&written).unwrap();
            let mut expected = serde_json::Map::new();
            expected.insert(key.clone(), Json::from(text.clone()));
            expected.insert("\u{0}".into(), serde_json::json!({ "texts": texts }));
            prop_assert_eq!(read, Json::from(expected));
        }
    }

    #[test]
    fn no_error_repeats_a_value(value in "secret[a-z]{8}", text in text()) {
        let text = [text, value.clone().into_bytes()].concat();
        let shown = format!("{:?}", Object::read(&text).err());
        prop_assert!(!shown.contains(&value));
    }
}
