//! Exchanges a token of an identity provider for the identity context of its user, and assumes a role
//! with it (trusted identity propagation):
//! `cargo run -p vestibule-oidc --example identity_context`
//!
//! It runs against an emulator in this process; at AWS, the endpoints are those of a region.
#![expect(clippy::print_stdout, reason = "an example that prints")]

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use vestibule_emulator::{Emulator, IamRole, IamUser};
use vestibule_oidc::{
    CONTEXT_PROVIDER, CreateTokenWithIam, EndpointParams, IamGrant, Region, SIGNING_NAME, endpoint,
};
use vestibule_sts::AssumeRole;
use vestibule_sts::sigv4::Signer;
use vestibule_types::{Credentials, RoleArn, RoleSessionName, Secret, SecretAccessKey};
use vestibule_world::{World, block_on, memory};

const APPLICATION: &str = "arn:aws:sso::111122223333:application/ssoins-1/apl-1";

fn main() -> Result<(), Box<dyn Error>> {
    let user = IamUser::new("111122223333", "app").access_key("AKIDEXAMPLE", "secret");
    let emulator = Emulator::builder()
        .user("ann")
        .application(APPLICATION)
        .iam_user(user)
        .iam_role(IamRole::new("111122223333", "Data"))
        .build();
    let world = World {
        transport: Arc::new(emulator.clone()),
        clock: Arc::new(emulator.clock().clone()),
        ..memory::world()
    };
    let region = Region::new("us-east-1")?;
    // The credentials of the application, which its server has.
    let own = Credentials::new("AKIDEXAMPLE", SecretAccessKey::new("secret"));

    let assertion = Secret::new(emulator.identity_token("app", "ann", Duration::from_secs(300)));
    let grant = IamGrant::JwtBearer { assertion: &assertion };
    let call = CreateTokenWithIam::new(APPLICATION, grant);
    let endpoint = endpoint(&EndpointParams::new(region.clone()))?;
    let signer = Signer::new(own.clone(), region.clone(), SIGNING_NAME);
    let tokens = block_on(world.call(&endpoint, &signer, &call))?;
    let context = tokens.identity_context.ok_or("the application has no identity context")?;

    let arn = RoleArn::new("arn:aws:iam::111122223333:role/Data")?;
    let name = RoleSessionName::new("ann")?;
    let call = AssumeRole::new(&arn, &name).with_context(CONTEXT_PROVIDER, &context);
    let endpoint = vestibule_sts::endpoint(&EndpointParams::new(region.clone()))?;
    let signer = Signer::new(own, region, vestibule_sts::SERVICE);
    let assumed = block_on(world.call(&endpoint, &signer, &call))?;
    println!("{} acts for ann", assumed.credentials.access_key_id());
    Ok(())
}
