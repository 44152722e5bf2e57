//! Vestibule's result for two files, in the JSON shape of a subject.

use serde_json::{Map, Value, json};
use vestibule_config::SectionKind;

use super::input::Input;
use crate::secrets_check::Visible;
use crate::suites::config_files::{self, nested};

/// The JSON shape of a subject's responses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Blocks are maps; a file that cannot be parsed is an error that names the file.
    Botocore,
    /// Keys of a block are flattened to `block.key`.
    Js,
}

/// Parses two files with vestibule.
pub(super) fn parse(shape: Shape, input: &Input) -> Value {
    let mut visible = Visible::default();
    let bytes = |file: &Option<Vec<u8>>| file.clone().unwrap_or_default();
    let files = config_files::parse(bytes(&input.config), bytes(&input.credentials), &mut visible);
    if let Err((file, _)) = config_files::first_error(&files, &mut visible) {
        return json!({ "error": file });
    }
    let section = |kind| config_files::sections(&files, kind, nested);
    let found = [
        ("profiles", config_files::profiles(&files, nested)),
        ("sso_sessions", section(SectionKind::SsoSession)),
        ("services", section(SectionKind::Services)),
    ];
    let found = found.into_iter().map(|(kind, sections)| match shape {
        Shape::Botocore => (kind.to_owned(), sections),
        Shape::Js => (kind.to_owned(), map_sections(sections, flatten_blocks)),
    });
    found.collect()
}

fn map_sections(sections: Value, change: fn(Value) -> Value) -> Value {
    match sections {
        Value::Object(sections) => {
            sections.into_iter().map(|(name, keys)| (name, change(keys))).collect()
        }
        other => other,
    }
}

fn flatten_blocks(keys: Value) -> Value {
    let Value::Object(keys) = keys else { return keys };
    let mut flat = Map::new();
    for (key, value) in keys {
        match value {
            Value::Object(block) => {
                let block = block.into_iter().map(|(name, value)| (format!("{key}.{name}"), value));
                flat.extend(block);
            }
            value => {
                flat.insert(key, value);
            }
        }
    }
    flat.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(shape: Shape, config: &str, expected: &Value) {
        let input = Input { config: Some(config.into()), credentials: None };
        assert_eq!(&parse(shape, &input), expected);
    }

    #[test]
    fn blocks_have_the_shape_of_the_subject() {
        let text = "[default]\na = 1\ns3 =\n  x = 2\n";
        let whole = |keys: Value| json!({ "profiles": { "default": keys }, "sso_sessions": {}, "services": {} });
        check(Shape::Botocore, text, &whole(json!({ "a": "1", "s3": { "x": "2" } })));
        check(Shape::Js, text, &whole(json!({ "a": "1", "s3.x": "2" })));
        check(Shape::Js, "[default\n", &json!({ "error": "config" }));
    }
}
