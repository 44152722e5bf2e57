//! Edits of the entries in the block of a key.

use expect_test::expect;
use vestibule_config::{Edit, SectionKind};

use crate::edit::{PROFILE, check, set_nested};

#[test]
fn set_nested_changes_the_entry_of_the_name() {
    let text = "[profile a]\ns3 =\n   X = 1 # one\n   y=2\n# c\nz = 3\n";
    check(
        text,
        &set_nested("a", "s3", "x", "9"),
        &expect![[r#"
        [profile a]
        s3 =
           X = 9
           y=2
        # c
        z = 3
    "#]],
    );
    check(
        text,
        &set_nested("a", "S3", "w", "9"),
        &expect![[r#"
        [profile a]
        s3 =
           X = 1 # one
           y=2
           w=9
        # c
        z = 3
    "#]],
    );
    check(
        text,
        &set_nested("a", "z", "w", "9"),
        &expect!["refused: `z` on line 6 has a value, so it cannot hold a block"],
    );
    check(
        text,
        &set_nested("a", "new", "w", "9"),
        &expect![[r#"
        [profile a]
        s3 =
           X = 1 # one
           y=2
        # c
        z = 3
        new =
            w = 9
    "#]],
    );
    check(
        "[profile a]\ns3 = # none yet\nx=1\n",
        &set_nested("a", "s3", "w", "9"),
        &expect![[r#"
        [profile a]
        s3 = # none yet
            w = 9
        x=1
    "#]],
    );
    check(
        "",
        &Edit::set_nested(SectionKind::Services, "local", "sts", "endpoint_url", "http://h"),
        &expect![[r#"
            [services local]
            sts =
                endpoint_url = http://h
        "#]],
    );
}

#[test]
fn removed_entry_leaves_the_rest_of_its_block() {
    let text = "[profile a]\ns3 =\n   X = 1 # one\n   # about y\n   y=2\nz = 3\n";
    check(
        text,
        &Edit::remove_nested(PROFILE, "a", "s3", "x"),
        &expect![[r#"
        [profile a]
        s3 =
           # about y
           y=2
        z = 3
    "#]],
    );
    check(
        "[profile a]\ns3 =\n   x = 1\nz = 3\n",
        &Edit::remove_nested(PROFILE, "a", "S3", "X"),
        &expect![[r#"
        [profile a]
        z = 3
    "#]],
    );
    for name in ["none", "z"] {
        check(
            text,
            &Edit::remove_nested(PROFILE, "a", "z", name),
            &expect![[r#"
            [profile a]
            s3 =
               X = 1 # one
               # about y
               y=2
            z = 3
        "#]],
        );
    }
}
