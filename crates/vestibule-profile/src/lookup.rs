//! Lookup of single settings, such as those of other libraries.

use vestibule_config::SectionKind;
use vestibule_types::Vars;

use crate::{Files, Origin, Place, Setting};

const SERVICES: &str = "services";

/// Returns a setting of the environment or, if the variable is not set, of the profile.
///
/// For settings that this crate does not know. Empty means not set.
#[inline]
pub fn lookup_setting<'a>(
    files: &'a Files,
    vars: &'a Vars,
    profile: &str,
    variable: &str,
    key: &str,
) -> Option<Setting<'a>> {
    from_environment(vars, variable, key).or_else(|| files.profile(profile)?.get(key))
}

/// Returns a setting of a program that signs in: of the environment, the profile, the `[sso-session]`, or
/// the profile `default`, in this order.
///
/// Empty means not set.
#[inline]
pub fn lookup_sign_in_setting<'a>(
    files: &'a Files,
    vars: &'a Vars,
    profile: Option<&str>,
    session: Option<&str>,
    variable: &str,
    key: &str,
) -> Option<Setting<'a>> {
    let in_session = || files.section(SectionKind::SsoSession, session?)?.get(key);
    from_environment(vars, variable, key)
        .or_else(|| files.profile(profile?)?.get(key))
        .or_else(in_session)
        .or_else(|| files.profile("default")?.get(key))
}

/// Returns a setting for one service: `AWS_X_SSO_OIDC`, `AWS_X`, `x` in the block `sso_oidc` or
/// `sso-oidc` of the profile's `services` section, or `x` of the profile, in this order.
///
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html> (read 2026-11)
#[inline]
pub fn lookup_service_setting<'a>(
    service_id: &str,
    files: &'a Files,
    vars: &'a Vars,
    profile: &str,
    variable: &str,
    key: &str,
) -> Option<Setting<'a>> {
    let id = service_id.replace([' ', '-'], "_");
    from_environment(vars, &format!("{variable}_{}", id.to_ascii_uppercase()), key)
        .or_else(|| from_environment(vars, variable, key))
        .or_else(|| from_services(files, profile, &id, key))
        .or_else(|| files.profile(profile)?.get(key))
}

#[inline]
fn from_environment<'a>(vars: &'a Vars, variable: &str, key: &str) -> Option<Setting<'a>> {
    Setting::new(key.to_owned(), vars.get(variable)?, Origin::Variable(variable.to_owned().into()))
}

#[inline]
fn from_services<'a>(files: &'a Files, profile: &str, id: &str, key: &str) -> Option<Setting<'a>> {
    let name = files.profile(profile)?.get(SERVICES)?;
    let services = files.section(SectionKind::Services, name.text())?;
    let block = |id: &str| services.section().get(id)?.nested(key);
    let value = block(id).or_else(|| block(&id.replace('_', "-")))?;
    let origin = Origin::File(Place::new(services.location(), value.line(), None));
    Setting::new(key.to_owned(), value.text().to_owned(), origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: &str = "\
[profile dev]
services = mine
size = 1
[services mine]
s3 =
  size = 2
sso-oidc =
  size = 3
";

    #[track_caller]
    fn check(service_id: Option<&str>, vars: &[(&str, &str)], expected: &str) {
        let files = Files::from_texts(CONFIG, "");
        let vars = vars.iter().copied().collect();
        let found = match service_id {
            Some(id) => lookup_service_setting(id, &files, &vars, "dev", "AWS_SIZE", "size"),
            None => lookup_setting(&files, &vars, "dev", "AWS_SIZE", "size"),
        };
        let shown = found.map(|found| format!("{} ({})", found.text(), found.origin()));
        assert_eq!(shown.as_deref().unwrap_or_default(), expected);
    }

    #[test]
    fn environment_takes_precedence_over_the_profile() {
        check(None, &[], "1 (~/.aws/config:3)");
        check(None, &[("AWS_SIZE", "9"), ("AWS_SIZE_S3", "8")], "9 (AWS_SIZE)");
        check(None, &[("AWS_SIZE", "")], "1 (~/.aws/config:3)");
    }

    #[test]
    fn service_setting_takes_precedence_in_either_place() {
        check(Some("S3"), &[], "2 (~/.aws/config:6)");
        check(Some("SSO OIDC"), &[], "3 (~/.aws/config:8)");
        check(Some("STS"), &[], "1 (~/.aws/config:3)");
        check(Some("S3"), &[("AWS_SIZE", "9")], "9 (AWS_SIZE)");
        check(Some("S3"), &[("AWS_SIZE", "9"), ("AWS_SIZE_S3", "8")], "8 (AWS_SIZE_S3)");
    }

    #[test]
    fn sign_in_setting_is_found_in_the_profile_the_session_or_the_default_profile() {
        let files = Files::from_texts(
            "[default]\nflow = d\n[profile dev]\nflow = p\n[sso-session corp]\nflow = s\n",
            "",
        );
        let vars = Vars::from_iter([("FLOW", "v")]);
        let find = |vars: &Vars, profile, session| {
            let found = lookup_sign_in_setting(&files, vars, profile, session, "FLOW", "flow");
            found.map(|found| found.text().to_owned())
        };
        assert_eq!(find(&vars, Some("dev"), Some("corp")).as_deref(), Some("v"));
        let none = Vars::default();
        assert_eq!(find(&none, Some("dev"), Some("corp")).as_deref(), Some("p"));
        assert_eq!(find(&none, Some("other"), Some("corp")).as_deref(), Some("s"));
        assert_eq!(find(&none, None, Some("other")).as_deref(), Some("d"));
    }

    #[test]
    fn missing_setting_is_none() {
        let (files, vars) = (Files::from_texts("", ""), Vars::default());
        assert!(lookup_service_setting("S3", &files, &vars, "dev", "AWS_SIZE", "size").is_none());
    }
}
