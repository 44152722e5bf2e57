//! `configure` and the files that it edits.

use std::fs;
#[cfg(unix)]
use std::os::unix::fs::{PermissionsExt as _, symlink};

use expect_test::expect;
use vestibule_emulator::{Emulator, Operation};

use crate::support::{CONFIG, TestEnv, hint_here};

const PORTAL: [&str; 4] =
    ["--start-url", "https://provided-domain.awsapps.com/start", "--sso-region", "us-east-1"];

fn read(env: &TestEnv, path: &str) -> String {
    fs::read_to_string(env.path(path)).unwrap()
}

#[test]
fn configure_set_changes_one_value_and_nothing_else() {
    let env = TestEnv::new();
    env.write(
        ".aws/config",
        "# mine\n[profile dev]\nRegion=eu-west-1 # near\n\n[plugins]\nx = y\n",
    );
    let ran = env.run(["configure", "set", "region", "us-east-1", "--profile", "dev"]);
    assert_eq!((ran.succeeded().stdout.as_str(), ran.stderr.as_str()), ("", ""));
    let text = "# mine\n[profile dev]\nRegion=us-east-1 # near\n\n[plugins]\nx = y\n";
    assert_eq!(read(&env, ".aws/config"), text);
    let value = env.run(["configure", "get", "region", "--profile", "dev"]);
    assert_eq!(value.succeeded().stdout, "us-east-1\n");
}

#[test]
fn configure_unset_removes_one_value_and_nothing_else() {
    let env = TestEnv::new();
    let text =
        "# mine\n[profile dev]\nRegion=eu-west-1 # near\n# about s3\ns3 =\n  a = 1\n  b = 2\n";
    env.write(".aws/config", text);
    let unset = |key: &str| env.run(["configure", "unset", key, "--profile", "dev"]);
    let preview = env.run(["configure", "unset", "region", "--profile", "dev", "--dry-run"]);
    assert!(preview.succeeded().stdout.contains("-Region=eu-west-1 # near\n"), "{preview:?}");
    assert_eq!(read(&env, ".aws/config"), text);
    unset("region")
        .succeeded()
        .stderr_contains("Removed region of profile dev (~/.aws/config:3).\n")
        .stderr_contains("Backup of the previous file: ");
    unset("s3.a").succeeded().stderr_contains("(~/.aws/config:5)");
    let rest = "# mine\n[profile dev]\n# about s3\ns3 =\n  b = 2\n";
    assert_eq!(read(&env, ".aws/config"), rest);
    let again = unset("region").succeeded().stderr.clone();
    assert_eq!(again, "region of profile dev is not set, nothing to do.\n");
    env.run(["configure", "unset", "region", "--profile", "dve"])
        .exits_with(6)
        .stderr_contains("profile `dve` is not defined")
        .stderr_contains("hint: vestibule list-profiles\n");
    assert_eq!(read(&env, ".aws/config"), rest);
}

#[test]
fn configure_unset_removes_the_value_that_is_used() {
    let env = TestEnv::new();
    env.write(".aws/config", "[profile dev]\nregion = a\n");
    env.write(".aws/credentials", "[dev]\naws_access_key_id = AKID\nregion = b\n");
    let unset = |key: &str| {
        env.run(["configure", "unset", key, "--profile", "dev"]).succeeded().stderr.clone()
    };
    let removed = unset("region");
    assert!(removed.contains("is also set at ~/.aws/"), "{removed}");
    let removed = unset("region");
    assert!(!removed.contains("is also set"), "{removed}");
    unset("aws_access_key_id");
    let files = [".aws/config", ".aws/credentials"].map(|path| read(&env, path));
    assert_eq!(files, ["[profile dev]\n", "[dev]\n"]);
    let session = ["configure", "unset", "sso_region", "--sso-session", "none"];
    env.run(session).exits_with(6).stderr_contains("sso-session `none` is not defined");
}

