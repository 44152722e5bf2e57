//! Diagnostics of both files.

use expect_test::{Expect, expect};
use vestibule_profile::{Diagnostic, Files, Level, lint};

#[expect(clippy::needless_pass_by_value, reason = "a table reads better without `&`")]
#[track_caller]
fn check(config: &str, credentials: &str, expect: Expect) {
    let files = Files::from_texts(config, credentials);
    let shown: String = lint(&files).iter().map(show).collect();
    expect.assert_eq(&shown);
}

fn show(diagnostic: &Diagnostic) -> String {
    let (level, rule) = (diagnostic.level.as_str(), diagnostic.rule);
    let help = diagnostic.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
    format!("{level} {rule}: {diagnostic}{help}\n")
}

const SESSION: &str = "\
[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access
";

#[test]
fn valid_files_have_no_diagnostics() {
    check(
        &format!(
            "{SESSION}[default]\nsso_session = corp\nsso_account_id = 111122223333\n\
             sso_role_name = Dev\nregion = eu-central-1\noutput = json\n\
             [profile role]\nrole_arn = arn:aws:iam::111122223333:role/Dev\nsource_profile = default\n\
             duration_seconds = 3600\ns3 =\n  max_concurrent_requests = 20\n\
             [profile ci]\nrole_arn = arn:aws:iam::111122223333:role/Ci\n\
             credential_source = Ec2InstanceMetadata\nleapp_x = x\n\
             [plugins]\ncli_legacy_plugin_path = /x\n"
        ),
        "[keys]\naws_access_key_id = ASIAEXAMPLE\naws_secret_access_key = x\naws_session_token = y\n",
        expect![""],
    );
}

