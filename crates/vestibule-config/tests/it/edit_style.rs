//! Edits: the indent and spacing of a new line.

use expect_test::expect;
use vestibule_config::{Dialect, Document};

use crate::edit::{check, set};

#[test]
fn empty_value_is_set_in_the_style_of_the_line() {
    check(
        "[profile a]\nx =\n",
        &set("a", "x", "1"),
        &expect![[r#"
        [profile a]
        x = 1
    "#]],
    );
    check(
        "[profile a]\nx=\n",
        &set("a", "x", "1"),
        &expect![[r#"
        [profile a]
        x=1
    "#]],
    );
    check(
        "[profile a]\nx = # c\n",
        &set("a", "x", "1"),
        &expect![[r#"
        [profile a]
        x = 1 # c
    "#]],
    );
    check(
        "[profile a]\nx=\t ; c\n",
        &set("a", "x", "1"),
        &expect![[r#"
        [profile a]
        x=␉1 ; c
    "#]],
    );
    check(
        "[profile a]\nx = 1 # c\n",
        &set("a", "x", ""),
        &expect![[r#"
        [profile a]
        x =  # c
    "#]],
    );
}

#[test]
fn new_key_has_the_style_of_the_last_key() {
    check(
        "[profile a]\nx=1\n\n# about b\n[profile b]\n",
        &set("a", "y", "2"),
        &expect![[r#"
        [profile a]
        x=1
        y=2

        # about b
        [profile b]
    "#]],
    );
    check(
        "[profile a]\n  x   = 1\n[profile b]\n",
        &set("a", "y", "2"),
        &expect![[r#"
        [profile a]
          x   = 1
          y   = 2
        [profile b]
    "#]],
    );
    check(
        "[profile a]\r\ns3 =\r\n  x = 1\r\n",
        &set("a", "y", "2"),
        &expect![[r#"
        [profile a]␍
        s3 =␍
          x = 1␍
        y = 2␍
    "#]],
    );
    check(
        "[profile a]\n# note\n\n[profile b]\n",
        &set("a", "y", "2"),
        &expect![[r#"
        [profile a]
        y = 2
        # note

        [profile b]
    "#]],
    );
    check(
        "[profile a]",
        &set("a", "y", "2"),
        &expect![[r#"
        [profile a]
        y = 2"#]],
    );
    check(
        "[profile a]\nx = 1",
        &set("a", "y", ""),
        &expect![[r#"
        [profile a]
        x = 1
        y ="#]],
    );
    check(
        "[default]\nx = 1\n[profile default]\n",
        &set("default", "y", "2"),
        &expect![[r#"
        [default]
        x = 1
        [profile default]
        y = 2
    "#]],
    );
}

#[test]
fn new_property_has_the_spacing_of_the_one_above() {
    check(
        "[profile a]\n x=  1\n",
        &set("a", "y", "2"),
        &expect![[r#"
        [profile a]
         x=  1
         y=  2
    "#]],
    );
}

#[test]
fn new_property_has_the_indent_of_an_ignored_line_above() {
    check(
        "[profile a]\n  x y = 1\n",
        &set("a", "z", "2"),
        &expect![[r#"
        [profile a]
          x y = 1
          z = 2
    "#]],
    );
}

/// Only spaces and tabs are: a no-break space is a mistake that is not visible.
#[test]
fn spacing_of_other_characters_is_not_copied() {
    let document = Document::parse("[profile a]\nx\u{a0}=\u{a0}1\n", Dialect::Config);
    let edited = set("a", "y", "2").apply(&document).unwrap();
    assert_eq!(edited.text(), "[profile a]\nx\u{a0}=\u{a0}1\ny = 2\n");
}
