//! Shells and what changes them: prompts, direnv, starship, the helper of `CodeCommit` for Git.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use anyhow::{Context as _, Result, ensure};
use vestibule_e2e::test_env::approving_browser;
use vestibule_e2e::{peers, process};

use crate::recipe::{Recipe, expect};

const GREEN: &str = "\u{1b}[32m";

#[test]
fn direnv_sets_the_profile_and_the_keys_of_a_folder() -> Result<()> {
    let recipe = Recipe::start("docs/recipes/direnv.md")?;
    expect(&recipe.run_next()?, "assumed-role/AWSReservedSSO_SampleRole_")?;
    expect(&recipe.run_next()?, "us-east-1 until 20")?;
    recipe.sh("echo >> .envrc; ! direnv exec . true 2>errors; grep 'is blocked' errors")?;
    recipe.finish()
}

#[test]
fn starship_shows_the_profile_and_the_time_left() -> Result<()> {
    let recipe = with_starship("docs/recipes/starship.md")?.with("HOSTNAME", "here");
    is_segment(&recipe.run_next()?)?;
    let prompt = recipe.sh("AWS_PROFILE=dev STARSHIP_SHELL=sh starship prompt")?;
    is_segment(&prompt)?;
    ensure!(!prompt.contains("☁"), "the segment `aws` is shown too: {prompt}");
    recipe.finish()
}

#[test]
fn git_gets_a_user_name_and_a_password_for_codecommit() -> Result<()> {
    let recipe = Recipe::start("docs/recipes/codecommit.md")?.with("GIT_TERMINAL_PROMPT", "0");
    recipe.run_next()?;
    recipe.run_next()?;
    let filled = recipe.run_next()?;
    expect(&filled, "username=ASIA")?;
    expect(&filled, "password=(hidden)\n")?;
    recipe.sh(
        "git config --global --unset credential.useHttpPath
         printf 'protocol=https\\nhost=git-codecommit.us-east-1.amazonaws.com\\npath=v1/repos/demo\\n' |
         AWS_PROFILE=dev git credential fill 2>errors && exit 1
         grep 'Git did not send the path of the repository' errors",
    )?;
    recipe.finish()
}

/// The prompts of `docs/prompt.md`, as their shells show them.
#[test]
fn prompts_of_bash_zsh_and_fish_show_the_segment() -> Result<()> {
    let recipe = Recipe::start("docs/prompt.md")?.with("AWS_PROFILE", "dev");
    let shell = |program: &str, arguments: &[&str], show: &str| {
        let block = recipe.blocks(program).first().map(|block| (*block).to_owned());
        let script = format!("{}\n{show}", block.context("no block of this shell")?);
        process::stdout(recipe.command(program).args(arguments).args(["-c", &script]))
    };
    let bash = shell("bash", &["--norc"], r#"printf '%s' "${PS1@P}""#)?;
    is_segment(&bash)?;
    // What takes no room is marked for the line editor.
    expect(&bash, &format!("\u{1}{GREEN}\u{2}"))?;
    // `print -P` removes the marks `%{` and `%}`, as the line editor does.
    let zsh = shell("zsh", &["-f"], r#"print -rP -- "$RPROMPT""#)?;
    is_segment(&zsh)?;
    ensure!(!zsh.contains("%{"), "{zsh}");
    is_segment(&shell("fish", &["--no-config"], "fish_right_prompt")?)?;
    recipe.finish()
}

#[test]
fn starship_prompt_of_the_page_shows_the_segment() -> Result<()> {
    let recipe = with_starship("docs/prompt.md")?.with("AWS_PROFILE", "dev");
    is_segment(&recipe.sh("starship module custom.vestibule")?)?;
    recipe.finish()
}

#[test]
fn tutorial_commands_print_what_the_page_says() -> Result<()> {
    let recipe = Recipe::start("docs/tutorial.md")?;
    let url = recipe.env.url().to_owned();
    let home = recipe.env.home().join("tutorial");
    fs::create_dir(&home)?;
    let recipe = recipe
        .with("AWS_ENDPOINT_URL", url)
        .with("HOME", home)
        .with("BROWSER", approving_browser()?);
    recipe.run_next()?;
    recipe.run_next()?;
    let identity = recipe.run_next()?;
    expect(&identity, "assumed-role/AWSReservedSSO_SampleRole_")?;
    expect(&identity, "my-sso")?;
    expect(&recipe.run_next()?, "AWS_REGION=us-east-1\n")?;
    expect(&recipe.run_next()?, ".aws/config:")?;
    expect(&recipe.run_next()?, "exit status 4\n")?;
    let printed = recipe.sh("vestibule whoami dev 2>&1 || echo \"exit status $?\"")?;
    let blocks = recipe.blocks("text");
    let shown = blocks.first().context("no output on the page")?;
    shown.lines().try_for_each(|line| expect(&printed, line))?;
    recipe.finish()
}

/// The package of starship leaves it to the user to make the program executable.
fn with_starship(page: &'static str) -> Result<Recipe> {
    let program = peers::folder("recipes")?.join("bin/starship");
    fs::set_permissions(program, fs::Permissions::from_mode(0o755))?;
    Recipe::start(page)
}

/// Checks for the profile, the account, and a green time of less than an hour.
fn is_segment(prompt: &str) -> Result<()> {
    let plain = prompt.replace(['\u{1}', '\u{2}'], "");
    expect(&plain, "dev 111122223333 ")?;
    expect(&plain, &format!("{GREEN}59m"))
}
