//! Sign-ins to IAM Identity Center: both styles, and what goes wrong with them.

use expect_test::{Expect, expect};
use vestibule_profile::{Files, Overrides, Sourced, sign_in_session, sso_session};
use vestibule_types::Vars;

use crate::check::check;

const SESSION: &str = "\
[sso-session corp]
sso_region = us-east-1
sso_start_url = https://corp.awsapps.com/start
sso_registration_scopes = sso:account:access, , codewhisperer:analysis
";

#[track_caller]
fn with_session(profile: &str, expect: Expect) {
    check(&format!("{SESSION}[profile dev]\n{profile}"), "", expect);
}

#[test]
fn a_session_and_a_role() {
    with_session(
        "sso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Sample\n",
        expect![[r#"
            profile                  dev                                         --profile
            sso_session              corp                                        ~/.aws/config:6
            sso_start_url            https://corp.awsapps.com/start              ~/.aws/config:3
            sso_region               us-east-1                                   ~/.aws/config:2
            sso_registration_scopes  sso:account:access, codewhisperer:analysis  ~/.aws/config:4
            sso_account_id           111122223333                                ~/.aws/config:7
            sso_role_name            Sample                                      ~/.aws/config:8
        "#]],
    );
}

#[test]
fn a_session_alone_is_a_token() {
    with_session(
        "sso_session = corp\n",
        expect![[r#"
            profile                  dev                                         --profile
            sso_session              corp                                        ~/.aws/config:6
            sso_start_url            https://corp.awsapps.com/start              ~/.aws/config:3
            sso_region               us-east-1                                   ~/.aws/config:2
            sso_registration_scopes  sso:account:access, codewhisperer:analysis  ~/.aws/config:4
            a token, no credentials: neither sso_account_id nor sso_role_name is set
        "#]],
    );
}

#[test]
fn the_older_style() {
    check(
        "[profile dev]\nsso_start_url = https://corp.awsapps.com/start#/\nsso_region = eu-west-1\n\
         sso_account_id = 111122223333\nsso_role_name = Sample\n",
        "",
        expect![[r#"
            profile         dev                               --profile
            sso_start_url   https://corp.awsapps.com/start#/  ~/.aws/config:2
            sso_region      eu-west-1                         ~/.aws/config:3
            sso_account_id  111122223333                      ~/.aws/config:4
            sso_role_name   Sample                            ~/.aws/config:5
        "#]],
    );
    check(
        "[profile dev]\nsso_account_id = 1\nsso_role_name = Sample\n",
        "",
        expect![[r#"
            error: profile `dev` is incomplete: `sso_region` and `sso_start_url` were missing (~/.aws/config:2)
            at: ~/.aws/config:2:18
        "#]],
    );
    check(
        "[profile dev]\nsso_region = us-east-1\n",
        "",
        expect![[r#"
            error: profile `dev` is incomplete: `sso_start_url` was missing (~/.aws/config:2)
            at: ~/.aws/config:2:14
        "#]],
    );
}

#[test]
fn a_profile_may_repeat_its_session_but_not_contradict_it() {
    with_session(
        "sso_session = corp\nsso_region = us-east-1\n",
        expect![[r#"
            profile                  dev                                         --profile
            sso_session              corp                                        ~/.aws/config:6
            sso_start_url            https://corp.awsapps.com/start              ~/.aws/config:3
            sso_region               us-east-1                                   ~/.aws/config:2
            sso_registration_scopes  sso:account:access, codewhisperer:analysis  ~/.aws/config:4
            a token, no credentials: neither sso_account_id nor sso_role_name is set
        "#]],
    );
    with_session(
        "sso_session = corp\nsso_region = us-east-2\n",
        expect![[r#"
        error: `sso_region` is `us-east-2` in profile `dev` (~/.aws/config:7) but `us-east-1` in sso-session `corp` (~/.aws/config:2)
        at: ~/.aws/config:7:14
    "#]],
    );
    with_session(
        "sso_session = corp\nsso_registration_scopes = x\n",
        expect![[r#"
        error: `sso_registration_scopes` is `x` in profile `dev` (~/.aws/config:7) but `sso:account:access, , codewhisperer:analysis` in sso-session `corp` (~/.aws/config:4)
        at: ~/.aws/config:7:27
    "#]],
    );
}

#[test]
fn account_and_role_go_together() {
    with_session(
        "sso_session = corp\nsso_account_id = 1\n",
        expect![[r#"
        error: profile `dev` has invalid SSO config: if `sso_account_id` is set, then `sso_role_name` must also be set (~/.aws/config:7)
        at: ~/.aws/config:7:18
    "#]],
    );
    with_session(
        "sso_session = corp\nsso_role_name = Sample\n",
        expect![[r#"
        error: profile `dev` has invalid SSO config: if `sso_role_name` is set, then `sso_account_id` must also be set (~/.aws/config:7)
        at: ~/.aws/config:7:17
    "#]],
    );
}

#[test]
fn a_session_has_to_exist_and_be_whole() {
    with_session(
        "sso_session = crop\n",
        expect![[r#"
        error: sso-session named `crop` (referenced by profile `dev`) was not found (~/.aws/config:6) in ~/.aws/config; similar: `corp`
        at: ~/.aws/config:6:15
    "#]],
    );
    check(
        "[sso-session My Corp]\n[profile dev]\nsso_session = My Corp\n",
        "",
        expect![[r#"
            error: sso-session named `My Corp` (referenced by profile `dev`) was not found (~/.aws/config:3) in ~/.aws/config; ~/.aws/config:1:1: expected quotes around the name: `[sso-session 'My Corp']` (this section is ignored)
            at: ~/.aws/config:3:15
        "#]],
    );
    check(
        "[sso-session corp]\n[profile dev]\nsso_session = corp\n",
        "",
        expect![[r#"
            error: sso-session `corp` is incomplete: `sso_region` and `sso_start_url` were missing (~/.aws/config:1)
            at: ~/.aws/config:1
        "#]],
    );
    check(
        "[sso-session corp]\nsso_region = us-east-1\n[profile dev]\nsso_session = corp\n\
         sso_start_url = https://corp.awsapps.com/start\n",
        "",
        expect![[r#"
            error: profile `dev` has invalid SSO config: `sso_start_url` can only be specified in the [sso-session] config when a session name is given (~/.aws/config:5)
            at: ~/.aws/config:5:17
        "#]],
    );
    check(
        "[sso-session corp]\nsso_region\n[profile dev]\nsso_session = corp\n",
        "",
        expect![[r#"
        error: ~/.aws/config:2:11: expected `=` after the key
        at: ~/.aws/config:2:11
    "#]],
    );
}

#[test]
fn a_session_can_be_asked_for_by_name() {
    let files = Files::from_texts(SESSION, "");
    let corp = Sourced::argument("corp".to_owned(), "--sso-session");
    let found = sso_session(&files, &corp).unwrap();
    assert_eq!(found.name.as_ref().unwrap().to_string(), "corp (--sso-session)");
    assert_eq!(found.region.to_string(), "us-east-1 (~/.aws/config:2)");
    let session = found.session();
    assert_eq!(session.scopes, ["sso:account:access", "codewhisperer:analysis"]);
    for name in ["crop", ""] {
        let name = Sourced::argument(name.to_owned(), "--sso-session");
        assert!(sso_session(&files, &name).is_err());
    }
}

#[test]
fn a_sign_in_takes_the_profiles_own_session_or_that_of_its_source() {
    let find = |profile: &str| {
        let files = Files::from_texts(&format!("{SESSION}{profile}"), "");
        let overrides = Overrides::default().with_profile("dev", "--profile");
        let found =
            sign_in_session(&files, &Vars::default(), &overrides).map_err(|e| e.to_string())?;
        Ok::<_, String>(found.map(|session| session.region.to_string()))
    };
    let there = Ok(Some("us-east-1 (~/.aws/config:2)".to_owned()));
    assert_eq!(find("[profile dev]\nsso_session = corp\nsso_account_id = 1\n"), there);
    assert_eq!(
        find("[profile dev]\nsso_session = corp\nrole_arn = r\ncredential_source = Environment\n"),
        there
    );
    let source = "[profile dev]\nrole_arn = r\nsource_profile = hub\n[profile hub]\n";
    assert_eq!(find(&format!("{source}sso_session = corp\n")), there);
    assert_eq!(find("[profile dev]\ncredential_process = x\n"), Ok(None));
    assert_eq!(
        find("[profile dev]\nsso_start_url = https://x.test\nsso_region = eu-west-1\n"),
        Ok(Some("eu-west-1 (~/.aws/config:7)".to_owned()))
    );
    assert!(find("[profile dev]\nsso_session = crop\n").is_err());
}

#[test]
fn names_are_listed_in_file_order() {
    let files = Files::from_texts(
        "[profile b]\n[sso-session 's t']\n[default]\n[profile b]\n[services x]\n",
        "[c]\n[b]\n",
    );
    assert_eq!(files.profile_names().collect::<Vec<_>>(), ["b", "default", "c"]);
    assert_eq!(files.session_names().collect::<Vec<_>>(), ["s t"]);
}
