//! Files that other programs read: workflows of CI services, Compose, and an editor.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::thread::JoinHandle;

use anyhow::{Context as _, Result, anyhow, ensure};
use serde_json::{Value, json};
use vestibule_e2e::test_env::post;
use vestibule_e2e::{peers, process};

use crate::recipe::{Recipe, SUBJECT, expect};

#[test]
fn recipe_files_are_valid_by_their_schemas() -> Result<()> {
    for (page, file, schema) in [
        ("docs/recipes/docker.md", "compose.yaml", "vendor.compose-spec"),
        ("docs/recipes/ci.md", ".github/workflows/deploy.yml", "vendor.github-workflows"),
        ("docs/recipes/ci.md", ".gitlab-ci.yml", "vendor.gitlab-ci"),
    ] {
        let recipe = Recipe::start(page)?;
        let mut check = recipe.command("python3");
        check.env("PYTHONPATH", peers::folder("recipes")?).env_remove("SSL_CERT_FILE");
        check.args(["-m", "check_jsonschema", "--builtin-schema", schema, file]);
        expect(&process::stdout(&mut check)?, "ok")?;
    }
    Ok(())
}

#[test]
fn workflow_steps_get_credentials_by_an_identity_token() -> Result<()> {
    // A job has no configuration, and a `[default]` profile takes precedence over the token.
    let recipe = Recipe::start("docs/recipes/ci.md")?;
    let recipe = recipe.with("CI", "true").with("AWS_CONFIG_FILE", "/dev/null");
    let query = format!("audience=sts.amazonaws.com&subject={SUBJECT}");
    let token = post(&format!("{}/emulator/identity-token?{query}", recipe.env.url()), "")?;

    // GitHub: a service gives the token to the holder of another.
    let (url, request) = serve_once(json!({ "count": 1, "value": token.trim() }).to_string())?;
    let workflow = recipe.yaml(".github/workflows/deploy.yml")?;
    let job = &workflow["jobs"]["deploy"];
    let steps = job["steps"].as_array().context("no steps")?;
    let mut output = String::new();
    for step in steps {
        let script = step["run"].as_str().context("a step without `run`")?;
        let mut shell = recipe.command("bash");
        shell.args(["-e", "-c", script]);
        shell.env("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "job-token");
        shell.env("ACTIONS_ID_TOKEN_REQUEST_URL", format!("{url}/token?version=1"));
        shell.env("GITHUB_ENV", recipe.project().join("github-env"));
        set_variables(&mut shell, &job["env"], &recipe);
        output += &process::stdout(&mut shell)?;
    }
    let request = request.join().map_err(|_| anyhow!("no identity token was requested"))?;
    expect(&request, "/token?version=1&audience=sts.amazonaws.com")?;
    expect(&request.to_lowercase(), "authorization: bearer job-token")?;
    expect(&output, "assumed-role/Deployer/")?;
    ensure!(output.matches("::add-mask::").count() == 2, "{output}");
    let variables = recipe.read_file("github-env")?;
    expect(&variables, "AWS_SESSION_TOKEN=")?;

    // GitLab: the token is in a variable.
    let pipeline = recipe.yaml(".gitlab-ci.yml")?;
    recipe.write_program("deploy.sh", "#!/bin/sh\necho \"deployed by $AWS_ACCESS_KEY_ID\"\n")?;
    let script = pipeline["deploy"]["script"].as_array().context("no script")?;
    let lines: Vec<_> = script.iter().filter_map(Value::as_str).collect();
    let mut shell = recipe.command("sh");
    shell.args(["-euc", &lines.join("\n")]).env("IDENTITY_TOKEN", token.trim());
    set_variables(&mut shell, &pipeline["deploy"]["variables"], &recipe);
    expect(&process::stdout(&mut shell)?, "deployed by ASIA")?;

    // Any other: the token is in a file.
    std::fs::write(recipe.project().join("identity-token"), token.trim())?;
    expect(&recipe.run_next()?, "assumed-role/Deployer/")?;
    let signed_out = recipe.sh("export AWS_CONFIG_FILE=~/.aws/config
         vestibule logout dev
         AWS_PROFILE=dev vestibule whoami 2>&1 || echo \"exit status $?\"")?;
    expect(&signed_out, "exit status 4")?;
    recipe.finish()
}

/// Sets the variables of a job, with those of the CI service in them replaced.
fn set_variables(shell: &mut std::process::Command, variables: &Value, recipe: &Recipe) {
    let project = recipe.project().display().to_string();
    for (name, value) in variables.as_object().into_iter().flatten() {
        let value = value.as_str().unwrap_or_default();
        let value = value.replace("${{ github.workspace }}", &project);
        shell.env(name, value.replace("$CI_BUILDS_DIR", &project));
    }
}

/// Responds to one request with this body; the thread returns the head of the request.
fn serve_once(body: String) -> Result<(String, JoinHandle<String>)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let url = format!("http://{}", listener.local_addr()?);
    let thread = std::thread::spawn(move || {
        let Ok((mut stream, _)) = listener.accept() else { return String::new() };
        let lines = BufReader::new(&stream).lines().map_while(std::io::Result::ok);
        let head: Vec<_> = lines.take_while(|line| !line.is_empty()).collect();
        let length = body.len();
        let response = format!(
            "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
        );
        let _ = stream.write_all(response.as_bytes());
        head.join("\n")
    });
    Ok((url, thread))
}

#[test]
fn vscode_tasks_run_in_a_shell() -> Result<()> {
    let recipe = Recipe::start("docs/recipes/vscode.md")?;
    let parsed =
        |file: &str| Ok::<Value, anyhow::Error>(serde_json::from_str(&recipe.read_file(file)?)?);
    let settings = parsed(".vscode/settings.json")?;
    ensure!(settings["terminal.integrated.env.linux"]["AWS_PROFILE"] == "dev", "{settings}");
    let launch = parsed(".vscode/launch.json")?;
    let tasks = parsed(".vscode/tasks.json")?;
    let tasks = tasks["tasks"].as_array().context("no tasks")?;
    let before = &launch["configurations"][0]["preLaunchTask"];
    ensure!(tasks.iter().any(|task| task["label"] == *before), "{before} is not a task");
    let mut printed = String::new();
    for task in tasks {
        printed += &recipe.sh(task["command"].as_str().context("a task without a command")?)?;
    }
    expect(&printed, "assumed-role/AWSReservedSSO_SampleRole_")?;
    recipe.finish()
}
