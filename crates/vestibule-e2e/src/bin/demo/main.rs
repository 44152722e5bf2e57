//! The main job, from an empty cache to signed out, as a user would type it: `cargo xtask demo`.
#![expect(clippy::print_stdout, reason = "a program that talks to developers")]

mod expectation;
mod runner;

use anyhow::Result;

use expectation::Expectation;
use runner::DemoRunner;

/// Past the access token's hour, and past the portal session's eight.
const AFTER_THE_TOKEN: u32 = 3_700;
const AFTER_THE_SESSION: u32 = 9 * 3_600;

fn main() -> Result<()> {
    let open = std::env::args().any(|argument| argument == "--open");
    let mut demo = DemoRunner::start(open)?;

    demo.comment(
        "A user signs in once: a browser opens, they approve, and it redirects to a loopback port.",
    );
    demo.run(&["login"], &Expectation::success().stderr("Signed in to my-sso"))?;
    demo.comment("The second time, nothing needs to be done.");
    demo.run(&["login"], &Expectation::success().stderr("Already signed in to my-sso"))?;
    demo.run(&["status"], &Expectation::success().stdout("access token  expires at"))?;

    demo.comment("From then on any program gets credentials and its region.");
    demo.run(
        &["whoami"],
        &Expectation::success().stdout("assumed-role/AWSReservedSSO_SampleRole"),
    )?;
    demo.run(
        &["export-credentials"],
        &Expectation::success().stdout("\"AccessKeyId\": \"ASIA").secrets_on_stdout(),
    )?;
    demo.run(&["explain"], &Expectation::success().stdout("sso_role_name"))?;

    demo.comment("An hour later the access token has expired, and the next command refreshes it.");
    demo.advance(AFTER_THE_TOKEN)?;
    demo.run(&["status"], &Expectation::exit(3).stdout("access token  expired"))?;
    demo.run(&["whoami"], &Expectation::success().stdout("\"Account\": \"111122223333\""))?;
    demo.run(&["status"], &Expectation::success().stdout("access token  expires at"))?;

    demo.comment("The next morning the session has expired. The error says what to type.");
    demo.advance(AFTER_THE_SESSION)?;
    demo.run(
        &["whoami"],
        &Expectation::exit(4).stderr("my-sso").stderr("hint: vestibule login --sso-session my-sso"),
    )?;
    demo.comment("This time with a code, as one would over SSH.");
    let again = ["login", "--sso-session", "my-sso", "--use-device-code"];
    demo.run(&again, &Expectation::success().stderr("Signed in to my-sso"))?;
    demo.run(&["whoami"], &Expectation::success().stdout("sample-user"))?;

    demo.comment("Sign out.");
    demo.run(&["logout"], &Expectation::success().stderr("Signed out of my-sso"))?;
    demo.run(&["status"], &Expectation::exit(5).stderr("hint: vestibule login"))?;
    demo.check_for_secrets()
}
