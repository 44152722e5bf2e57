//! `login` to the console, for people without an Identity Center.

use std::time::Duration;

use vestibule_emulator::Operation;

use crate::support::{Lab, visit};

/// Whom the emulator's first user is at the console.
const ARN: &str = "arn:aws:iam::111122223333:user/sample-user";
const MINUTE: Duration = Duration::from_secs(60);

/// A home without Identity Center, and the service that signs people in to the console.
struct Console {
    lab: Lab,
}

impl Console {
    fn new(config: &str) -> Self {
        let lab = Lab::new();
        lab.write(".aws/config", config);
        Self { lab }
    }

    /// How often the service was asked for credentials.
    fn asked(&self) -> u64 {
        self.lab.emulator.count(Operation::CreateOAuth2Token)
    }

    fn vestibule(&self, args: &[&str]) -> crate::support::Invocation<'_> {
        self.lab.vestibule(args)
    }

    fn run(&self, args: &[&str]) -> crate::support::Ran {
        self.lab.run(args)
    }

    fn config(&self) -> String {
        std::fs::read_to_string(self.lab.path(".aws/config")).unwrap()
    }

    /// Signs in with the browser of this machine.
    fn sign_in(&self, args: &[&str]) -> crate::support::Ran {
        let args = [&["login", "--no-browser", "--json"], args].concat();
        let mut login = self.vestibule(&args).start();
        let page = login.event("open")["url"].as_str().unwrap().to_owned();
        let back = self.lab.emulator.authorize(&page).unwrap();
        let shown = visit(&back).unwrap();
        assert!(shown.contains("Signed in"), "{shown}");
        login.ends()
    }
}

#[test]
fn a_browser_here_signs_in_and_the_profile_names_who_it_was() {
    let console = Console::new("# mine\n[profile dev]\nregion = us-east-1\n");
    console.sign_in(&["--console", "--profile", "dev"]).succeeded().says("Signed in as");
    let expected = format!("# mine\n[profile dev]\nregion = us-east-1\nlogin_session = {ARN}\n");
    assert_eq!(console.config(), expected);
    let keys = console.run(&["export-credentials", "--profile", "dev"]);
    assert!(keys.succeeded().json()["AccessKeyId"].as_str().unwrap().starts_with("ASIA"));
    let who = console.run(&["whoami", "--profile", "dev"]);
    assert_eq!(who.succeeded().json()["Arn"], ARN);
    console.run(&["status", "--profile", "dev"]).succeeded();
    // From now on the profile asks for it by itself.
    console.run(&["login", "--profile", "dev"]).succeeded().says("Already signed in as");
    assert_eq!(console.asked(), 1);
    console.sign_in(&["--force", "--profile", "dev"]).succeeded();
    assert_eq!(console.asked(), 2);
}

#[test]
fn the_clocks_of_a_console_sign_in() {
    let console = Console::new("[default]\nregion = us-east-1\n");
    console.sign_in(&["--console"]).succeeded();
    console.lab.pass(MINUTE * 16);
    let status = console.run(&["status", "--json"]);
    assert_eq!(status.ended(3).json()["state"], "refreshable");
    console.run(&["export-credentials"]).succeeded();
    assert_eq!(console.asked(), 2);
    console.run(&["status", "--prompt"]).succeeded();
    console.lab.pass(MINUTE * 60 * 13);
    console.run(&["status"]).ended(4).says("hint: vestibule login --profile default");
}

#[test]
fn who_has_signed_out_is_told_what_to_type() {
    let console = Console::new(&format!(
        "[profile dev]\nregion = us-east-1\nlogin_session = {ARN}\n\
         [profile ops]\nregion = us-east-1\nrole_arn = arn:aws:iam::111122223333:role/ops\n\
         source_profile = dev\n"
    ));
    for profile in ["dev", "ops"] {
        console
            .run(&["export-credentials", "--profile", profile])
            .ended(4)
            .says("nobody has signed in")
            .says("hint: vestibule login --profile dev");
    }
    console.run(&["status", "--profile", "dev"]).ended(5);
    let explained = console.run(&["explain", "--profile", "ops"]);
    assert!(
        explained.succeeded().stdout.contains("vestibule login --profile dev"),
        "{explained:?}"
    );
    console.sign_in(&["--profile", "ops"]).succeeded();
    console.run(&["status", "--all"]).succeeded();
    console.run(&["logout", "--profile", "dev"]).succeeded().says("Signed out of arn:");
    console.run(&["logout", "--all"]).succeeded().says("nothing to end");
    console.run(&["export-credentials", "--profile", "dev"]).ended(4);
    assert!(console.config().contains("login_session"));
}

#[test]
fn a_browser_elsewhere_shows_a_text_to_carry_over() {
    let console = Console::new("[default]\nregion = us-east-1\n");
    let args = ["login", "--console", "--remote", "--json"];
    let mut login = console.vestibule(&args).with_keyboard().start();
    let page = login.event("open")["url"].as_str().unwrap().to_owned();
    login.types("what does it want?");
    let shown = console.lab.emulator.authorize(&page).unwrap();
    let shown = visit(&shown).unwrap();
    let (_, text) = shown.split_once("readonly autofocus>").unwrap();
    login.types(text.split_once('<').unwrap().0);
    login.ends().succeeded().says("paste the code it shows").says("Signed in as");
    assert!(console.lab.pages_opened().is_empty());
}

#[test]
fn somebody_elses_profile_is_left_alone() {
    let config = "[default]\nregion = us-east-1\nlogin_session = arn:aws:iam::1:user/bob\n";
    let console = Console::new(config);
    let refused = console.sign_in(&[]);
    let error = &refused.ended(6).events()[1]["error"];
    assert_eq!(error["message"], format!("somebody else signed in: `{ARN}`"));
    assert_eq!(error["remedy"], "correct ~/.aws/config:3, then try again");
    assert_eq!(console.config(), config);
    assert!(!console.lab.path(".aws/login/cache").exists());
}

#[test]
fn what_stands_in_the_way_is_found_before_anybody_is_asked() {
    let console =
        Console::new("[profile keys]\naws_access_key_id = a\naws_secret_access_key = b\n");
    let nowhere = console.vestibule(&["login", "--console"]);
    let nowhere = nowhere.env("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true");
    nowhere.run().ended(6).says("--region NAME");
    let keys = console.run(&["login", "--console", "--profile", "keys"]);
    keys.ended(6).says("profile `keys` has credentials by aws_access_key_id already");
    console.lab.write(".aws/login/cache", "a file, where a folder should be");
    let args = ["login", "--console", "--region", "us-east-1"];
    console.run(&args).ended(1).says("hint: make ");
    assert_eq!(console.asked(), 0);
}
