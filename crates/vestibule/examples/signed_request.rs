//! A request that is signed with Signature Version 4 and sent with ureq:
//! `cargo run -p vestibule --example signed_request`.
//!
//! With reqwest, the last lines are
//! `client.execute(reqwest::Request::try_from(request.map(Bytes::from))?).await?`.

#![expect(clippy::print_stdout, reason = "an example that prints")]

use std::error::Error;

use ureq::http::Request;
use vestibule::Session;
use vestibule::world::Body;

fn main() -> Result<(), Box<dyn Error>> {
    let session = Session::builder().load_blocking()?;
    let region = session.region().ok_or("no region")?;
    let address = match session.settings().endpoint_urls.get("sts") {
        Some(url) => url.value.clone(),
        None => format!("https://sts.{region}.amazonaws.com"),
    };
    let body = Body::from("Action=GetCallerIdentity&Version=2011-06-15");
    let mut request = Request::post(format!("{address}/"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body)?;

    // The signer has the credentials of this moment: get one for each request.
    session.blocking().signer("sts")?.sign(&mut request, session.now())?;

    let agent = ureq::Agent::config_builder().build().new_agent();
    let mut response = agent.run(request.map(|body| body.to_vec()))?;
    println!("{}", response.body_mut().read_to_string()?);
    println!("signed by {}", session.blocking().credentials()?.access_key_id());
    Ok(())
}