#[test]
fn configure_set_keeps_the_line_ends_of_windows() {
    let env = TestEnv::new();
    env.write(".aws/config", "[default]\r\nregion = us-east-1\r\n");
    env.run(["configure", "set", "region", "us-west-2"]).succeeded();
    env.run(["configure", "set", "output", "json"]).succeeded();
    env.run(["configure", "set", "region", "us-west-2", "--profile", "dev"]).succeeded();
    let text = read(&env, ".aws/config");
    assert!(text.contains("output = json") && text.contains("[profile dev]"), "{text}");
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "{text:?}");
}

#[test]
fn configure_set_of_a_new_section_says_that_it_was_created() {
    let env = TestEnv::new();
    let set = |args: &[&str]| {
        let ran = env.run([&["configure", "set", "region", "us-east-1"], args].concat());
        ran.succeeded().stderr.clone()
    };
    assert_eq!(set(&["--profile", "nosuch"]), "Created profile nosuch in ~/.aws/config.\n");
    assert_eq!(set(&["--profile", "nosuch"]), "");
    let created = set(&["--profile", "nosuhc"]);
    let similar = "Created profile nosuhc in ~/.aws/config. A similar name exists: nosuch.\nBackup";
    assert!(created.starts_with(similar), "{created}");
    let session = env.run(["configure", "set", "sso_region", "us-east-1", "--sso-session", "corp"]);
    session.succeeded().stderr_contains("Created SSO session corp in ~/.aws/config.\n");
    let key = ["configure", "set", "aws_access_key_id", "AKIDEXAMPLE", "--profile", "keys"];
    env.run(key).succeeded().stderr_contains("Created profile keys in ~/.aws/credentials.");
}

