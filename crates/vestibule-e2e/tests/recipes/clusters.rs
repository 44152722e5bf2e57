//! kubectl with an API server in its place, which only records the token that it gets.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use vestibule_e2e::peers;

use crate::recipe::{Recipe, expect, is_installed};

const DRIVER: &str = "crates/vestibule-e2e/tests/recipes/drivers/api_server.py";

#[test]
fn kubectl_sends_a_token_that_identifies_the_role() -> Result<()> {
    if !is_installed("kubectl", &["version", "--client"]) {
        return Ok(());
    }
    let recipe = Recipe::start("docs/recipes/kubectl.md")?;
    expect(&recipe.run_next()?, "arn:aws:eks:us-east-1:111122223333:cluster/my-cluster\n")?;
    let server = ApiServer::start(&recipe)?;
    // The emulated cluster has no API server of its own.
    recipe.sh(&format!(
        "kubectl config set-cluster {CLUSTER} --server https://127.0.0.1:{} \
         --insecure-skip-tls-verify=true",
        server.port
    ))?;
    let sent = |expected: &str| {
        expect(&recipe.sh("kubectl get --raw /version")?, "gitVersion")?;
        let token = recipe.sh(TOKEN_TO_URL)?;
        let identity = recipe.sh(&format!(
            "curl --silent --proxy '{}' --cacert '{}' --header 'x-k8s-aws-id: my-cluster' '{}'",
            recipe.env.url(),
            recipe.env.ca_file().display(),
            token.trim()
        ))?;
        expect(&identity, expected)
    };
    sent("assumed-role/AWSReservedSSO_SampleRole_")?;
    recipe.run_next()?;
    recipe.sh(&format!(
        "kubectl config set-cluster {CLUSTER} --server https://127.0.0.1:{} \
         --insecure-skip-tls-verify=true",
        server.port
    ))?;
    sent("assumed-role/Deployer/")?;
    recipe.finish()
}

const CLUSTER: &str = "arn:aws:eks:us-east-1:111122223333:cluster/my-cluster";

/// Prints the URL that is in the token which the server recorded.
const TOKEN_TO_URL: &str = "\
token=$(sed 's/^Bearer k8s-aws-v1.//' authorization | tr '_-' '/+')
printf '%s==' \"$token\" | base64 --decode 2>errors || true";

struct ApiServer {
    child: Child,
    port: String,
}

impl ApiServer {
    fn start(recipe: &Recipe) -> Result<Self> {
        recipe.sh("openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=127.0.0.1 -days 1 \
             -keyout key.pem -out cert.pem 2>openssl.log")?;
        let mut command: Command = recipe.command("python3");
        let child = command.arg(peers::workspace(DRIVER)).stdin(Stdio::piped()).spawn()?;
        let deadline = Instant::now() + Duration::from_secs(30);
        let file = recipe.project().join("port");
        loop {
            match fs::read_to_string(&file) {
                Ok(port) => return Ok(Self { child, port }),
                Err(_) if Instant::now() < deadline => std::thread::yield_now(),
                Err(error) => return Err(error).context("the API server did not start"),
            }
        }
    }
}

impl Drop for ApiServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
