//! Diffs.

use expect_test::{Expect, expect};
use vestibule_config::diff;

#[track_caller]
fn check(old: &str, new: &str, expect: &Expect) {
    expect.assert_eq(&diff(old, new, "~/.aws/config", |key| key == "secret"));
}

#[test]
fn diff_shows_changes_with_context() {
    let old = "[a]\nb = 1\nc = 2\nd = 3\ne = 4\nf = 5\ng = 6\nh = 7\ni = 8\nj = 9\n";
    check(
        old,
        &old.replace("= 1", "= x"),
        &expect![[r#"
        --- ~/.aws/config
        +++ ~/.aws/config
        @@ -1,5 +1,5 @@
         [a]
        -b = 1
        +b = x
         c = 2
         d = 3
         e = 4
    "#]],
    );
    check(
        old,
        &old.replace("= 1", "= x").replace("= 9", "= y"),
        &expect![[r#"
        --- ~/.aws/config
        +++ ~/.aws/config
        @@ -1,5 +1,5 @@
         [a]
        -b = 1
        +b = x
         c = 2
         d = 3
         e = 4
        @@ -7,4 +7,4 @@
         g = 6
         h = 7
         i = 8
        -j = 9
        +j = y
    "#]],
    );
    check(
        old,
        &format!("{old}\n[k]\nl = 1\n"),
        &expect![[r#"
        --- ~/.aws/config
        +++ ~/.aws/config
        @@ -8,3 +8,6 @@
         h = 7
         i = 8
         j = 9
        +
        +[k]
        +l = 1
    "#]],
    );
    check(
        old,
        &old.replace("c = 2\nd = 3\n", ""),
        &expect![[r#"
        --- ~/.aws/config
        +++ ~/.aws/config
        @@ -1,7 +1,5 @@
         [a]
         b = 1
        -c = 2
        -d = 3
         e = 4
         f = 5
         g = 6
    "#]],
    );
    check(old, old, &expect![[""]]);
}

#[test]
fn diff_of_new_file_or_missing_final_newline_follows_the_format() {
    check(
        "",
        "[a]\n",
        &expect![[r#"
        --- ~/.aws/config
        +++ ~/.aws/config
        @@ -0,0 +1 @@
        +[a]
    "#]],
    );
    check(
        "[a]",
        "[a]\nb = 1",
        &expect![[r#"
        --- ~/.aws/config
        +++ ~/.aws/config
        @@ -1 +1,2 @@
        -[a]
        \ No newline at end of file
        +[a]
        +b = 1
        \ No newline at end of file
    "#]],
    );
}

#[test]
fn diff_masks_secrets_in_all_lines() {
    check(
        "[a]\nsecret = S\n# secret: S\nSECRET=\n# c\n  S\n  # S\nregion = 1\nsecret S\n",
        "[a]\nsecret = T\n# secret: S\nSECRET=\n# c\n  S\n  # S\nregion = 2\nsecret S\n",
        &expect![[r#"
            --- ~/.aws/config
            +++ ~/.aws/config
            @@ -1,9 +1,9 @@
             [a]
            -secret = …
            +secret = …
             # secret: …
             SECRET=
             # c
               …
               …
            -region = 1
            +region = 2
             secret …
        "#]],
    );
}

#[test]
fn tab_is_shown_and_control_characters_are_not() {
    let shown = diff("[a]\n\tb = 1\n", "[a]\n\tb = \u{1b}2\n", "config", |_| false);
    assert!(shown.ends_with("\n-\tb = 1\n+\tb = \u{fffd}2\n"), "{shown}");
}
