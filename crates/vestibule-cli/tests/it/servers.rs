//! STS and instance metadata, of the emulator and, where `VESTIBULE_MOTO_URL` says one runs, of
//! moto (`cargo xtask moto`): the same tests, since what two servers answer is no misreading.

use std::sync::Arc;

use vestibule::providers::InstanceMetadata;
use vestibule::world::{World, block_on, memory};
use vestibule::{Session, Vars};
use vestibule_emulator::{Emulator, IamRole, IamUser, Instance};

use crate::support::{Invocation, Lab};

/// Where moto keeps what nobody said to be elsewhere.
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

/// A home folder, and a server that is asked from it.
struct Server {
    lab: Lab,
    url: String,
}

/// All that there are: the emulator, and perhaps moto.
fn servers() -> Vec<Server> {
    let user = IamUser::new(ACCOUNT, "dev")
        .access_key("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    let role = IamRole::new("444455556666", "Deployer").trusting(ACCOUNT);
    let instance = Instance::new().role(ACCOUNT, "default-role");
    let emulator = Emulator::builder().iam_user(user).iam_role(role).instance(instance);
    let lab = Lab::over(emulator);
    let emulated = Server { url: lab.server.http(), lab };
    let moto = std::env::var("VESTIBULE_MOTO_URL").ok();
    let moto = moto.map(|url| Server { lab: Lab::new(), url });
    let servers: Vec<_> = std::iter::once(emulated).chain(moto).collect();
    for server in &servers {
        server.lab.write(".aws/config", CONFIG);
    }
    servers
}

impl Server {
    fn vestibule(&self, args: &[&str]) -> Invocation<'_> {
        self.lab
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
fn lasting_keys_are_somebody() {
    for server in servers() {
        let who = server.who(&["--profile", "base"]);
        assert_eq!(who["Account"], ACCOUNT, "{}", server.url);
        assert!(who["Arn"].as_str().unwrap().contains(":user/"), "{who}");
    }
}

#[test]
fn a_role_is_assumed_with_the_keys_of_another_profile() {
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
fn an_instance_has_credentials_and_assumes_a_role_with_them() {
    for server in servers() {
        server.lab.write(".aws/config", &CONFIG.replace("[profile base]", "[profile other]"));
        let keys = server.vestibule(&["export-credentials"]).run();
        let keys = keys.succeeded().json();
        assert!(keys["Expiration"].is_string() && keys["SessionToken"].is_string(), "{keys}");
        let who = server.who(&["--profile", "machine"]);
        assert_eq!(who["Arn"], "arn:aws:sts::444455556666:assumed-role/Deployer/machine");
    }
}

#[test]
fn an_instance_knows_its_region() {
    for server in servers() {
        let vars = Vars::default().with("AWS_EC2_METADATA_SERVICE_ENDPOINT", &server.url);
        let transport = vestibule_hyper::Blocking::new(vestibule_hyper::Config::new(vars.clone()));
        let world = World { vars, transport: Arc::new(transport), ..memory::world() };
        let session = Session::builder().world(world.clone()).load_blocking().unwrap();
        let metadata = InstanceMetadata::new(session.settings().metadata.clone());
        let region = block_on(metadata.region(&world)).unwrap();
        assert_eq!(region.unwrap().as_str(), "us-east-1", "{}", server.url);
    }
}
