//! Every example of the facade, run by a user who is signed in, or who is not.

use anyhow::{Result, ensure};
use vestibule_e2e::test_env::{TestEnv, built};
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
