//! SSO sessions in both styles, and their errors.

use expect_test::{Expect, expect};
use vestibule_profile::{
    Files, Overrides, RoleOverride, Sourced, SsoRole, plan, sign_in_session, sso_session,
};
use vestibule_types::{AccountId, Region, RoleName, SsoSession, StartUrl, Vars};

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
fn session_with_account_and_role_is_role_credentials() {
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
fn session_without_account_and_role_is_a_token() {
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
fn older_style_without_session_section_is_read() {
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
fn profile_that_contradicts_its_session_is_an_error() {
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
fn account_without_role_is_an_error() {
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
fn missing_or_incomplete_session_is_an_error() {
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
fn session_is_found_by_name_without_profile() {
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
fn sign_in_session_is_that_of_the_profile_or_its_source() {
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
fn names_are_listed_once_in_file_order() {
    let files = Files::from_texts(
        "[profile b]\n[sso-session 's t']\n[default]\n[profile b]\n[services x]\n",
        "[c]\n[b]\n",
    );
    assert_eq!(files.profile_names().collect::<Vec<_>>(), ["b", "default", "c"]);
    assert_eq!(files.session_names().collect::<Vec<_>>(), ["s t"]);
}

#[test]
fn account_id_without_twelve_digits_is_an_error() {
    for id in ["11112222333", "1111-2222-3333", "1111222233334", "11112222333x"] {
        let files = Files::from_texts(
            &format!(
                "{SESSION}[default]\nsso_session = corp\nsso_account_id = {id}\nsso_role_name = R\n"
            ),
            "",
        );
        let error = plan(&files, &Vars::default(), &Overrides::default()).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "`sso_account_id` is `{id}`, which is not an account id: expected twelve digits, \
                 without dashes (~/.aws/config:7:18)"
            )
        );
    }
}

#[test]
fn placeholder_account_id_is_left_to_the_portal() {
    for id in ["1", "123456789"] {
        let text = format!(
            "{SESSION}[default]\nsso_session = corp\nsso_account_id = {id}\nsso_role_name = R\n"
        );
        let files = Files::from_texts(&text, "");
        plan(&files, &Vars::default(), &Overrides::default()).unwrap();
    }
}

#[test]
fn pseudo_or_upper_case_region_and_dual_stack_start_url_are_noted() {
    check(
        "[profile dev]\nregion = US-GOV-WEST-1\nsso_region = fips-us-gov-west-1\n\
         sso_start_url = https://ssoins-1.portal.us-gov-west-1.app.aws\n",
        "",
        expect![[r#"
            profile        dev                                            --profile
            region         us-gov-west-1                                  ~/.aws/config:2
            sso_start_url  https://ssoins-1.portal.us-gov-west-1.app.aws  ~/.aws/config:4
            sso_region     us-gov-west-1                                  ~/.aws/config:3
            a token, no credentials: neither sso_account_id nor sso_role_name is set
            note: `region` is `US-GOV-WEST-1` (~/.aws/config:2), which is read as `us-gov-west-1`
            note: `sso_region` is `fips-us-gov-west-1` (~/.aws/config:3), which is read as `us-gov-west-1` with FIPS endpoints
            note: sso_start_url (~/.aws/config:4) selects dual-stack endpoints for signing in
        "#]],
    );
    check(
        "[profile dev]\nregion = us-gov-west-1-fips\n",
        "",
        expect![[r#"
        profile            dev            --profile
        region             us-gov-west-1  ~/.aws/config:2
        use_fips_endpoint  true           ~/.aws/config:2
        no credentials: profile `dev` did not contain credential information (~/.aws/config:1)
        note: `region` is `us-gov-west-1-fips` (~/.aws/config:2), which is read as `us-gov-west-1` with FIPS endpoints
    "#]],
    );
}

#[test]
fn scopes_in_the_profile_alone_have_no_effect() {
    check(
        "[sso-session corp]\nsso_region = us-east-1\nsso_start_url = https://corp.awsapps.com/start\n\
         [profile dev]\nsso_session = corp\nsso_registration_scopes = sso:account:access\n",
        "",
        expect![[r#"
            profile        dev                             --profile
            sso_session    corp                            ~/.aws/config:5
            sso_start_url  https://corp.awsapps.com/start  ~/.aws/config:3
            sso_region     us-east-1                       ~/.aws/config:2
            a token, no credentials: neither sso_account_id nor sso_role_name is set
        "#]],
    );
}

#[test]
fn plan_of_a_role_has_its_session_and_region() {
    let files = Files::from_texts(
        &format!(
            "{SESSION}[profile dev]\nsso_session = corp\nsso_account_id = 111122223333\n\
             sso_role_name = Sample\nregion = eu-west-1\n"
        ),
        "",
    );
    let overrides = Overrides::default().with_profile("dev", "--profile");
    let found = plan(&files, &Vars::default(), &overrides).unwrap();
    assert_eq!(found.region().unwrap().as_str(), "eu-west-1");
    assert_eq!(found.session().unwrap().region.value.as_str(), "us-east-1");
    let none = plan(&files, &Vars::default(), &Overrides::default()).unwrap();
    assert!(none.region().is_none() && none.session().is_none());
}

#[test]
fn role_of_the_caller_replaces_the_profile() {
    let by = |name: &str| Sourced::argument(name.to_owned(), "--sso-session");
    let role = RoleOverride::new(
        by("corp"),
        Sourced::argument(AccountId::new("111122223333").unwrap(), "--account-id"),
        Sourced::argument(RoleName::new("Sample").unwrap(), "--role-name"),
    );
    let overrides = Overrides::default().with_role(role);
    let found = plan(&Files::from_texts(SESSION, ""), &Vars::default(), &overrides).unwrap();
    expect![[r#"
        profile                  111122223333/Sample                         --role-name
        region                   us-east-1                                   ~/.aws/config:2
        sso_session              corp                                        --sso-session
        sso_start_url            https://corp.awsapps.com/start              ~/.aws/config:3
        sso_region               us-east-1                                   ~/.aws/config:2
        sso_registration_scopes  sso:account:access, codewhisperer:analysis  ~/.aws/config:4
        sso_account_id           111122223333                                --account-id
        sso_role_name            Sample                                      --role-name
    "#]]
    .assert_eq(&found.to_string());
}

#[test]
fn scopes_of_a_session_of_the_caller_are_unset_if_empty() {
    let session = SsoSession::legacy(
        StartUrl::new("https://corp.awsapps.com/start").unwrap(),
        Region::new("us-east-1").unwrap(),
    );
    let scopes = |session: &SsoSession| {
        let (account_id, role_name) =
            (AccountId::new("111122223333").unwrap(), RoleName::new("Sample").unwrap());
        SsoRole::from_arguments(session, account_id, role_name, "Builder::role").session.scopes
    };
    assert!(scopes(&session).is_none());
    let found = scopes(&session.with_scopes(["sso:account:access"])).unwrap();
    assert_eq!(found.value, ["sso:account:access"]);
}
