//! Signs in to an emulator with ureq (to AWS with its default features, which include TLS):
//! `cargo run -p vestibule-oidc --example sign_in_with_ureq -- OIDC_URL START_URL`
#![expect(clippy::print_stdout, reason = "an example that prints")]
#![expect(clippy::disallowed_methods, reason = "an example without a `World`")]

use vestibule_oidc::{
    Client, Endpoint, Region, Request, Response, SignIn, SignInMachine as _, SsoSession, StartUrl,
    Step, Timestamp,
};

fn send(agent: &ureq::Agent, request: Request) -> Result<Response, ureq::Error> {
    let mut response = agent.run(request.map(|body| body.to_vec()))?;
    let body = response.body_mut().read_to_vec()?;
    Ok(response.map(|_| body.into()))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [url, start_url] = &args[..] else { return Err("expected OIDC_URL START_URL".into()) };
    let session = SsoSession::legacy(StartUrl::new(start_url)?, Region::new("us-east-1")?);
    let mut sign_in = SignIn::device(Client::for_session(&session, Endpoint::parse(url, None)?));
    let agent = ureq::Agent::config_builder().http_status_as_error(false).build().new_agent();
    let now = || Timestamp::from(std::time::SystemTime::now());
    loop {
        match sign_in.step(now()) {
            Step::Send(request) => match send(&agent, request) {
                Ok(response) => sign_in.handle_response(&response, now()),
                Err(_) => sign_in.handle_failure(now()),
            },
            Step::Show(shown) => println!("Open {} ({})", shown.complete_address, shown.user_code),
            Step::Wait(span) => std::thread::sleep(span),
            Step::Done(done) => break println!("expires at {}", done.expires_at),
            Step::Failed(error) => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}
