//! Edits: the text before and after.

use expect_test::{Expect, expect};
use vestibule_config::{Dialect, Document, Edit, SectionKind};

pub(crate) const PROFILE: SectionKind = SectionKind::Profile;

pub(crate) fn set(section: &str, key: &str, value: &str) -> Edit {
    Edit::set(PROFILE, section, key, value)
}

pub(crate) fn set_nested(section: &str, key: &str, name: &str, value: &str) -> Edit {
    Edit::set_nested(PROFILE, section, key, name, value)
}

#[track_caller]
pub(crate) fn check(before: &str, edit: &Edit, expect: &Expect) {
    check_in(Dialect::Config, before, edit, expect);
}

/// Compares the text after the edit, with invisible characters made visible.
#[track_caller]
pub(crate) fn check_in(dialect: Dialect, before: &str, edit: &Edit, expect: &Expect) {
    let after = match edit.apply(&Document::parse(before, dialect)) {
        Ok(after) => {
            after.to_string().replace('\r', "␍").replace('\t', "␉").replace('\u{feff}', "␂")
        }
        Err(error) => format!("refused: {error}"),
    };
    expect.assert_eq(&after.replace(" \n", "·\n"));
}

#[test]
fn set_replaces_only_the_value() {
    check(
        "[profile a]\n\tRegion  =x # near\r\n",
        &set("a", "region", "y"),
        &expect![[r#"
        [profile a]
        ␉Region  =y # near␍
    "#]],
    );
    check(
        "[profile a]\nx = 1\nX = 2",
        &set("a", "x", "3"),
        &expect![[r#"
        [profile a]
        x = 1
        X = 3"#]],
    );
    check(
        "[profile a]\nx = 1\n[profile \"a\"]\n[profile b]\nx = 1\n",
        &set("a", "x", "2"),
        &expect![[r#"
            [profile a]
            x = 2
            [profile "a"]
            [profile b]
            x = 1
        "#]],
    );
    check(
        "[profile a]\nx = 1\n[profile a]\nx = 2\n[profile a]\n",
        &set("a", "x", "3"),
        &expect![[r#"
            [profile a]
            x = 1
            [profile a]
            x = 3
            [profile a]
        "#]],
    );
}

#[test]
fn set_replaces_continuation_lines() {
    check(
        "[profile a]\nx = 1 # c\n  more\n\n# apart\n  # with it\n  more\n\ny = 2\n",
        &set("a", "x", "3"),
        &expect![[r#"
            [profile a]
            x = 3 # c

            # apart

            y = 2
        "#]],
    );
    check(
        "[profile a]\ns3 =\n  x = 1\n\n  y = 2\nz = 3\n",
        &set("a", "s3", "v"),
        &expect![[r#"
        [profile a]
        s3 = v
        z = 3
    "#]],
    );
    check(
        "[profile a]\nx = 1\n  more",
        &set("a", "x", "2"),
        &expect![[r#"
        [profile a]
        x = 2"#]],
    );
}

#[test]
fn value_set_to_itself_changes_nothing() {
    for line in ["x =", "x=", "x = # c", "x = 1  # c"] {
        let document = Document::parse(format!("[profile a]\n{line}\n"), Dialect::Config);
        let value = document.section(PROFILE, "a").unwrap().get("x").unwrap().text();
        let edited = set("a", "x", &value).apply(&document).unwrap();
        assert_eq!(edited.text(), document.text());
    }
}

#[test]
fn new_section_is_added_at_the_end() {
    check(
        "",
        &set("dev", "x", "1"),
        &expect![[r#"
        [profile dev]
        x = 1
    "#]],
    );
    check(
        "\u{feff}",
        &set("default", "x", "1"),
        &expect![[r#"
        ␂[default]
        x = 1
    "#]],
    );
    check(
        "[default]\r\nx = 1",
        &set("dev", "x", "1"),
        &expect![[r#"
        [default]␍
        x = 1␍
        ␍
        [profile dev]␍
        x = 1␍
    "#]],
    );
    check(
        "[default]\r",
        &Edit::add_section(PROFILE, "dev"),
        &expect![[r#"
        [default]␍␍
        ␍
        [profile dev]␍
    "#]],
    );
    check(
        "[default]\n\n",
        &Edit::add_section(PROFILE, "dev"),
        &expect![[r#"
        [default]

        [profile dev]
    "#]],
    );
    check(
        "",
        &Edit::set(SectionKind::SsoSession, "Ann's Mac", "x", "1"),
        &expect![[r#"
        [sso-session 'Ann'"'"'s Mac']
        x = 1
    "#]],
    );
    check_in(
        Dialect::Credentials,
        "[default]\n",
        &set("dev", "x", "1"),
        &expect![[r#"
        [default]

        [dev]
        x = 1
    "#]],
    );
}

#[test]
fn removed_key_removes_only_its_own_lines() {
    let text = "# top\n[profile a]\n# about x\nx = 1\n  more\n# c\n  # with x\n\ny = 2\nX = 3\n";
    check(
        text,
        &Edit::remove(PROFILE, "a", "x"),
        &expect![[r#"
        # top
        [profile a]
        # about x
        # c

        y = 2
    "#]],
    );
    check(
        text,
        &Edit::remove(PROFILE, "a", "none"),
        &expect![[r#"
        # top
        [profile a]
        # about x
        x = 1
          more
        # c
          # with x

        y = 2
        X = 3
    "#]],
    );
    check("[profile a]\nx = 1", &Edit::remove(PROFILE, "a", "x"), &expect!["[profile a]"]);
}

#[test]
fn removed_section_includes_the_comments_directly_above() {
    let text = "# top\n\n# about a\n[profile a]\nx = 1\n# still a\n\n# apart\n\n# about b\n[profile b]\ny = 2\n\n[profile a]\n# about c\n[plugins]\n";
    check(
        text,
        &Edit::remove_section(PROFILE, "a"),
        &expect![[r#"
        # top

        # apart

        # about b
        [profile b]
        y = 2

        # about c
        [plugins]
    "#]],
    );
    check(
        text,
        &Edit::remove_section(PROFILE, "b"),
        &expect![[r#"
        # top

        # about a
        [profile a]
        x = 1
        # still a

        # apart

        [profile a]
        # about c
        [plugins]
    "#]],
    );
    check(
        text,
        &Edit::remove_section(PROFILE, "c"),
        &expect![[r#"
        # top

        # about a
        [profile a]
        x = 1
        # still a

        # apart

        # about b
        [profile b]
        y = 2

        [profile a]
        # about c
        [plugins]
    "#]],
    );
    check(
        "\u{feff}[profile a]\n\n[profile b]\n",
        &Edit::remove_section(PROFILE, "a"),
        &expect![[r#"
            ␂[profile b]
        "#]],
    );
    check(
        "# BEGIN_AWS_SSO_CLI\n[profile a]\nx = 1\n# END_AWS_SSO_CLI\n",
        &Edit::remove_section(PROFILE, "a"),
        &expect![[r#"
            # BEGIN_AWS_SSO_CLI
            # END_AWS_SSO_CLI
        "#]],
    );
}

#[test]
fn renamed_section_keeps_its_lines_and_repetitions() {
    check(
        "# ours\n  [ profile  a ] # note\nx = 1\n\n[profile b]\ny = 2\n[profile a]\ns3 =\n  z = 3",
        &Edit::rename_section(PROFILE, "a", "c d"),
        &expect![[r#"
            # ours
              [profile 'c d' ] # note
            x = 1

            [profile b]
            y = 2
            [profile 'c d']
            s3 =
              z = 3"#]],
    );
    check(
        "[profile a]\n[profile b]\n",
        &Edit::rename_section(PROFILE, "a", "b"),
        &expect!["refused: a section `b` exists already"],
    );
}

#[test]
fn renaming_a_section_to_its_own_name_changes_nothing() {
    check(
        "[profile a]\nx = 1\n",
        &Edit::rename_section(PROFILE, "a", "a"),
        &expect![[r#"
        [profile a]
        x = 1
    "#]],
    );
}

#[test]
fn last_section_is_removed_with_the_comment_below_it() {
    let edit = Edit::remove_section(PROFILE, "b");
    check(
        "[profile a]\nx = 1\n\n[profile b]\ny = 1\n# note\n",
        &edit,
        &expect![[r#"
        [profile a]
        x = 1
    "#]],
    );
    let edit = Edit::remove_section(PROFILE, "a");
    check(
        "[profile a]\nx = 1\n# note\n[profile b]\ny = 1\n",
        &edit,
        &expect![[r#"
        # note
        [profile b]
        y = 1
    "#]],
    );
}
