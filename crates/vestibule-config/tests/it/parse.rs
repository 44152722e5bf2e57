//! Parsed sections, values and problems with their positions.

use std::fmt::Write;

use expect_test::{Expect, expect};
use vestibule_config::{Dialect, Document, Problem, SectionKind};

#[track_caller]
fn check(text: &str, expect: &Expect) {
    expect.assert_eq(&outline(&Document::parse(text, Dialect::Config)));
}

#[track_caller]
fn check_credentials(text: &str, expect: &Expect) {
    expect.assert_eq(&outline(&Document::parse(text, Dialect::Credentials)));
}

fn outline(document: &Document) -> String {
    let mut outline = String::new();
    for kind in [SectionKind::Profile, SectionKind::SsoSession, SectionKind::Services] {
        for name in document.names(kind) {
            let section = document.section(kind, &name).expect("a name that was listed");
            writeln!(outline, "{}: {} {name:?}", section.line(), kind.keyword()).unwrap();
            for value in section.properties() {
                let (line, column, key) = (value.line(), value.column(), value.key());
                writeln!(outline, "{line}:{column}: {key} = {:?}", value.text()).unwrap();
                for entry in value.entries() {
                    let (line, name) = (entry.line(), entry.name());
                    writeln!(outline, "{line}: {key}.{name} = {:?}", entry.text()).unwrap();
                }
            }
        }
    }
    for problem in document.problems() {
        let strict = if problem.kind().is_strict() { "!" } else { "?" };
        let (line, column, id) = (problem.line(), problem.column(), problem.kind().id());
        let section =
            problem.section().map(|(kind, name)| format!(" in {} {name:?}", kind.keyword()));
        writeln!(outline, "{strict} {line}:{column}: {id}{}", section.unwrap_or_default()).unwrap();
    }
    outline
}

