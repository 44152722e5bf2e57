//! Programs that call AWS: Terraform, Python and Node.js.

use std::os::unix::fs::symlink;

use anyhow::{Result, ensure};
use vestibule_e2e::moto::Moto;
use vestibule_e2e::peers;
use vestibule_e2e::process;

use crate::recipe::{Recipe, expect, is_installed};

const ROLE: &str = "assumed-role/AWSReservedSSO_SampleRole_";

#[test]
fn terraform_with_a_state_in_s3_plans_and_applies() -> Result<()> {
    if !is_installed("terraform", &["version"]) {
        return Ok(());
    }
    let moto = Moto::start()?;
    ureq::put(&format!("{}/my-terraform-state", moto.url())).send_empty()?;
    let recipe = Recipe::start("docs/recipes/terraform.md")?
        .with("AWS_ENDPOINT_URL_S3", moto.url())
        .with("CHECKPOINT_DISABLE", "1")
        .with("TF_CLI_ARGS", "-no-color")
        // The bucket is in the path, since moto has no host name for each bucket.
        .with("TF_CLI_ARGS_init", "-backend-config=use_path_style=true");
    let planned = recipe.run_next()?;
    expect(&planned, "Terraform has been successfully initialized!")?;
    expect(&planned, "+ greeting = \"hello\"")?;
    expect(&recipe.run_next()?, "+ greeting = \"hello\"")?;
    expect(&recipe.run_next()?, "Apply complete!")?;
    let plan = |name: &str, value: &str| {
        let mut command = recipe.command("terraform");
        let output = process::output(command.args(["plan", "-input=false"]).env(name, value))?;
        // Its lines are folded.
        Ok::<_, anyhow::Error>(String::from_utf8_lossy(&output.stderr).replace('\n', " "))
    };
    let without_profile = plan("AWS_CONFIG_FILE", "/dev/null")?;
    expect(&without_profile, "No valid credential sources found")?;
    expect(&without_profile, "no EC2 IMDS role found")?;
    recipe.sh("vestibule logout dev")?;
    expect(&plan("AWS_PROFILE", "dev")?, "failed to read cached SSO token")?;
    recipe.finish()?;
    ensure!(moto.stop()? > 0, "Terraform did not use the state in S3");
    Ok(())
}

#[test]
fn boto3_uses_the_session_in_all_four_ways() -> Result<()> {
    let recipe =
        Recipe::start("docs/recipes/python.md")?.with("PYTHONPATH", peers::folder("botocore")?);
    for _ in 0..4 {
        expect(&recipe.run_next()?, ROLE)?;
    }
    recipe.sh("vestibule logout dev")?;
    let run = |profile: &str| {
        let mut command = recipe.command("python3");
        let output = process::output(command.arg("app.py").env("AWS_PROFILE", profile))?;
        Ok::<_, anyhow::Error>(String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let errors = ["UnauthorizedSSOTokenError", "SSOTokenLoadError", "TokenRetrievalError"];
    let signed_out = run("dev")?;
    ensure!(errors.iter().any(|error| signed_out.contains(error)), "{signed_out}");
    let by_process = run("app")?;
    expect(&by_process, "CredentialRetrievalError")?;
    expect(&by_process, "hint: vestibule login")?;
    recipe.finish()
}

#[test]
fn javascript_sdk_uses_the_session_in_all_three_ways() -> Result<()> {
    let recipe = Recipe::start("docs/recipes/node.md")?;
    // Node's HTTP client uses no proxy, so it gets the endpoint.
    let url = recipe.env.url().to_owned();
    let recipe = recipe.with("AWS_ENDPOINT_URL", url);
    symlink(peers::folder("js")?.join("node_modules"), recipe.project().join("node_modules"))?;
    for _ in 0..3 {
        expect(&recipe.run_next()?, ROLE)?;
    }
    recipe.sh("vestibule logout dev")?;
    let mut node = recipe.command("node");
    let output = process::output(node.arg("app.mjs").env("AWS_PROFILE", "dev"))?;
    expect(&String::from_utf8_lossy(&output.stderr), "aws sso login")?;
    recipe.finish()
}