#[test]
fn configure_lint_and_set_name_a_key_that_is_part_of_another_value() {
    let env = TestEnv::new();
    env.write(".aws/config", "[profile dev]\noutput = json\n  region = us-east-1\n");
    let lint = env.run(["configure", "lint"]);
    lint.exits_with(6);
    expect![[r#"
        error: ~/.aws/config:3:3: `region` is not a key here: the line is indented, so it is part of the value of `output` (line 2)
        3 |   region = us-east-1
          |   ^ remove the indentation
    "#]]
    .assert_eq(&lint.stdout);
    for (key, value) in [("region", "eu-west-1"), ("output", "text")] {
        env.run(["configure", "set", key, value, "--profile", "dev"])
            .succeeded()
            .stderr_contains("~/.aws/config:3:3: `region` is not a key here");
    }
    env.write(".aws/config", "[profile dev]\nregion =\n  output = json\ns3 =\n  region = x\n");
    let lint = env.run(["configure", "lint"]);
    assert_eq!(lint.exits_with(6).stdout.matches("is not a key here").count(), 1, "{lint:?}");
}

#[test]
fn configure_set_and_get_accept_the_keys_of_aws() {
    let env = TestEnv::new();
    env.write(".aws/config", "");
    for (key, value) in [
        ("region", "a"),
        ("default.output", "json"),
        ("profile.dev.region", "b"),
        ("profile.dev.s3.addressing_style", "path"),
        ("s3.max_concurrent_requests", "-1"),
    ] {
        env.run(["configure", "set", key, value]).succeeded();
        assert_eq!(env.run(["configure", "get", key]).succeeded().stdout, format!("{value}\n"));
    }
    let session = ["--sso-session", "corp"];
    env.run([&["configure", "set", "sso_region", "c"], &session[..]].concat()).succeeded();
    let json = env.run([&["configure", "get", "sso_region", "--json"], &session[..]].concat());
    assert_eq!(json.json()["origin"], "~/.aws/config:13");
    expect![[r#"
        [default]
        region = a
        output = json
        s3 =
            max_concurrent_requests = -1

        [profile dev]
        region = b
        s3 =
            addressing_style = path

        [sso-session corp]
        sso_region = c
    "#]]
    .assert_eq(&read(&env, ".aws/config"));
    env.run(["configure", "get", "missing"]).exits_with(1);
}

#[test]
fn configure_set_writes_keys_to_the_credentials_file() {
    let env = TestEnv::new();
    let id = ["configure", "set", "aws_access_key_id", "AKIDEXAMPLE", "--profile", "keys"];
    env.run(id).succeeded();
    let secret = ["configure", "set", "aws_secret_access_key", "hush", "--profile", "keys"];
    let shown = env.run([&secret[..], &["--dry-run"]].concat());
    assert!(shown.stdout.contains("aws_secret_access_key = …"), "{shown:?}");
    env.run(secret).succeeded();
    let written = "[keys]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = hush\n";
    assert_eq!(read(&env, ".aws/credentials"), written);
    assert_eq!(read(&env, ".aws/config"), CONFIG);
    #[cfg(unix)]
    {
        let mode = fs::metadata(env.path(".aws/credentials")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let before = env.path(".aws/credentials.vestibule-undo");
    assert!(!before.exists(), "a backup would keep the secrets in it");
}

#[cfg(unix)]
#[test]
fn configure_set_preserves_mode_and_symlink_and_writes_a_backup() {
    let env = TestEnv::new();
    env.write("dotfiles/aws", CONFIG);
    fs::remove_file(env.path(".aws/config")).unwrap();
    symlink(env.path("dotfiles/aws"), env.path(".aws/config")).unwrap();
    fs::set_permissions(env.path("dotfiles/aws"), fs::Permissions::from_mode(0o644)).unwrap();
    env.run(["configure", "set", "output", "text"]).succeeded();
    assert!(env.path(".aws/config").is_symlink());
    assert!(read(&env, "dotfiles/aws").contains("output = text"));
    let mode = |path| fs::metadata(env.path(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("dotfiles/aws"), 0o644);
    assert_eq!(read(&env, ".aws/config.vestibule-undo"), CONFIG);
    assert_eq!(mode(".aws/config.vestibule-undo"), 0o600);
}

#[test]
fn configure_set_concurrent_writers_lose_nothing() {
    let env = TestEnv::new();
    env.write(".aws/config", "");
    std::thread::scope(|scope| {
        for writer in 0..8 {
            let env = &env;
            scope.spawn(move || {
                let key = format!("profile.p{writer}.region");
                env.run(["configure", "set", &key, "x"]).succeeded();
            });
        }
    });
    assert_eq!(env.run(["list-profiles"]).stdout.lines().count(), 8);
}

#[test]
fn configure_sso_writes_a_profile_that_works() {
    let env = TestEnv::new();
    env.write(".aws/config", "# mine\n");
    let args = ["configure", "sso", "--session-name", "corp", "--region", "eu-west-1"];
    let ran = env.run([&args[..], &PORTAL, &["--output-format", "json"]].concat());
    ran.succeeded().stderr_contains(
        "Saved profile SampleRole-111122223333 to ~/.aws/config. Next: vestibule whoami --profile SampleRole-111122223333\n",
    );
    assert_eq!(env.pages_opened().len(), 1);
    let export = hint_here("export AWS_PROFILE=SampleRole-111122223333");
    ran.stderr_contains(&format!("For aws, terraform and other tools in this shell: {export}\n"));
    expect![[r#"
        # mine

        [profile SampleRole-111122223333]
        sso_session = corp
        sso_account_id = 111122223333
        sso_role_name = SampleRole
        region = eu-west-1
        output = json

        [sso-session corp]
        sso_start_url = https://provided-domain.awsapps.com/start
        sso_region = us-east-1
        sso_registration_scopes = sso:account:access
    "#]]
    .assert_eq(&read(&env, ".aws/config"));
    env.run(["whoami", "--profile", "SampleRole-111122223333"]).succeeded();

    // The session exists now and is signed in.
    let again =
        env.run(["configure", "sso", "--session-name", "corp", "--profile", "two", "--json"]);
    assert_eq!(again.succeeded().json()["accountId"], "111122223333");
    assert_eq!(env.pages_opened().len(), 1);
    env.run(["export-credentials", "--profile", "two"]).succeeded();
}

#[test]
fn configure_sso_with_account_and_role_needs_no_sign_in() {
    let env = TestEnv::new();
    env.write(".aws/config", "");
    let args = ["configure", "sso", "--session-name", "corp", "--profile", "dev"];
    let role = ["--account-id", "111122223333", "--role-name", "SampleRole"];
    env.run([&args[..], &PORTAL, &role, &["--dry-run"]].concat()).succeeded();
    assert_eq!(read(&env, ".aws/config"), "");
    env.run([&args[..], &PORTAL, &role].concat()).succeeded();
    assert!(env.emulator.requests().is_empty());
    env.run(["login", "--profile", "dev"]).succeeded();
    env.run(["whoami", "--profile", "dev", "--region", "us-east-1"]).succeeded();
}

#[test]
fn configure_sso_several_accounts_without_prompt_is_an_error() {
    let env = TestEnv::with_emulator(
        Emulator::builder()
            .account("111122223333", "beta")
            .account("000000000042", "Alpha")
            .role("000000000042", "Reader")
            .role("000000000042", "admin"),
    );
    let args = ["configure", "sso", "--session-name", "my-sso", "--profile", "new"];
    let refused = env.run(args);
    refused
        .exits_with(2)
        .stderr_contains("error: --account-id is required when prompts are disabled");
    let [alpha, beta] = ["  Alpha ", "  beta "].map(|name| refused.stderr.find(name).unwrap());
    assert!(alpha < beta, "{refused:?}");
    let refused = env.run([&args[..], &["--account-id", "000000000042"]].concat());
    refused
        .exits_with(2)
        .stderr_contains("error: --role-name is required when prompts are disabled")
        .stderr_contains("  admin\n  Reader\n");
    assert!(!read(&env, ".aws/config").contains("new"));
    assert_eq!(env.emulator.count(Operation::CreateToken), 1);
}

/// The region is not asked for if the portal's host name contains it.
#[test]
fn configure_sso_detects_the_region_of_the_portal() {
    const OWN: &str = "https://sso.example.com/start";
    const PORTAL: &str = "https://ssoins-1.portal.eu-west-1.app.aws";
    let region = vestibule::Region::new("eu-west-1").unwrap();
    for (own, given) in [(OWN, ""), (PORTAL, ""), (OWN, "--sso-region=us-east-1")] {
        let emulator = Emulator::builder().auto_approve().region(region.clone());
        let env = TestEnv::with_emulator(emulator.vanity_url(OWN, PORTAL));
        env.write(".aws/config", "");
        env.write("ca.pem", env.server.ca_pem());
        let args = ["configure", "sso", "--session-name", "corp", "--start-url", own, given];
        env.vestibule(args.into_iter().filter(|arg| !arg.is_empty()))
            .env("AWS_ENDPOINT_URL", "")
            .env("HTTPS_PROXY", env.server.http())
            .env("AWS_CA_BUNDLE", env.path("ca.pem"))
            .run()
            .succeeded();
        let config = read(&env, ".aws/config");
        assert!(
            config.contains(&format!("sso_start_url = {own}\nsso_region = eu-west-1")),
            "{config}"
        );
        assert!(config.contains("[profile SampleRole-111122223333]"), "{config}");
    }
}

#[test]
fn configure_sso_moves_a_legacy_profile_to_a_session() {
    let env = TestEnv::new();
    env.write(
        ".aws/config",
        "[profile old]\nsso_start_url = https://provided-domain.awsapps.com/start\n\
         sso_region = us-east-1\nsso_account_id = 111122223333\nsso_role_name = SampleRole\n",
    );
    let args = ["configure", "sso", "--session-name", "corp", "--profile", "old"];
    env.run([&args[..], &PORTAL].concat()).succeeded();
    env.run(["export-credentials", "--profile", "old"]).succeeded();
}

#[test]
fn configure_sso_session_writes_and_changes_a_session() {
    let env = TestEnv::new();
    env.write(".aws/config", "");
    let args = ["configure", "sso-session", "--session-name", "my org"];
    env.run([&args[..], &PORTAL].concat())
        .succeeded()
        .stderr_contains("To sign in: vestibule login --sso-session 'my org'");
    env.run([&args[..], &["--sso-region", "eu-west-1"]].concat()).succeeded();
    expect![[r#"
        [sso-session 'my org']
        sso_start_url = https://provided-domain.awsapps.com/start
        sso_region = eu-west-1
        sso_registration_scopes = sso:account:access
    "#]]
    .assert_eq(&read(&env, ".aws/config"));
    let odd = [&args[..], &["--start-url", "https://x.awsapps.com/start/#/"]].concat();
    env.run(&odd).exits_with(2).stderr_contains("--overwrite is required");
    let odd = [&odd[..], &["--overwrite"]].concat();
    env.run(odd).succeeded().stderr_contains("sso_start_url = https://x.awsapps.com/start\n");
    let plain = [&args[..], &["--start-url", "http://x.awsapps.com/start"]].concat();
    env.run(plain)
        .exits_with(2)
        .stderr_contains("--start-url: `http://x.awsapps.com/start` does not begin with");
}

#[test]
fn configure_lint_valid_files_says_no_problems_on_stderr() {
    let env = TestEnv::new();
    let ran = env.run(["configure", "lint"]);
    assert_eq!(ran.succeeded().stdout, "");
    assert_eq!(ran.stderr, "no problems in ~/.aws/config and ~/.aws/credentials\n");
}

#[test]
fn configure_lint_error_exits_with_6_and_shows_the_line() {
    let env = TestEnv::new();
    env.write(
        ".aws/config",
        "[profile dev]\nregion = us_east_1\nsso_sesion = corp\noutput = jsno\n[another]\n",
    );
    let ran = env.run(["configure", "lint"]);
    ran.exits_with(6);
    expect![[r#"
        error: ~/.aws/config:2:10: `region` is `us_east_1`, which is not a region: expected a name such as `us-east-1`
        2 | region = us_east_1
          |          ^ write `us-east-1`
        warning: ~/.aws/config:3:1: unknown key `sso_sesion`; did you mean `sso_session`?
        3 | sso_sesion = corp
          | ^ write `sso_session`
        error: ~/.aws/config:4:10: `output` is `jsno`, which is not a known value: expected `json`, `text`, `table`, `yaml`, `yaml-stream` or `off`
        4 | output = jsno
          |          ^ write `json`
        error: ~/.aws/config:5:1: expected `[profile another]` (this section is ignored)
        5 | [another]
          | ^ expected `[profile another]` (this section is ignored)
    "#]].assert_eq(&ran.stdout);
    let json = env.run(["configure", "lint", "--json"]);
    let first = &json.exits_with(6).json()[0];
    assert_eq!((&first["rule"], &first["level"]), (&"invalid-value".into(), &"error".into()));
    assert_eq!((&first["line"], &first["column"]), (&2.into(), &10.into()));
    assert_eq!(first["section"]["name"], "dev");
}

#[test]
fn configure_lint_warning_alone_exits_with_0() {
    let env = TestEnv::new();
    env.write(".aws/config", "[profile dev]\nregoin = us-east-1\n");
    let ran = env.run(["configure", "lint"]);
    assert!(ran.succeeded().stdout.starts_with("warning: ~/.aws/config:2:1: unknown key"));
}

#[test]
fn configure_lint_sarif_has_rules_and_places() {
    let env = TestEnv::new();
    env.write(".aws/config", "[profile dev]\noutput = jsno\n");
    let sarif = env.run(["configure", "lint", "--format", "sarif"]);
    let sarif = sarif.exits_with(6).json();
    let run = &sarif["runs"][0];
    let result = &run["results"][0];
    assert_eq!((&sarif["version"], &result["level"]), (&"2.1.0".into(), &"error".into()));
    assert_eq!(result["ruleId"], run["tool"]["driver"]["rules"][0]["id"]);
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(
        (&place["region"]["startLine"], &place["region"]["startColumn"]),
        (&2.into(), &10.into())
    );
    let uri = place["artifactLocation"]["uri"].as_str().unwrap();
    let path = env.path(".aws/config").display().to_string().replace('\\', "/");
    assert_eq!(uri, format!("file:///{}", path.trim_start_matches('/')));
}

#[test]
fn configure_set_invalid_value_or_unknown_key_prints_a_warning() {
    let env = TestEnv::new();
    env.write(".aws/config", "[default]\n");
    let unknown = env.run(["configure", "set", "regoin", "us-east-1"]);
    unknown.succeeded().stderr_contains("unknown key `regoin`; did you mean `region`?");
    let invalid = env.run(["configure", "set", "output", "jsno", "--dry-run"]);
    invalid.succeeded().stderr_contains("`output` is `jsno`");
    let missing = env.run(["configure", "set", "sso_session", "corp"]);
    missing.succeeded().stderr_contains("sso-session `corp` is not defined");
    let unknown = env.run(["configure", "set", "region", "frankfurt"]).succeeded().stderr.clone();
    assert!(unknown.starts_with("warning: ~/.aws/config:"), "{unknown}");
    assert_eq!(env.run(["configure", "get", "region"]).succeeded().stdout, "frankfurt\n");
    let valid = env.run(["configure", "set", "region", "us-east-1"]);
    assert_eq!(valid.succeeded().stderr, "");
}

#[test]
fn configure_lint_files_are_checked_instead_of_the_users_own() {
    let env = TestEnv::new();
    env.write(
        "team/config",
        "[profile a]\nrole_arn = arn:aws:iam::111122223333:role/A\nsource_profile = b\n",
    );
    env.write("team/credentials", "[b]\naws_access_key_id = ASIAEXAMPLE\n");
    let config = env.path("team/config").display().to_string();
    let credentials = env.path("team/credentials").display().to_string();
    let alone = env.run(["configure", "lint", &config]);
    let message = format!("{config}:3:18: profile `b` is not defined");
    assert!(alone.exits_with(6).stdout.contains(&message), "{alone:?}");
    let both = env.run(["configure", "lint", &config, &credentials]);
    let message = format!("{credentials}:2:21: profile missing aws_secret_access_key");
    assert!(both.exits_with(6).stdout.contains(&message), "{both:?}");
    assert!(!both.stdout.contains("is not defined"), "{both:?}");
    let missing = env.run(["configure", "lint", "no-such-file"]);
    missing.exits_with(6).stderr_contains("no-such-file could not be read");
}

#[test]
fn configure_sso_does_not_change_an_existing_profile_silently() {
    let env = TestEnv::new();
    let args = ["configure", "sso", "--session-name", "my-sso", "--profile", "default"];
    let role = ["--account-id", "444455556666", "--role-name", "Admin"];
    env.run([&args[..], &role].concat()).exits_with(2).stderr_contains(
        "Profile `default` has sso_account_id 111122223333 (~/.aws/config:3), which would become \
             444455556666: --overwrite is required",
    );
    assert_eq!(read(&env, ".aws/config"), CONFIG);
    env.run([&args[..], &role, &["--overwrite"]].concat()).succeeded();
    assert!(read(&env, ".aws/config").contains("sso_account_id = 444455556666"));
}
