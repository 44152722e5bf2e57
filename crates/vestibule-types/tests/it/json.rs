//! Properties of [`vestibule_types::json`], with `serde_json` as the measure of what JSON is.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use vestibule_types::json::{Error, UnknownMembers, from_slice_with_unknown, to_vec};

/// An object with one member that is known.
#[derive(Deserialize, Serialize)]
struct Object {
    #[serde(skip_serializing_if = "Option::is_none")]
    known: Option<String>,
}

#[derive(Serialize)]
struct Written {
    #[serde(flatten)]
    unknown: UnknownMembers,
}

/// Returns any JSON.
fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map("[a-c]{1,2}", inner, 0..4)
                .prop_map(|members| members.into_iter().collect()),
        ]
    })
}

/// Returns JSON, and text that is nearly JSON.
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

fn members(text: &[u8]) -> Option<BTreeMap<String, String>> {
    let members: BTreeMap<String, &RawValue> = serde_json::from_slice(text).ok()?;
    Some(members.into_iter().map(|(key, json)| (key, json.get().to_owned())).collect())
}

proptest! {
    #[test]
    fn unknown_members_of_any_object_are_kept_byte_for_byte(text in text()) {
        match from_slice_with_unknown::<Object>(&text) {
            Ok((object, unknown)) if object.known.is_none() => {
                prop_assert_eq!(members(&to_vec(&Written { unknown })), members(&text));
            }
            Ok(_) => {}
            Err(Error::NotAnObject) => prop_assert_eq!(members(&text), None),
            Err(_) => prop_assert!(serde_json::from_slice::<&RawValue>(&text).is_err()),
        }
    }

    #[test]
    fn any_start_of_an_object_is_truncated(value in json(), at in any::<prop::sample::Index>()) {
        let text = serde_json::json!({ "k": value, "é": 1.5e-300 }).to_string();
        let end = at.index(text.len());
        let error = from_slice_with_unknown::<Object>(&text.as_bytes()[..end]).map(|_| ());
        prop_assert_eq!(error, Err(Error::Truncated));
    }

    #[test]
    fn errors_repeat_no_value(value in "secret[a-z]{8}", text in text()) {
        let wrong_type = serde_json::json!({ "known": [value] }).to_string().into_bytes();
        for text in [[text, value.clone().into_bytes()].concat(), wrong_type] {
            let shown = format!("{:?}", from_slice_with_unknown::<Object>(&text).map(|_| ()));
            prop_assert!(!shown.contains(&value), "{shown}");
        }
    }
}
