//! Every example of the facade, run by a user who is signed in, or who is not, and those of single
//! crates with ureq.

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use vestibule_e2e::test_env::{TOKEN_FILE, TestEnv, built};
use vestibule_e2e::{peers, process};

#[test]
fn examples_of_the_facade_print_an_access_key_id() -> Result<()> {
    let env = TestEnv::start(&["--auto-approve"])?;
    for name in names()? {
        let before: &[&str] =
            if signs_in(&name) { &["logout", "--all"] } else { &["login", "--use-device-code"] };
        process::stdout(env.vestibule()?.args(before))?;
        let printed = process::stdout(&mut env.program(&built(&format!("examples/{name}"))?))?;
        ensure!(printed.contains("ASIA"), "{name} printed no access key id: {printed}");
        println!("{name}: {}", printed.lines().last().unwrap_or_default());
    }
    Ok(())
}

#[test]
fn examples_of_single_crates_sign_in_and_list_accounts() -> Result<()> {
    const START_URL: &str = "https://provided-domain.awsapps.com/start";
    let env = TestEnv::start(&["--auto-approve"])?;
    process::stdout(env.vestibule()?.args(["login", "--use-device-code"]))?;
    let token: Value = serde_json::from_slice(&std::fs::read(env.home().join(TOKEN_FILE))?)?;
    let token = token["accessToken"].as_str().context("no access token")?;
    let runs: [(&str, &[&str], &str); 4] = [
        ("sign_in_with_ureq", &[env.url(), START_URL], "expires at"),
        ("list_accounts_with_ureq", &[env.url(), token], "111122223333"),
        ("shared_token_with_ureq", &[env.url(), "my-sso", START_URL], "111122223333"),
        // Last, since `token` is another one then. An hour or less is left: it is refreshed.
        ("refresh_with_ureq", &[env.url(), "my-sso", START_URL, "3600"], "refreshed"),
    ];
    for (name, args, expected) in runs {
        let program = built(&format!("examples/{name}"))?;
        let printed = process::stdout(env.program(&program).args(args))?;
        ensure!(printed.contains(expected), "{name} printed no {expected}: {printed}");
    }
    Ok(())
}

/// True for the examples that sign the user in.
fn signs_in(name: &str) -> bool {
    name.starts_with("sign_in") || name == "token_store"
}

/// Returns the names of the examples, sorted.
fn names() -> Result<Vec<String>> {
    let mut names = Vec::new();
    for file in std::fs::read_dir(peers::workspace("crates/vestibule/examples"))? {
        let name = file?.path().file_stem().and_then(|stem| stem.to_str()).map(str::to_owned);
        names.extend(name);
    }
    names.sort();
    Ok(names)
}
