//! `cargo xtask demo`: the main job, from nothing to signed out, as a person would type it.

mod browser;
mod checks;
mod stage;

use crate::Command;
use crate::args::Args;
use crate::failure::Result;

use checks::Check;
use stage::Stage;
pub(crate) use stage::person;

pub(crate) const COMMAND: Command = Command {
    name: "demo",
    takes: "[--open]",
    about: "sign in to an emulated Identity Center and use it; --open leaves the approving to you",
    run: |mut args: Args| {
        let open = args.flag("--open");
        args.finish()?;
        play(open)
    },
};

/// Not in `help`: what the demo sets `BROWSER` to.
pub(crate) const BROWSER: Command =
    Command { name: browser::NAME, takes: "URL", about: "approves a sign-in", run: browser::run };

/// Past the access token's hour, and past the portal session's eight.
const LATER: u32 = 3_700;
const TOMORROW: u32 = 9 * 3_600;

fn play(open: bool) -> Result {
    let mut stage = Stage::set(open)?;

    stage.say(
        "A person signs in once. A browser opens, they approve, it comes back to a loopback port.",
    );
    stage.act(&["login"], &Check::done().stderr("Signed in to my-sso"))?;
    stage.say("The second time there is nothing to do.");
    stage.act(&["login"], &Check::done().stderr("Already signed in to my-sso"))?;
    stage.act(&["status"], &Check::done().stdout("signed in until"))?;

    stage.say("From then on any program gets credentials and its region.");
    stage.act(&["whoami"], &Check::done().stdout("assumed-role/AWSReservedSSO_SampleRole"))?;
    stage.act(
        &["export-credentials"],
        &Check::done().stdout("\"AccessKeyId\": \"ASIA").secrets_on_stdout(),
    )?;
    stage.act(&["explain"], &Check::done().stdout("sso_role_name"))?;

    stage.say("An hour later the access token is over, and is refreshed without anybody noticing.");
    stage.advance(LATER)?;
    stage.act(&["status"], &Check::exits(3).stdout("ended"))?;
    stage.act(&["whoami"], &Check::done().stdout("\"Account\": \"111122223333\""))?;
    stage.act(&["status"], &Check::done().stdout("signed in until"))?;

    stage.say("The next morning the session itself is over. The error says what to type.");
    stage.advance(TOMORROW)?;
    stage.act(
        &["whoami"],
        &Check::exits(4).stderr("my-sso").stderr("hint: vestibule login --sso-session my-sso"),
    )?;
    stage.say("So it is typed; this time by comparing a code, as one would over SSH.");
    let again = ["login", "--sso-session", "my-sso", "--use-device-code"];
    stage.act(&again, &Check::done().stderr("Signed in to my-sso"))?;
    stage.act(&["whoami"], &Check::done().stdout("sample-user"))?;

    stage.say("And out again.");
    stage.act(&["logout"], &Check::done().stderr("Signed out of my-sso"))?;
    stage.act(&["status"], &Check::exits(5).stderr("hint: vestibule login"))?;
    stage.finish()
}
