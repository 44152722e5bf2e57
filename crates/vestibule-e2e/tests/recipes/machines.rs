//! Other machines and containers: OpenSSH on loopback, and the command lines of containers.

use std::fs;
use std::net::TcpListener;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use vestibule_e2e::{peers, process};

use crate::recipe::{Recipe, expect, is_installed};

#[test]
fn agent_over_ssh_gives_credentials_to_a_machine_without_a_token() -> Result<()> {
    let recipe = Recipe::start("docs/recipes/ssh.md")?
        .with("USER", format!("recipe-{}", std::process::id()));
    let _server = Server::start(&recipe)?;
    let printed = recipe.run_next()?;
    expect(&printed, "assumed-role/AWSReservedSSO_SampleRole_")?;
    let by_config = recipe
        .sh("vestibule agent --allow dev --socket ~/agent.sock -- ssh build-host \
         vestibule whoami --profile dev")?;
    expect(&by_config, "assumed-role/AWSReservedSSO_SampleRole_")?;
    let denied = recipe
        .sh("vestibule agent --allow other --socket \"$HOME/agent.sock\" -- ssh build-host \
         vestibule whoami --profile dev 2>&1 || true")?;
    expect(&denied, "the agent does not give the credentials of profile `dev`")?;
    recipe.finish()
}

/// sshd on a free port of loopback, for the user of the test, whose home there is another folder.
struct Server(Child);

impl Server {
    fn start(recipe: &Recipe) -> Result<Self> {
        let home = recipe.env.home();
        let remote = home.join("remote");
        fs::create_dir_all(&remote)?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        recipe.sh("ssh-keygen -q -t ed25519 -N '' -f ~/host_key
             ssh-keygen -q -t ed25519 -N '' -f ~/user_key
             mkdir -p -m 700 ~/.ssh /run/sshd")?;
        let variables = [
            format!("HOME={}", remote.display()),
            format!("HTTPS_PROXY={}", recipe.env.url()),
            format!("AWS_CA_BUNDLE={}", recipe.env.ca_file().display()),
        ];
        let path = recipe.sh("printf %s \"$PATH\"")?;
        fs::write(
            home.join("sshd_config"),
            format!(
                "Port {port}\nListenAddress 127.0.0.1\nHostKey {home}/host_key\n\
                 AuthorizedKeysFile {home}/user_key.pub\nStrictModes no\nUsePAM no\n\
                 PidFile none\nStreamLocalBindUnlink yes\nAcceptEnv VESTIBULE_AGENT\nSetEnv {} PATH={path}\n",
                variables.join(" "),
                home = home.display(),
            ),
        )?;
        fs::write(
            home.join("ssh_config"),
            format!(
                "Include {home}/.ssh/config\nHost build-host\n  HostName 127.0.0.1\n  Port {port}\n  IdentityFile {home}/user_key\n\
                 \x20 IdentitiesOnly yes\n  StrictHostKeyChecking no\n  UserKnownHostsFile {home}/known\n\
                 \x20 LogLevel ERROR\n  User root\n",
                home = home.display(),
            ),
        )?;
        // OpenSSH takes the home folder from the user database, so it gets its file as an argument.
        recipe.write_program(
            "../bin/ssh",
            &format!("#!/bin/sh\nexec /usr/bin/ssh -F {}/ssh_config \"$@\"\n", home.display()),
        )?;
        let mut command = recipe.command("/usr/sbin/sshd");
        command.arg("-D").arg("-e").arg("-f").arg(home.join("sshd_config"));
        let log = fs::File::create(home.join("sshd.log"))?;
        let mut server = Self(command.stderr(log).stdout(Stdio::null()).spawn()?);
        let deadline = Instant::now() + Duration::from_secs(30);
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            if server.0.try_wait()?.is_some() || Instant::now() > deadline {
                bail!("sshd does not listen:\n{}", fs::read_to_string(home.join("sshd.log"))?);
            }
            std::thread::yield_now();
        }
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn devcontainer_file_is_read_by_the_dev_containers_cli() -> Result<()> {
    let recipe = Recipe::start("docs/recipes/devcontainer.md")?;
    let cli = peers::folder("devcontainers")?.join("node_modules/.bin/devcontainer");
    let mut command = recipe.command("node");
    command.arg(cli).args(["read-configuration", "--workspace-folder", "."]);
    // There is no container yet, as an engine without containers says.
    command.args(["--docker-path", "true"]);
    let read: Value = serde_json::from_str(&process::stdout(&mut command)?)?;
    let mount = read["configuration"]["mounts"][0].as_str().context("no mount")?;
    let home = recipe.project().parent().context("no home folder")?.display().to_string();
    expect(mount, &format!("source={home}/.aws/agent.sock,target=/tmp/vestibule-agent.sock"))?;
    recipe.finish()
}

/// Every `docker run` of the page starts a container, which gets the credentials and nothing else.
#[test]
fn every_way_into_a_container_gives_it_credentials() -> Result<()> {
    if !is_installed("runc", &["--version"]) {
        return Ok(());
    }
    let recipe = Recipe::start("docs/recipes/docker.md")?;
    recipe.write_program("../bin/docker", include_str!("docker.py"))?;
    let blocks = recipe.blocks("text").join("");
    let lines = blocks.lines().filter_map(|line| line.strip_prefix("$ "));
    let [by_exec, by_serve, agent, by_agent] = lines.take(4).collect::<Vec<_>>()[..] else {
        bail!("the page has other lines");
    };
    let show = "sh -c 'echo $AWS_ACCESS_KEY_ID; ls /home /root 2>&1 || true'";
    let printed = recipe.sh(&by_exec.replace("COMMAND", show))?;
    expect(&printed, "ASIA")?;
    expect(&printed, "'/home': No such file")?;
    let printed = recipe.sh(&by_serve.replace("COMMAND", "vestibule export-credentials"))?;
    expect(&printed, "\"AccessKeyId\": \"ASIA")?;
    recipe.write_program("in-container", &by_agent.replace("COMMAND", show))?;
    let printed = recipe.sh(&format!("{agent} -- sh ./in-container"))?;
    expect(&printed, "ASIA")?;
    expect(&printed, "'/home': No such file")?;
    let denied = by_agent.replace("exec dev -- COMMAND", "whoami --profile other 2>&1 || true");
    recipe.write_program("denied", &denied)?;
    let printed = recipe.sh(&format!("{agent} -- sh ./denied"))?;
    expect(&printed, "the agent does not give the credentials of profile `other`")?;
    recipe.finish()
}

/// Every `docker run` of the page is parsed by Docker's client, which then finds no engine.
#[test]
fn docker_client_accepts_the_command_lines() -> Result<()> {
    if !is_installed("docker", &["--version"]) {
        return Ok(());
    }
    let recipe = Recipe::start("docs/recipes/docker.md")?
        .with("DOCKER_HOST", "unix:///nonexistent/docker.sock");
    let blocks = recipe.blocks("text").join("");
    let lines = blocks.lines().filter_map(|line| line.strip_prefix("$ "));
    let mut count = 0;
    for line in lines.filter(|line| line.contains("docker run")) {
        let printed = recipe.sh(&format!("{line} 2>&1 || true"))?;
        expect(&printed, "Cannot connect to the Docker daemon")?;
        count += 1;
    }
    anyhow::ensure!(count == 3, "{count} command lines");
    recipe.finish()
}
