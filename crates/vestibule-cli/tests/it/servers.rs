//! STS and instance metadata against the emulator and, if `VESTIBULE_MOTO_URL` is set, against moto
//! (`cargo xtask moto`). Two independent servers guard against a shared misreading of the protocol.

use std::sync::Arc;

use vestibule::providers::InstanceMetadata;
use vestibule::world::{World, block_on, memory};
use vestibule::{Session, Vars};
use vestibule_emulator::{Emulator, IamRole, IamUser, Instance};
use vestibule_hyper::{Config, Hyper};
use vestibule_os::Blocking;

use crate::support::{Invocation, TestEnv};

/// Default account of moto.
const ACCOUNT: &str = "123456789012";
const CONFIG: &str = "\
[profile base]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY

[profile deploy]
role_arn = arn:aws:iam::444455556666:role/Deployer
source_profile = base
role_session_name = me

[profile machine]
role_arn = arn:aws:iam::444455556666:role/Deployer
credential_source = Ec2InstanceMetadata
role_session_name = machine
";

/// A test environment and the server that it uses.
struct Server {
    env: TestEnv,
    url: String,
}

/// Returns the emulator and, if it runs, moto.
fn servers() -> Vec<Server> {
    let user = IamUser::new(ACCOUNT, "dev")
        .access_key("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    let role = IamRole::new("444455556666", "Deployer").trusts(ACCOUNT);
    let instance = Instance::new().role(ACCOUNT, "default-role");
    let emulator = Emulator::builder().iam_user(user).iam_role(role).instance(instance);
    let env = TestEnv::with_emulator(emulator);
    let emulated = Server { url: env.server.http(), env };
    let moto = std::env::var("VESTIBULE_MOTO_URL").ok();
    let moto = moto.map(|url| Server { env: TestEnv::new(), url });
    let servers: Vec<_> = std::iter::once(emulated).chain(moto).collect();
    for server in &servers {
        server.env.write(".aws/config", CONFIG);
    }
    servers
}

impl Server {
    fn vestibule(&self, args: &[&str]) -> Invocation<'_> {
        self.env
            .vestibule(args)
            .env("AWS_ENDPOINT_URL", &self.url)
            .env("AWS_EC2_METADATA_SERVICE_ENDPOINT", &self.url)
            .env("AWS_REGION", "us-east-1")
    }

    #[track_caller]
    fn who(&self, args: &[&str]) -> serde_json::Value {
        let args = [&["whoami"], args].concat();
        self.vestibule(&args).run().succeeded().json()
    }
}

#[test]
fn long_lived_keys_identify_their_user() {
    for server in servers() {
        let who = server.who(&["--profile", "base"]);
        assert_eq!(who["Account"], ACCOUNT, "{}", server.url);
        assert!(who["Arn"].as_str().unwrap().contains(":user/"), "{who}");
    }
}

#[test]
fn role_is_assumed_with_keys_of_the_source_profile() {
    for server in servers() {
        let who = server.who(&["--profile", "deploy"]);
        assert_eq!(who["Arn"], "arn:aws:sts::444455556666:assumed-role/Deployer/me");
        let keys = server.vestibule(&["export-credentials", "--profile", "deploy"]).run();
        let keys = keys.succeeded().json();
        assert!(keys["SessionToken"].is_string(), "{}", server.url);
        assert!(keys["AccessKeyId"].as_str().unwrap().starts_with("ASIA"), "{}", server.url);
    }
}

#[test]
fn instance_metadata_gives_credentials_and_assumes_a_role() {
    for server in servers() {
        server.env.write(".aws/config", &CONFIG.replace("[profile base]", "[profile other]"));
        let keys = server.vestibule(&["export-credentials"]).run();
        let keys = keys.succeeded().json();
        assert!(keys["Expiration"].is_string() && keys["SessionToken"].is_string(), "{keys}");
        let who = server.who(&["--profile", "machine"]);
        assert_eq!(who["Arn"], "arn:aws:sts::444455556666:assumed-role/Deployer/machine");
    }
}

#[test]
fn instance_metadata_gives_the_region() {
    for server in servers() {
        let vars = Vars::default().with("AWS_EC2_METADATA_SERVICE_ENDPOINT", &server.url);
        let transport = Arc::new(Hyper::new(Config::new(vars.clone())));
        let world =
            World { vars, transport: Arc::new(Blocking::new(transport)), ..memory::world() };
        let session = Session::builder().world(world.clone()).load_blocking().unwrap();
        let metadata = InstanceMetadata::new(session.settings().metadata.clone());
        let region = block_on(metadata.region(&world)).unwrap();
        assert_eq!(region.unwrap().as_str(), "us-east-1", "{}", server.url);
    }
}