#[test]
fn every_kind_of_line_is_read() {
    check(
        "[ profile  dev ]# team\n  # note\nRegion = eu-west-1 ; near\ns3 =\n    max = 10 # ten\n\nx=1\n more\n",
        &expect![[r#"
            1: profile "dev"
            3:10: Region = "eu-west-1"
            4:5: s3 = "\nmax = 10 # ten"
            5: s3.max = "10 # ten"
            7:3: x = "1\nmore"
        "#]],
    );
}

#[test]
fn quoted_name_is_one_shell_word() {
    check(
        "[sso-session 'My Corp']\n[profile 'Ann'\"'\"'s Mac']\n[profile \"a\\\"b\\c\"]\n[profile \"x]\" ]\n",
        &expect![[r#"
            2: profile "Ann's Mac"
            3: profile "a\"b\\c"
            4: profile "x]"
            1: sso-session "My Corp"
        "#]],
    );
    check(
        "[profile 'a' b]\n[profile 'a]\n[profile ' a']\n[profile '']\n",
        &expect![[r#"
        ? 1:1: ignored-section
        ? 2:1: ignored-section
        ? 3:1: ignored-section
        ? 4:1: ignored-section
    "#]],
    );
}

#[test]
fn lines_below_an_unreadable_header_are_skipped() {
    check(
        "[profile a]\nx = 1\n[profile b\nx = 2\nnonsense\n[profile c]\n",
        &expect![[r#"
        1: profile "a"
        2:5: x = "1"
        6: profile "c"
        ! 3:11: unterminated-section
    "#]],
    );
}

#[test]
fn lines_below_an_unreadable_property_are_skipped() {
    check(
        "[profile a]\nx = 1\nnonsense\n  more = 2\ny z = 1\n  more\nw = 3\n",
        &expect![[r#"
        1: profile "a"
        2:5: x = "1"
        7:5: w = "3"
        ! 3:9: property-without-equals in profile "a"
        ? 5:1: ignored-key in profile "a"
    "#]],
    );
}

#[test]
fn indented_section_is_read() {
    check(
        "  [profile a]\n  x =\n    y = 1\n\tz = 2\n  w = 3\n",
        &expect![[r#"
        1: profile "a"
        2:6: x = "\ny = 1"
        3: x.y = "1"
        4:6: z = "2\nw = 3"
    "#]],
    );
}

#[test]
fn indented_header_below_a_value_continues_it() {
    check(
        "[profile a]\nx = 1\n [profile b]\ny = 2\n",
        &expect![[r#"
        1: profile "a"
        2:5: x = "1\n[profile b]"
        4:5: y = "2"
        ? 3:2: swallowed-section in profile "a"
    "#]],
    );
    check(
        "[profile a]\nx = 1\n [1, 2]\n",
        &expect![[r#"
        1: profile "a"
        2:5: x = "1\n[1, 2]"
    "#]],
    );
}

#[test]
fn repeated_sections_are_merged_and_reported() {
    check(
        "[profile a]\nx = 1\nX = 2\n[profile 'a']\nx = 3\ny = 4\n",
        &expect![[r#"
        1: profile "a"
        5:5: x = "3"
        6:5: y = "4"
        ? 3:1: repeated-key in profile "a"
        ? 4:10: repeated-section in profile "a"
        ? 5:1: repeated-key in profile "a"
    "#]],
    );
}

#[test]
fn profile_default_hides_bare_default() {
    check(
        "[default]\nx = 1\nnonsense\n[profile 'default']\ny = 2\n",
        &expect![[r#"
        4: profile "default"
        5:5: y = "2"
        ? 1:2: hidden-default
        ! 3:9: property-without-equals
    "#]],
    );
}

#[test]
fn credentials_file_has_only_bare_names() {
    check_credentials(
        "[default]\na = 1\n[profile x]\n[sso-session s]\n[profile]\nb = 2\n['q']\n[]\n",
        &expect![[r#"
            1: profile "default"
            2:5: a = "1"
            5: profile "profile"
            6:5: b = "2"
            ? 3:1: ignored-section
            ? 4:1: ignored-section
            ? 7:1: ignored-section
            ? 8:1: ignored-section
        "#]],
    );
}

#[test]
fn carriage_return_ends_a_line_only_before_a_line_feed() {
    check(
        "\u{feff}[profile a]\r\r\nx = 1\r\r\ny = 2\rz = 3\r\n\r\nw = 4\r",
        &expect![[r#"
        1: profile "a"
        2:5: x = "1"
        3:5: y = "2\rz = 3"
        5:5: w = "4"
        ? 1:1: byte-order-mark
        ? 3:6: stray-carriage-return in profile "a"
    "#]],
    );
}

#[test]
fn column_counts_characters() {
    check(
        "[profile a]\nürgh = 1\n\tx = é ü = 3\nß\n",
        &expect![[r#"
        1: profile "a"
        ? 2:1: ignored-key in profile "a"
        ! 4:2: property-without-equals in profile "a"
    "#]],
    );
}

#[test]
fn only_spaces_and_tabs_indent_and_precede_comments() {
    check(
        "[profile a]\nx = 1\u{a0}# c\n\u{a0}y = 2\u{a0}\n\u{2003}\n \u{a0}# d\n",
        &expect![[r#"
        1: profile "a"
        2:5: x = "1\u{a0}# c"
        3:6: y = "2\n# d"
    "#]],
    );
}

#[test]
fn value_with_invalid_utf8_is_dropped() {
    let bytes: &[u8] =
        b"# caf\xe9\n[profile 'caf\xe9']\nx = 1\n[profile a]\nx = 1 # \xe9\ny = \xe9\nz = 1\n  \xe9\nk\xe9 = 1\ns3 =\n  # \xe9\n  a = 1\nw =\n  a = \xe9\n  b = 1\n";
    let document = Document::parse_bytes(bytes, Dialect::Config);
    expect![[r#"
        4: profile "a"
        5:5: x = "1"
        10:5: s3 = "\na = 1"
        12: s3.a = "1"
        ? 2:1: ignored-section
        ? 6:5: mangled-value in profile "a"
        ? 8:3: mangled-value in profile "a"
        ? 9:1: ignored-key in profile "a"
        ? 14:3: mangled-value in profile "a"
    "#]]
    .assert_eq(&outline(&document));
    assert!(!document.is_lossless());
}

#[test]
fn utf16_text_is_not_parsed() {
    let document = Document::parse_bytes(*b"\xff\xfe[\0a\0]\0\n\0", Dialect::Config);
    expect![[r#"
        ! 1:1: not-utf8
    "#]]
    .assert_eq(&outline(&document));
}

#[test]
fn caret_points_at_the_problem_and_masks_values() {
    #[track_caller]
    fn check(text: &str, expect: &Expect) {
        let document = Document::parse(text, Dialect::Config);
        let drawn: Vec<_> = document.problems().iter().map(Problem::caret).collect();
        expect.assert_eq(&drawn.join("\n"));
    }
    check(
        "[profile dev\n",
        &expect![[r#"
        1 | [profile dev
          |             ^ expected `]` at the end of the section header"#]],
    );
    check(
        "[profile \u{1b}[1mdév]\tx\n",
        &expect![[r#"
            1 | [profile  [1mdév]…
              |                  ^ expected `]` at the end of the section header"#]],
    );
    check(
        "[default] aws_secret_access_key = SECRET\n",
        &expect![[r#"
        1 | [default]…
          |          ^ expected `]` at the end of the section header"#]],
    );
    check(
        "[default aws_secret_access_key = SECRET\n",
        &expect![[r#"
        1 | [default aws_secret_access_key =…
          |                                 ^ expected `]` at the end of the section header"#]],
    );
    check(
        "[default]\naws_secret_access_key: SECRET\n",
        &expect![[r#"
        2 | aws_secret_access_key…
          |                      ^ expected `=` after the key"#]],
    );
    check(
        "[default]\nSECRET # mine\n",
        &expect![[r#"
        2 | …
          | ^ expected `=` after the key"#]],
    );
    check(
        "[default]\n  SECRET\n",
        &expect![[r#"
        2 |   …
          |   ^ expected a property above this indented line"#]],
    );
    check(
        "[default]\nkey =\n  SECRET # mine\n  = SECRET\n",
        &expect![[r#"
        3 |   …
          |   ^ expected `name = value` in the block of an empty property
        4 |   …
          |   ^ expected a name before `=`"#]],
    );
    check(
        "[default]\n= SECRET\n",
        &expect![[r#"
        2 | =…
          | ^ expected a key before `=`"#]],
    );
    check(
        "aws_secret_access_key = SECRET\nSECRET==\n",
        &expect![[r#"
        1 | aws_secret_access_key =…
          | ^ expected a section header before this line
        2 | …
          | ^ expected a section header before this line"#]],
    );
    check(
        "[default]\nx = 1\n  [profile y]\nx = SECRET\n",
        &expect![[r#"
        3 |   [profile y]
          |   ^ expected a section header at the start of the line (this one continues the value above)
        4 | x =…
          | ^ expected each key once in a section (the last one counts)"#]],
    );
}

#[test]
fn debug_output_has_no_value() {
    let document =
        Document::parse("[default]\nkey = SECRET\ns3 =\n  x = SECRET\n", Dialect::Config);
    let section = document.section(SectionKind::Profile, "default").unwrap();
    let block = section.get("s3").unwrap();
    let entry = block.nested("X").unwrap();
    let debug = format!("{document:?}\n{section:?}\n{block:?}\n{entry:?}");
    expect![[r#"
        Document { dialect: Config, bytes: 41, sections: 1, properties: 2, .. }
        Section(profile "default", line 1)
        Value(s3 at line 3)
        Entry(x at line 4)"#]]
    .assert_eq(&debug);
}

#[test]
fn first_strict_problem_of_a_section_is_its_error() {
    let text = "[profile a]\nregion us-east-1\noutput\n[profile b]\n[another]\n[tool setting]\n";
    let document = Document::parse(text, Dialect::Config);
    let section = |name| document.section(SectionKind::Profile, name).unwrap();
    let error = section("a").strict().unwrap_err();
    assert_eq!((error.line(), error.column(), error.expected()), (2, 7, "`=` after the key"));
    assert!(section("b").strict().is_ok());

    let problems = document.problems();
    assert_eq!(problems[0].to_string(), "2:7: expected `=` after the key");
    assert_eq!(problems[0].caret(), error.caret());
    assert!(error.caret().starts_with("2 | region…\n"), "{}", error.caret());
    let misspelled: Vec<_> = problems.iter().map(Problem::is_misspelled_header).collect();
    assert_eq!(misspelled, [false, false, true, false]);
    assert_eq!(problems[2].expected(), "`[profile another]` (this section is ignored)");
}

#[test]
fn caret_shows_nothing_of_a_file_that_is_not_utf_8() {
    let document = Document::parse_bytes(*b"\xff\xfek\0=\0h\0u\0s\0h\0", Dialect::Config);
    let carets: Vec<_> = document.problems().iter().map(Problem::caret).collect();
    expect![[r#"
        1 | …
          | ^ expected UTF-8, not UTF-16"#]]
    .assert_eq(&carets.join("\n"));
}

#[test]
fn quotes_around_a_name_may_hold_brackets_and_comment_signs() {
    check(
        "[profile \"a] # b\"]\n[profile 'c] # d']\n[profile e] # f\n",
        &expect![[r#"
        1: profile "a] # b"
        2: profile "c] # d"
        3: profile "e"
    "#]],
    );
}

#[test]
fn missing_equals_is_reported_after_the_first_word() {
    check(
        "[profile a]\nregion us-east-1\noutput:json\ncolor\n",
        &expect![[r#"
        1: profile "a"
        ! 2:7: property-without-equals in profile "a"
        ! 3:7: property-without-equals in profile "a"
        ! 4:6: property-without-equals in profile "a"
    "#]],
    );
}

#[test]
fn indented_header_in_a_block_is_a_line_without_equals() {
    check(
        "[profile a]\ns3 =\n  [profile b]\nx = 1\n  [profile c]\n",
        &expect![[r#"
        1: profile "a"
        2:5: s3 = ""
        4:5: x = "1\n[profile c]"
        ! 3:11: sub-property-without-equals in profile "a"
        ? 5:3: swallowed-section in profile "a"
    "#]],
    );
}

#[test]
fn only_a_profile_named_default_hides_the_bare_default() {
    check(
        "[default]\nx = 1\n[profile \"x\"]\n",
        &expect![[r#"
        1: profile "default"
        2:5: x = "1"
        3: profile "x"
    "#]],
    );
    check(
        "[default]\nx = 1\n[profile \"default\"]\ny = 1\n",
        &expect![[r#"
        3: profile "default"
        4:5: y = "1"
        ? 1:2: hidden-default
    "#]],
    );
}
