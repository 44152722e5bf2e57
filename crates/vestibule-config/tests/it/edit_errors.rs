//! Errors of edits.

use expect_test::expect;
use vestibule_config::{Dialect, Document, Edit, SectionKind};

use crate::edit::{PROFILE, check, check_in, set, set_nested};

#[test]
fn text_that_is_not_read_back_is_an_error() {
    for value in ["a\nb", "a\rb", " a", "a\u{a0}", "# a", ";a", "a # b", "a\t;b"] {
        let refused = set("a", "x", value).apply(&Document::parse("", Dialect::Config));
        let message = refused.expect_err(value).to_string();
        assert!(message.starts_with("the value for `x` cannot be written: "), "{message}");
    }
    let empty = "";
    check(
        empty,
        &set("a", "x y", "1"),
        &expect!["refused: `x y` cannot be a key: only letters, digits and `_-/.%@:+` can"],
    );
    check(
        empty,
        &set("a", "", "1"),
        &expect!["refused: `` cannot be a key: only letters, digits and `_-/.%@:+` can"],
    );
    check(
        empty,
        &set("", "x", "1"),
        &expect![
            "refused: `` cannot name a section: it is empty, begins or ends with a blank, or contains a control character"
        ],
    );
    check(
        empty,
        &set("a\tb", "x", "1"),
        &expect![
            "refused: `a\\tb` cannot name a section: it is empty, begins or ends with a blank, or contains a control character"
        ],
    );
    check(
        empty,
        &set("a]", "x", "1"),
        &expect!["refused: `a]` cannot name a section: it contains a `]`"],
    );
    check_in(
        Dialect::Credentials,
        empty,
        &set("a b", "x", "1"),
        &expect![
            "refused: `a b` cannot name a section: in the credentials file only letters, digits and `_-/.%@:+` can"
        ],
    );
    let session = Edit::add_section(SectionKind::SsoSession, "s");
    check_in(
        Dialect::Credentials,
        empty,
        &session,
        &expect!["refused: `s` cannot name a section: the credentials file holds profiles only"],
    );
}

#[test]
fn existing_section_with_unwritable_name_can_be_changed() {
    let text = "[profile 'a]b']\nx = 1\n";
    check(
        text,
        &set("a]b", "x", "2"),
        &expect![[r#"
        [profile 'a]b']
        x = 2
    "#]],
    );
    check(text, &Edit::remove_section(PROFILE, "a]b"), &expect![[""]]);
}

#[test]
fn edit_of_a_section_with_syntax_error_is_an_error() {
    let broken = "[profile a]\nnonsense\n[profile b]\n[profile c\n";
    check(
        broken,
        &set("a", "x", "1"),
        &expect!["refused: a line of the section has a syntax error"],
    );
    check(
        broken,
        &set("b", "x", "1"),
        &expect![[r#"
        [profile a]
        nonsense
        [profile b]
        x = 1
        [profile c
    "#]],
    );
    check(
        broken,
        &set("d", "x", "1"),
        &expect!["refused: a line of the section has a syntax error"],
    );
    check(
        "[profile a]\nx = 1\n  [profile b]\n",
        &set("a", "x", "1"),
        &expect!["refused: a line of the section has a syntax error"],
    );
}

#[test]
fn file_that_is_not_utf8_is_not_edited() {
    for bytes in [&b"[profile a]\n# \xe9\n"[..], b"\xff\xfe[\0a\0]\0\n\0"] {
        let document = Document::parse_bytes(bytes, Dialect::Config);
        let refused = set("a", "x", "1").apply(&document).unwrap_err();
        expect!["the file is not UTF-8"].assert_eq(&refused.to_string());
    }
}

#[test]
fn edit_that_swallows_another_section_is_an_error() {
    let text = "[profile a]\n  [profile b]\ny = 2\n";
    check(
        text,
        &set("a", "x", "1"),
        &expect!["refused: the change would alter how other lines of the file are read"],
    );
    check(
        &format!("[default]\nz = 1\n{text}"),
        &Edit::remove_section(PROFILE, "a"),
        &expect!["refused: the change would alter how other lines of the file are read"],
    );
}

#[test]
fn debug_output_has_no_value() {
    let edit = format!("{:?} {:?}", set("a", "x", "SECRET"), set_nested("a", "x", "y", "SECRET"));
    expect![[r#"Edit(set x in profile "a") Edit(set in block x in profile "a")"#]].assert_eq(&edit);
}
