//! Errors of plans, and what is not an error.

use expect_test::expect;
use vestibule_profile::{ErrorKind, Files, Overrides, plan};
use vestibule_types::Vars;

use crate::check::check;

#[test]
fn named_profile_that_does_not_exist_is_an_error() {
    check(
        "[profile dve]\n[profile prod]\n",
        "[dev-eu]\n",
        expect![[r#"
        error: profile `dev` (--profile) is not defined in ~/.aws/config or ~/.aws/credentials; similar: `dve`, `dev-eu`
        at: --profile
    "#]],
    );
    check(
        "",
        "",
        expect![[r#"
        error: profile `dev` (--profile) is not defined: No profiles were defined in ~/.aws/config or ~/.aws/credentials
        at: --profile
    "#]],
    );
    check(
        "[dev]\nregion = us-east-1\n",
        "[prod]\n",
        expect![[r#"
            error: profile `dev` (--profile) is not defined in ~/.aws/config or ~/.aws/credentials; ~/.aws/config:1:1: expected `[profile dev]` (this section is ignored)
            at: --profile
        "#]],
    );
    check(
        "[profile prod]\n[profile dev\n",
        "",
        expect![[r#"
        error: profile `dev` (--profile) is not defined in ~/.aws/config or ~/.aws/credentials; ~/.aws/config:2:13: expected `]` at the end of the section header
        at: --profile
    "#]],
    );
    check(
        "[profile prod]\n[profile x\n",
        "",
        expect![[r#"
        error: profile `dev` (--profile) is not defined in ~/.aws/config or ~/.aws/credentials; ~/.aws/config:2:11: expected `]` at the end of the section header
        at: --profile
    "#]],
    );
}

#[test]
fn missing_default_that_is_not_named_is_no_error() {
    let files = Files::from_texts("[profile dev]\n", "");
    let found = plan(&files, &Vars::default(), &Overrides::default()).unwrap();
    expect![[r#"
        profile  default  default
        no credentials: profile `default` is not defined in ~/.aws/config or ~/.aws/credentials
    "#]]
    .assert_eq(&found.to_string());
    let unreadable = Files::from_texts("[profile dev\n", "");
    let found = plan(&unreadable, &Vars::default(), &Overrides::default()).unwrap();
    expect![[r#"
        profile  default  default
        no credentials: profile `default` is not defined in ~/.aws/config or ~/.aws/credentials; ~/.aws/config:1:13: expected `]` at the end of the section header
    "#]].assert_eq(&found.to_string());
    let named = Vars::default().with("AWS_PROFILE", "default");
    let error = plan(&files, &named, &Overrides::default()).unwrap_err();
    expect![
        "profile `default` (AWS_PROFILE) is not defined in ~/.aws/config or ~/.aws/credentials"
    ]
    .assert_eq(&error.to_string());
}

#[test]
fn source_profile_missing_empty_or_in_a_loop_is_an_error() {
    check(
        "[profile dev]\nrole_arn = r\nsource_profile = hb\n[profile hub]\n",
        "",
        expect![[r#"
        error: could not find source profile hb referenced from dev (~/.aws/config:3) in ~/.aws/config or ~/.aws/credentials; similar: `hub`
        at: ~/.aws/config:3:18
    "#]],
    );
    check(
        "[profile dev]\nrole_arn = r\nsource_profile = hub\n[profile hub]\n",
        "",
        expect![[r#"
        error: could not load source profile: profile `hub` did not contain credential information (~/.aws/config:4)
        at: ~/.aws/config:4
    "#]],
    );
    check(
        "[profile dev]\nrole_arn = r\nsource_profile = a\n\
         [profile a]\nrole_arn = r\nsource_profile = b\n\
         [profile b]\nrole_arn = r\nsource_profile = a\n",
        "",
        expect![[r#"
            error: profile formed an infinite loop: dev → a → b → a (~/.aws/config:9)
            at: ~/.aws/config:9:18
        "#]],
    );
}

#[test]
fn role_without_exactly_one_source_is_an_error() {
    check(
        "[profile dev]\nrole_arn = r\n",
        "",
        expect![[r#"
        error: profile `dev` has a role but nothing to assume it with: profile must contain `source_profile` or `credential_source` but neither were defined (~/.aws/config:2)
        at: ~/.aws/config:2:12
    "#]],
    );
    check(
        "[profile dev]\nrole_arn = r\nsource_profile = a\ncredential_source = Environment\n",
        "",
        expect![[r#"
            error: profile `dev`: profile contained both source_profile and credential_source. Only one or the other can be defined (~/.aws/config:3, ~/.aws/config:4)
            at: ~/.aws/config:3:18
        "#]],
    );
    check(
        "[profile dev]\nrole_arn = r\ncredential_source = Ec2\n",
        "",
        expect![[r#"
        error: `credential_source` is `Ec2`, which is not a credential source: expected `Environment`, `EcsContainer` or `Ec2InstanceMetadata` (~/.aws/config:3:21)
        at: ~/.aws/config:3:21
    "#]],
    );
    check(
        "[profile dev]\nweb_identity_token_file = /t\n",
        "",
        expect![[r#"
        error: profile `dev`: `web_identity_token_file` was specified but `role_arn` was missing (~/.aws/config:2)
        at: ~/.aws/config:2:27
    "#]],
    );
}

#[test]
fn half_a_key_pair_is_an_error() {
    check(
        "",
        "[dev]\naws_access_key_id = AKID\n",
        expect![[r#"
        error: profile missing aws_secret_access_key: `dev` has aws_access_key_id without it (~/.aws/credentials:2)
        at: ~/.aws/credentials:2:21
    "#]],
    );
    check(
        "",
        "[dev]\naws_secret_access_key = hush\n",
        expect![[r#"
        error: profile missing aws_access_key_id: `dev` has aws_secret_access_key without it (~/.aws/credentials:2)
        at: ~/.aws/credentials:2:25
    "#]],
    );
    check(
        "",
        "[dev]\naws_session_token = hush\n",
        expect![[r#"
        error: profile missing aws_access_key_id: `dev` has aws_session_token without it (~/.aws/credentials:2)
        at: ~/.aws/credentials:2:21
    "#]],
    );
}

#[test]
fn syntax_error_is_an_error_only_in_a_section_that_is_used() {
    let config = "[profile dev]\nregion us-east-1\n[profile prod]\nregion = us-east-1\n";
    check(
        config,
        "",
        expect![[r#"
        error: ~/.aws/config:2:7: expected `=` after the key
        at: ~/.aws/config:2:7
    "#]],
    );
    let files = Files::from_texts(config, "");
    let overrides = Overrides::default().with_profile("dev", "--profile");
    let error = plan(&files, &Vars::default(), &overrides).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Syntax(_)));
    expect![[r#"
        2 | region…
          |       ^ expected `=` after the key"#]]
    .assert_eq(error.caret().unwrap());
    let overrides = Overrides::default().with_profile("prod", "--profile");
    assert!(plan(&files, &Vars::default(), &overrides).is_ok());
    assert_eq!(files.findings().count(), 1);
}

#[test]
fn repeated_key_is_noted() {
    check(
        "[profile dev]\nregion = us-east-1\nregion = us-east-2\n",
        "",
        expect![[r#"
        profile  dev        --profile
        region   us-east-2  ~/.aws/config:3
        no credentials: profile `dev` did not contain credential information (~/.aws/config:1)
        note: ~/.aws/config:3:1: expected each key once in a section (the last one counts)
    "#]],
    );
}

#[test]
fn utf16_file_is_an_error() {
    let locations = vestibule_profile::locate(&Vars::default(), vestibule_types::Platform::Unix);
    let utf16 = vec![0xff, 0xfe, b'[', 0];
    let files = Files::new(&locations, Some(utf16), Some(b"[dev]\n".to_vec()));
    let overrides = Overrides::default().with_profile("dev", "--profile");
    expect!["~/.aws/config:1:1: expected UTF-8, not UTF-16"]
        .assert_eq(&plan(&files, &Vars::default(), &overrides).unwrap_err().to_string());
}

#[test]
fn missing_key_that_is_misspelled_is_named_with_the_known_one() {
    check(
        "[profile dev]\nrole_arn = r\nsource_profil = a\n",
        "",
        expect![[r#"
        error: profile `dev` has a role but nothing to assume it with: profile must contain `source_profile` or `credential_source` but neither were defined (~/.aws/config:2); `source_profil` (~/.aws/config:3) is not a known key: did you mean `source_profile`?
        at: ~/.aws/config:3:17
    "#]],
    );
    // Another error is not explained by a misspelled key.
    check(
        "[profile dev]\nrole_arn = r\ncredential_source = Ec2\nsource_profil = a\n",
        "",
        expect![[r#"
            error: `credential_source` is `Ec2`, which is not a credential source: expected `Environment`, `EcsContainer` or `Ec2InstanceMetadata` (~/.aws/config:3:21)
            at: ~/.aws/config:3:21
        "#]],
    );
}

#[test]
fn undefined_name_has_similar_names_and_the_line_that_may_define_it() {
    let undefined = |config| {
        let overrides = Overrides::default().with_profile("dev", "--profile");
        let files = Files::from_texts(config, "");
        let error = plan(&files, &Vars::default(), &overrides).unwrap_err();
        let ErrorKind::Undefined(undefined) = error.kind() else { panic!("{error}") };
        let line = undefined.malformed_header().map(|header| header.place().line());
        (undefined.similar().to_vec(), line)
    };
    assert_eq!(undefined("[profile dve]\n"), (vec!["dve".to_owned()], None));
    // The line with the name, else the first one that cannot be read.
    assert_eq!(undefined("[profile a\n[profile dev\n").1, Some(2));
    assert_eq!(undefined("[profile a\n[profile b\n").1, Some(1));
    assert_eq!(undefined("[a]\n[profile b\n").1, Some(2));
    assert_eq!(undefined("[a]\n[dev]\n").1, Some(2));
    assert_eq!(undefined("[a]\n[profile dev-x]\nregion=\nregion=\n").1, None);
}