#[test]
fn unknown_key_names_the_similar_one() {
    check(
        "[profile dev]\nregoin = us-east-1\nsso_sesion = corp\nfavorite_color = red\nRegion = us-east-1\n",
        "",
        expect![[r#"
            warning unknown-key: ~/.aws/config:2:1: unknown key `regoin`; did you mean `region`?; write `region`
            warning unknown-key: ~/.aws/config:3:1: unknown key `sso_sesion`; did you mean `sso_session`?; write `sso_session`
            note unknown-key: ~/.aws/config:4:1: unknown key `favorite_color`
            warning key-case: ~/.aws/config:5:1: `Region` is ignored by the AWS CLI and other SDKs; write `region`
        "#]],
    );
}

#[test]
fn unknown_key_is_not_said_to_be_a_key_of_three_letters() {
    check(
        "[profile dev]\nddd =\n  endpoint_url = https://localhost\n",
        "",
        expect![[r#"
            note unknown-key: ~/.aws/config:2:1: unknown key `ddd`
        "#]],
    );
}

#[test]
fn key_of_another_tool_that_selects_a_profile_is_a_note() {
    check(
        "[profile a]\ninclude_profile = b\nparent_profile = b\nmfa_process = x\ngranted_sso_region = us-east-1\n",
        "",
        expect![[r#"
            note unread-key: ~/.aws/config:2:1: `include_profile` is read by aws-vault only
            note unread-key: ~/.aws/config:3:1: `parent_profile` is read by aws-vault only
            note unread-key: ~/.aws/config:4:1: `mfa_process` is read by aws-vault only
            note unread-key: ~/.aws/config:5:1: `granted_sso_region` is read by granted only
        "#]],
    );
}

#[test]
fn invalid_value_is_an_error_with_what_is_expected() {
    check(
        "[profile dev]\nregion = us_east_1\noutput = jsno\nmax_attempts = 0\nuse_fips_endpoint = yes\n\
         retry_mode = sometimes\nendpoint_url = example.com\naws_account_id = 1111-2222-3333\n",
        "",
        expect![[r#"
            error invalid-value: ~/.aws/config:2:10: `region` is `us_east_1`, which is not a region: expected a name such as `us-east-1`; write `us-east-1`
            error invalid-value: ~/.aws/config:3:10: `output` is `jsno`, which is not a known value: expected `json`, `text`, `table`, `yaml`, `yaml-stream` or `off`; write `json`
            error invalid-value: ~/.aws/config:4:16: `max_attempts` is `0`, which is not a number in range: expected 1 or more
            error invalid-value: ~/.aws/config:5:21: `use_fips_endpoint` is `yes`, which is not a boolean: expected `true` or `false`
            error invalid-value: ~/.aws/config:6:14: `retry_mode` is `sometimes`, which is not a known value: expected `standard`, `adaptive` or `legacy`
            error invalid-value: ~/.aws/config:7:16: `endpoint_url` is `example.com`, which is not a URL: expected an address such as `https://example.com`
            error invalid-value: ~/.aws/config:8:18: `aws_account_id` is `1111-2222-3333`, which is not an account id: expected twelve digits, without dashes; write `111122223333`
        "#]],
    );
}

#[test]
fn region_unknown_or_in_an_old_spelling_is_reported() {
    check(
        "[profile a]\nregion = us-esat-1\n[profile b]\nregion = eu-west-9\n[profile c]\nregion = US-EAST-1\n\
         [profile d]\nregion = fips-us-gov-west-1\n[profile e]\nregion = moon\n",
        "",
        expect![[r#"
            warning unknown-region: ~/.aws/config:2:10: `region` is `us-esat-1`, which is not a known region: expected a name such as `us-east-1`; write `us-east-1`
            warning unknown-region: ~/.aws/config:4:10: `region` is `eu-west-9`, which is not a known region: expected a name such as `us-east-1`; write `eu-west-1`
            note region-spelling: ~/.aws/config:6:10: `region` is `US-EAST-1`, which is not the usual name: expected `us-east-1`, with `use_fips_endpoint` if FIPS endpoints are needed
            note region-spelling: ~/.aws/config:8:10: `region` is `fips-us-gov-west-1`, which is not the usual name: expected `us-gov-west-1`, with `use_fips_endpoint` if FIPS endpoints are needed
            error unknown-region: ~/.aws/config:10:10: `region` is `moon`, which is not a known region: expected a name such as `us-east-1`
        "#]],
    );
}

#[test]
fn session_without_required_keys_is_an_error_at_its_header() {
    check(
        "[sso-session corp]\nsso_start_url = http://corp\n",
        "",
        expect![[r#"
        error missing-key: ~/.aws/config:1:1: sso-session `corp` has no `sso_region`; add `sso_region`
        error invalid-value: ~/.aws/config:2:17: `sso_start_url` is `http://corp`, which is not a start URL: expected an address such as `https://my-org.awsapps.com/start`
    "#]],
    );
}

#[test]
fn profile_with_missing_keys_is_an_error() {
    check(
        &format!(
            "{SESSION}[profile a]\nsso_session = corp\nsso_account_id = 1111222\n\
             [profile b]\nsso_start_url = https://corp.awsapps.com/start\n\
             [profile c]\nrole_arn = arn:aws:iam::111122223333:role/Dev\n\
             [profile d]\nweb_identity_token_file = /t\n"
        ),
        "[e]\naws_access_key_id = ASIAEXAMPLE\n",
        expect![[r#"
            error invalid-value: ~/.aws/config:7:18: `sso_account_id` is `1111222`, which is not an account id: expected twelve digits, without dashes
            error missing-key: ~/.aws/config:9:17: profile `b` is incomplete: `sso_region` was missing (~/.aws/config:9)
            error missing-key: ~/.aws/config:11:12: profile `c` has a role but nothing to assume it with: profile must contain `source_profile` or `credential_source` but neither were defined (~/.aws/config:11)
            error missing-key: ~/.aws/config:13:27: profile `d`: `web_identity_token_file` was specified but `role_arn` was missing (~/.aws/config:13)
            error missing-key: ~/.aws/credentials:2:21: profile missing aws_secret_access_key: `e` has aws_access_key_id without it (~/.aws/credentials:2)
        "#]],
    );
}

#[test]
fn reference_to_a_missing_section_is_an_error() {
    check(
        &format!(
            "{SESSION}[profile a]\nsso_session = crop\nsso_account_id = 111122223333\nsso_role_name = R\n\
             [profile b]\nrole_arn = arn:aws:iam::111122223333:role/Dev\nsource_profile = aa\n\
             [profile c]\nservices = local\n"
        ),
        "",
        expect![[r#"
            error undefined-reference: ~/.aws/config:6:15: sso-session `crop` is not defined; write `corp`
            error undefined-reference: ~/.aws/config:11:18: profile `aa` is not defined; write `a`
            error undefined-reference: ~/.aws/config:13:12: services section `local` is not defined
        "#]],
    );
}

#[test]
fn source_profile_loop_or_without_credentials_is_an_error() {
    let role = "role_arn = arn:aws:iam::111122223333:role/Dev\nsource_profile =";
    check(
        &format!(
            "[profile a]\n{role} b\n[profile b]\n{role} c\n[profile c]\n{role} b\n\
             [profile d]\n{role} empty\n[profile empty]\nregion = us-east-1\n[profile e]\n{role} e\n"
        ),
        "",
        expect![[r#"
            error source-loop: ~/.aws/config:9:18: `source_profile` leads back to profile `b`: b → c → b
            error source-without-credentials: ~/.aws/config:12:18: profile `empty` has no credentials
            error source-without-credentials: ~/.aws/config:17:18: profile `e` has no credentials
        "#]],
    );
}

#[test]
fn contradictory_keys_are_a_warning() {
    check(
        &format!(
            "{SESSION}[profile a]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = R\n\
             credential_process = /x --password hush\nduration_seconds = 60\n\
             [profile b]\nsso_session = corp\nsso_region = us-east-2\n\
             [profile c]\nrole_arn = arn:aws:iam::111122223333:role/Dev\nsource_profile = a\n\
             credential_source = Environment\n"
        ),
        "",
        expect![[r#"
            warning overridden-key: ~/.aws/config:9:22: `credential_process` has no effect: `sso_session` (~/.aws/config:6) takes precedence over it
            error invalid-value: ~/.aws/config:10:20: `duration_seconds` is `60`, which is not a duration: expected 900 to 43200 seconds
            warning overridden-key: ~/.aws/config:10:20: `duration_seconds` has no effect without `role_arn`
            error conflicting-keys: ~/.aws/config:13:14: `sso_region` is `us-east-2` in profile `b` (~/.aws/config:13) but `us-east-1` in sso-session `corp` (~/.aws/config:3)
            error conflicting-keys: ~/.aws/config:16:18: profile `c`: profile contained both source_profile and credential_source. Only one or the other can be defined (~/.aws/config:16, ~/.aws/config:17)
        "#]],
    );
}

#[test]
fn plaintext_and_incomplete_keys_are_reported_without_values() {
    check(
        "",
        "[a]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = hush\n\
         [b]\naws_access_key_id = ASIAEXAMPLE\naws_secret_access_key = hush\n\
         [c]\naws_access_key_id = AKIA\u{200b}EXAMPLE\naws_secret_access_key = hu\u{feff}sh\n",
        expect![[r#"
            warning plaintext-key: ~/.aws/credentials:2:21: a long-lived access key is stored in plaintext; use an SSO session, or a `credential_process` that keeps the key elsewhere
            error missing-session-token: ~/.aws/credentials:5:21: a temporary access key without `aws_session_token` is rejected; add `aws_session_token`
            warning plaintext-key: ~/.aws/credentials:8:21: a long-lived access key is stored in plaintext; use an SSO session, or a `credential_process` that keeps the key elsewhere
            error invalid-character: ~/.aws/credentials:8:25: `aws_access_key_id` contains the character U+200B (~/.aws/credentials:8:25): remove it
        "#]],
    );
}

#[test]
fn ignored_header_is_an_error_with_the_header_to_write() {
    check(
        "[another]\n[profile my corp]\n[sso_session x]\n[tool setting]\n[Default]\n",
        "[profile x]\n[sso-session y]\n[my corp]\n",
        expect![[r#"
            error ignored-section: ~/.aws/config:1:1: expected `[profile another]` (this section is ignored)
            error ignored-section: ~/.aws/config:2:1: expected quotes around the name: `[profile 'my corp']` (this section is ignored)
            error ignored-section: ~/.aws/config:3:1: expected `[sso-session x]` (this section is ignored)
            warning ignored-section: ~/.aws/config:4:1: expected `profile` and quotes around the name: `[profile 'tool setting']` (this section is ignored)
            error ignored-section: ~/.aws/config:5:1: expected `[default]` (this section is ignored)
            error ignored-section: ~/.aws/credentials:1:1: expected `[x]`: the credentials file has no `profile` before a name (this section is ignored)
            error ignored-section: ~/.aws/credentials:2:1: expected a profile: this section belongs in the config file (this section is ignored)
            error ignored-section: ~/.aws/credentials:3:1: expected a name of letters, digits and `_-/.%@:+` in the credentials file (this section is ignored)
        "#]],
    );
}

#[test]
fn caret_shows_the_value_unless_it_is_a_secret() {
    let files = Files::from_texts(
        "[profile a]\n  region = us_east_1\n",
        "[a]\naws_access_key_id = AKIAEXAMPLE\n",
    );
    let carets: Vec<_> = lint(&files).into_iter().map(|found| found.caret).collect();
    expect![[r#"
        2 |   region = us_east_1
          |            ^ write `us-east-1`
        2 | aws_access_key_id =…
          |                    ^ use an SSO session, or a `credential_process` that keeps the key elsewhere
        2 | aws_access_key_id =…
          |                    ^"#]].assert_eq(&carets.join("\n"));
}

#[test]
fn levels_are_ordered_by_severity() {
    assert!(Level::Note < Level::Warning && Level::Warning < Level::Error);
}

#[test]
fn known_key_in_an_indented_line_is_an_error() {
    check(
        "[profile a]\nregion = us-east-1\n  output = json\n  favorite = 1\n  a note\n\
         credential_process = /x\n  max_attempts = 3\n\
         s3 =\n  max_concurrent_requests = 20\noutput =\n  region = us-east-2\n\
         [services local]\ns3 =\n  endpoint_url = http://127.0.0.1\n",
        "",
        expect![[r#"
            error swallowed-key: ~/.aws/config:3:3: `output` is not a key here: the line is indented, so it is part of the value of `region` (line 2); remove the indentation
            error swallowed-key: ~/.aws/config:7:3: `max_attempts` is not a key here: the line is indented, so it is part of the value of `credential_process` (line 6); remove the indentation
            error swallowed-key: ~/.aws/config:11:3: `region` is not a key here: the line is indented, so it is part of the value of `output` (line 10); remove the indentation
        "#]],
    );
}

#[test]
fn caret_of_an_indented_key_hides_secrets() {
    let files = Files::from_texts(
        "[profile a]\nregion = us-east-1\n  output = json\n  aws_secret_access_key = hush\n\
         aws_secret_access_key = hush\n  output = hush\n",
        "",
    );
    let found = lint(&files).into_iter().filter(|found| found.rule == "swallowed-key");
    let carets: Vec<_> = found.map(|found| found.caret).collect();
    expect![[r#"
        3 |   output = json
          |   ^ remove the indentation
        4 |   aws_secret_access_key =…
          |   ^ remove the indentation
        6 |   output =…
          |   ^ remove the indentation"#]]
    .assert_eq(&carets.join("\n"));
}

#[test]
fn invalid_url_of_a_service_is_an_error() {
    check(
        "[services local]\ns3 =\n  endpoint_url = example.com\nsts =\n  endpoint_url = https://example.com\n\
         sqs =\n  endpoint_url = https:///x\nsns =\n  endpoint_url = https://a b\n",
        "",
        expect![[r#"
            error invalid-value: ~/.aws/config:3:3: `endpoint_url` is `example.com`, which is not a URL: expected an address such as `https://example.com`
            error invalid-value: ~/.aws/config:7:3: `endpoint_url` is `https:///x`, which is not a URL: expected an address such as `https://example.com`
            error invalid-value: ~/.aws/config:9:3: `endpoint_url` is `https://a b`, which is not a URL: expected an address such as `https://example.com`
        "#]],
    );
}

#[test]
fn invalid_role_arn_is_an_error() {
    let arns = [
        "arn:aws:iam::111122223333:role/path/Dev",
        "arn:aws-cn:iam::111122223333:role/Dev",
        "arn:gcp:iam::111122223333:role/Dev",
        "arn:aws:iam::1111222:role/Dev",
        "arn:aws:iam::111122223333:user/Dev",
        "arn:aws:iam::111122223333:role/",
        "Dev",
    ];
    let profiles = arns.iter().zip('a'..).map(|(arn, name)| {
        format!("[profile {name}]\nrole_arn = {arn}\ncredential_source = Environment\n")
    });
    check(
        &profiles.collect::<String>(),
        "",
        expect![[r#"
        error invalid-value: ~/.aws/config:8:12: `role_arn` is `arn:gcp:iam::111122223333:role/Dev`, which is not a role ARN: expected a text such as `arn:aws:iam::111122223333:role/Name`
        error invalid-value: ~/.aws/config:11:12: `role_arn` is `arn:aws:iam::1111222:role/Dev`, which is not a role ARN: expected a text such as `arn:aws:iam::111122223333:role/Name`
        error invalid-value: ~/.aws/config:14:12: `role_arn` is `arn:aws:iam::111122223333:user/Dev`, which is not a role ARN: expected a text such as `arn:aws:iam::111122223333:role/Name`
        error invalid-value: ~/.aws/config:17:12: `role_arn` is `arn:aws:iam::111122223333:role/`, which is not a role ARN: expected a text such as `arn:aws:iam::111122223333:role/Name`
        error invalid-value: ~/.aws/config:20:12: `role_arn` is `Dev`, which is not a role ARN: expected a text such as `arn:aws:iam::111122223333:role/Name`
    "#]],
    );
}

#[test]
fn invalid_role_session_name_is_an_error() {
    check(
        "[profile a]\nrole_arn = arn:aws:iam::111122223333:role/Dev\n\
         credential_source = Environment\nrole_session_name = two words\n",
        "",
        expect![[r#"
            error invalid-value: ~/.aws/config:4:21: `role_session_name` is `two words`, which is not a role session name: expected 2 to 64 letters, digits or `_+=,.@-` (~/.aws/config:4:21)
        "#]],
    );
}

#[test]
fn incomplete_session_is_reported_once() {
    check(
        "[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\n\
         [profile a]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = R\n",
        "",
        expect![[r#"
            error missing-key: ~/.aws/config:1:1: sso-session `corp` has no `sso_region`; add `sso_region`
        "#]],
    );
}

#[test]
fn unused_source_profile_may_be_missing() {
    check(
        "[profile a]\nrole_arn = arn:aws:iam::111122223333:role/Dev\nweb_identity_token_file = /t\n\
         source_profile = none\n[profile b]\nsource_profile = none\n",
        "",
        expect![[r#"
            warning overridden-key: ~/.aws/config:6:18: `source_profile` has no effect without `role_arn`
        "#]],
    );
}

#[test]
fn source_with_static_keys_ends_a_loop() {
    let role = "role_arn = arn:aws:iam::111122223333:role/Dev\nsource_profile =";
    check(
        &format!("[profile a]\n{role} b\n[profile b]\n{role} a\n"),
        "[b]\naws_access_key_id = ASIAEXAMPLE\naws_secret_access_key = x\naws_session_token = y\n",
        expect![[r#"
            warning overridden-key: ~/.aws/credentials:2:21: `aws_access_key_id` has no effect: `role_arn` (~/.aws/config:5) takes precedence over it
        "#]],
    );
    // Half a pair of keys does not.
    check(
        &format!("[profile a]\n{role} b\n[profile b]\n{role} a\n"),
        "[b]\naws_access_key_id = ASIAEXAMPLE\n",
        expect![[r#"
            error source-loop: ~/.aws/config:6:18: `source_profile` leads back to profile `a`: a → b → a
            warning overridden-key: ~/.aws/credentials:2:21: `aws_access_key_id` has no effect: `role_arn` (~/.aws/config:5) takes precedence over it
        "#]],
    );
}

#[test]
fn other_credentials_beside_a_role_or_a_named_source_have_no_effect() {
    check(
        "[profile a]\nrole_arn = arn:aws:iam::111122223333:role/Dev\ncredential_source = Environment\n\
         credential_process = /x\n\
         [profile b]\ncredential_source = Environment\ncredential_process = /x\n",
        "",
        expect![[r#"
            warning overridden-key: ~/.aws/config:4:22: `credential_process` has no effect: `role_arn` (~/.aws/config:2) takes precedence over it
            warning overridden-key: ~/.aws/config:7:22: `credential_process` has no effect: `credential_source` (~/.aws/config:6) takes precedence over it
        "#]],
    );
}

#[test]
fn similar_names_are_searched_for_a_hundred_keys() {
    let profiles = (0..102).map(|number| format!("[profile p{number}]\nregoin = us-east-1\n"));
    let files = Files::from_texts(&profiles.collect::<String>(), "");
    let found = lint(&files);
    assert_eq!(found.iter().filter(|found| found.help.is_some()).count(), 100);
    assert_eq!(found.len(), 102);
}

#[test]
fn indented_key_is_shown_at_its_column_with_invisible_characters_blanked() {
    let files = Files::from_texts(
        "[profile a]\n  regoin = us-east-1\nregion = us\u{202e}east\nfavorite = a\rb\n",
        "",
    );
    let shown: Vec<_> =
        lint(&files).iter().map(|found| format!("{}{}", show(found), found.caret)).collect();
    expect![[r#"
        warning unknown-key: ~/.aws/config:2:3: unknown key `regoin`; did you mean `region`?; write `region`
        2 |   regoin = us-east-1
          |   ^ write `region`
        error invalid-value: ~/.aws/config:3:10: `region` is `us\u{202e}east`, which is not a region: expected a name such as `us-east-1`
        3 | region = us east
          |          ^
        note unknown-key: ~/.aws/config:4:1: unknown key `favorite`
        4 | favorite = a b
          | ^
        note stray-carriage-return: ~/.aws/config:4:13: expected a line feed after the carriage return
        4 | favorite =…
          |           ^ expected a line feed after the carriage return"#]].assert_eq(&shown.join("\n"));
}
