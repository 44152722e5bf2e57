//! Properties of every text.

use proptest::prelude::*;
use vestibule_profile::{ErrorKind, Files, Overrides, lint, plan, sign_in_session};
use vestibule_types::Vars;

/// Plans every profile of two texts, and one that is not there. Nothing panics; a profile that is
/// listed is found, any other is not; what is secret stays secret, and an error is one line.
fn check_laws(config: &str, credentials: &str, vars: &Vars) {
    let files = Files::from_texts(config, credentials);
    for name in files.profile_names() {
        let overrides = Overrides::default().with_profile(name.clone(), "--profile");
        let found = plan(&files, vars, &overrides);
        let shown = found.as_ref().map_or_else(|e| format!("{e} {e:?}"), |p| format!("{p} {p:?}"));
        assert!(!shown.contains("HUSH"), "{shown}");
        let one_line = found.as_ref().map_or_else(|e| !e.to_string().contains('\n'), |_| true);
        assert!(one_line, "{shown}");
        let missing = found.is_err_and(|error| match error.kind() {
            ErrorKind::Undefined(undefined) => undefined.name().origin.to_string() == "--profile",
            _ => false,
        });
        assert!(!missing, "{name} is listed and not found");
        let _ = sign_in_session(&files, vars, &overrides);
    }
    for found in lint(&files) {
        let shown = format!("{found} {found:?}");
        assert!(!shown.contains("HUSH"), "{shown}");
        assert!(!found.to_string().contains('\n') && 0 < found.place.line(), "{shown}");
    }
    let overrides = Overrides::default().with_profile("no such profile", "--profile");
    assert!(plan(&files, vars, &overrides).is_err());
    let _ = plan(&files, vars, &Overrides::default());
}

/// Lines that profiles are made of, and a few that break them.
fn line() -> impl Strategy<Value = String> {
    const NAMES: &[&str] = &["default", "a", "b", "c"];
    const HEADERS: &[&str] = &["profile", "sso-session", "services", ""];
    const KEYS: &[&str] = &[
        "role_arn",
        "source_profile",
        "credential_source",
        "web_identity_token_file",
        "sso_session",
        "sso_start_url",
        "sso_region",
        "sso_account_id",
        "sso_role_name",
        "login_session",
        "aws_access_key_id",
        "region",
        "services",
        "endpoint_url",
        "max_attempts",
        "duration_seconds",
        "use_fips_endpoint",
        "aws_account_id",
    ];
    const SECRETS: &[&str] = &["aws_secret_access_key", "aws_session_token"];
    const VALUES: &[&str] = &["a", "b", "c", "", "true", "us-east-1", "Environment", "7"];
    let pick = prop::sample::select::<&str>;
    prop_oneof![
        3 => (pick(HEADERS), pick(NAMES)).prop_map(|(kind, name)| format!("[{kind} {name}]")),
        6 => (pick(KEYS), pick(VALUES)).prop_map(|(key, value)| format!("{key} = {value}")),
        2 => pick(SECRETS).prop_map(|key| format!("{key} = HUSH")),
        1 => Just("credential_process = x HUSH".to_owned()),
        1 => ".{0,12}",
    ]
}

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(line(), 0..40).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #[test]
    fn plan_of_any_profile_text_holds_the_laws(config in text(), credentials in text()) {
        check_laws(&config, &credentials, &Vars::default());
    }

    #[test]
    fn plan_with_any_environment_holds_the_laws(
        config in text(),
        vars in prop::collection::btree_map("AWS_(PROFILE|REGION|MAX_ATTEMPTS|ENDPOINT_URL_A)", "[a-c1-3]{0,2}", 0..4),
    ) {
        check_laws(&config, "", &vars.into_iter().collect());
    }

    #[test]
    fn plan_of_arbitrary_text_does_not_panic(config in "[\\PC\n=\\[\\]]{0,80}", credentials in "[\\PC\n=\\[\\]]{0,40}") {
        check_laws(&config, &credentials, &Vars::default());
    }
}
