//! `explain`, which makes no request.

use std::time::{Duration, Instant};

use expect_test::expect;
use vestibule_emulator::Operation;

use crate::mistakes::tidy;
use crate::support::{CONFIG, TestEnv};

const HOUR: Duration = Duration::from_secs(60 * 60);

#[test]
fn explain_signed_out_shows_every_source_and_setting() {
    let env = TestEnv::new();
    let ran = env.vestibule(["explain"]).env("AWS_EC2_METADATA_DISABLED", "true").run();
    expect![[r#"
        SOURCE        STATE    AT               WHY
        environment   not set                   AWS_ACCESS_KEY_ID is not set
        profile       used     ~/.aws/config:2  role SampleRole in 111122223333, through my-sso
        web-identity  not set                   AWS_WEB_IDENTITY_TOKEN_FILE is not set
        container     not set                   no AWS_CONTAINER_CREDENTIALS_…_URI is set
        instance      not set                   disabled (AWS_EC2_METADATA_DISABLED)

        SETTING                  FROM              VALUE
        profile                  default           default
        region                   ~/.aws/config:5   us-east-1
        sso_session              ~/.aws/config:2   my-sso
        sso_start_url            ~/.aws/config:9   https://provided-domain.awsapps.com/start
        sso_region               ~/.aws/config:8   us-east-1
        sso_registration_scopes  ~/.aws/config:10  sso:account:access
        sso_account_id           ~/.aws/config:3   111122223333
        sso_role_name            ~/.aws/config:4   SampleRole

        CLOCK
        access token      none: not signed in
        role credentials  none cached
        token file        ~/.aws/sso/cache/0ad374308c5a4e22f723adf10145eafad7c4031c.json

        NEXT
        vestibule login --sso-session my-sso
    "#]]
    .assert_eq(&tidy(&env, &ran.succeeded().stdout));
    assert_eq!(ran.stderr, "");
}

#[test]
fn environment_keys_take_precedence_unless_a_profile_is_named() {
    let env = TestEnv::signed_in();
    let explain = |args: &[&str]| {
        let run = env.vestibule([&["explain", "--json"], args].concat());
        let run = run.env("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE").env("AWS_SECRET_ACCESS_KEY", "x");
        let json = run.run().succeeded().json();
        let sources = json["sources"].as_array().unwrap().iter();
        sources.map(|source| source["state"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(explain(&[])[..2], ["used", "not-reached"]);
    assert_eq!(explain(&["--profile", "default"])[..2], ["not-reached", "used"]);
}

#[test]
fn explain_with_leftover_keys_removes_them_next() {
    let env = TestEnv::signed_in();
    let explain = || {
        let keys = env.vestibule(["explain", "--json"]).env("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE");
        keys.env("AWS_SECRET_ACCESS_KEY", "x").env("AWS_EC2_METADATA_DISABLED", "true")
    };
    let next = explain().env("AWS_PROFILE", "default").run().succeeded().json()["next"].clone();
    if cfg!(unix) {
        assert_eq!(next, "unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY");
    }
    // Without a profile that is named, the keys may be meant.
    assert!(explain().run().succeeded().json()["next"].is_null());
}

#[test]
fn explain_clocks_decide_the_next_step() {
    let env = TestEnv::signed_in();
    let explain = || env.run(["explain"]).succeeded().stdout.clone();
    let live = explain();
    assert!(live.contains("\naccess token         expires at 20"), "{live}");
    assert!(live.contains("\nrole credentials     none cached\n"), "{live}");
    assert!(live.ends_with("\nNEXT\nnothing to do\n"), "{live}");

    env.run(["export-credentials"]).succeeded();
    assert!(explain().contains("\nrole credentials     cached, expire at 20"));

    env.advance(2 * HOUR);
    let refreshable = explain();
    assert!(refreshable.contains("\naccess token         expired at 20"), "{refreshable}");
    assert!(refreshable.contains("automatic until the session expires\n"), "{refreshable}");
    assert!(refreshable.contains("\nrole credentials     cached, expired at 20"), "{refreshable}");
    assert!(refreshable.ends_with("\nNEXT\nnothing to do\n"), "{refreshable}");

    env.advance(91 * 24 * HOUR);
    let over = explain();
    assert!(over.contains("the client registration expired at 20"), "{over}");
    assert!(over.ends_with("\nNEXT\nvestibule login --sso-session my-sso\n"), "{over}");
    assert_eq!(env.emulator.count(Operation::CreateToken), 1, "nothing was called");
}

#[test]
fn explain_without_configuration_points_to_configure_sso() {
    let env = TestEnv::new();
    env.write(".aws/config", "[profile dev]\nregion = eu-west-1\n");
    let next = |args: &[&str]| {
        let json = env.run([&["explain", "--json"], args].concat()).succeeded().json();
        json["next"].as_str().unwrap().to_owned()
    };
    assert_eq!(next(&[]), "vestibule configure sso");
    assert_eq!(next(&["--profile", "dev"]), "vestibule configure sso --profile dev");
}

#[test]
fn explain_with_five_thousand_profiles_is_fast() {
    let env = TestEnv::new();
    let section = |n: u32| {
        format!(
            "[profile p{n}]\nsso_session = my-sso\nsso_account_id = {n:012}\nsso_role_name = Dev\n"
        )
    };
    let many: Vec<String> = (0..5_000).map(section).collect();
    env.write(".aws/config", &(CONFIG.to_owned() + &many.concat()));
    let began = Instant::now();
    let explained = env.run(["explain", "--profile", "p4999"]).succeeded().stdout.clone();
    assert!(explained.contains("role Dev in 000000004999, through my-sso"), "{explained}");
    // A debug build, with other tests running beside it.
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}
