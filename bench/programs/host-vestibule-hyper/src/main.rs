//! The host program, which also prints the access key id of the default profile, with a second HTTP
//! client.

use std::error::Error;

#[derive(serde::Deserialize, serde::Serialize)]
struct Page {
    title: String,
    tags: Vec<String>,
}

/// Keeps the HTTP client and JSON in the binary, as a program that uses them would.
async fn fetch(url: &str) -> Result<Page, Box<dyn Error>> {
    let page: Page = reqwest::get(url).await?.json().await?;
    println!("{}", serde_json::to_string(&page)?);
    Ok(page)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // With `rustls-no-provider`, the cryptography of TLS is for the program to choose.
    let _ = rustls::crypto::ring::default_provider().install_default();
    if let Some(url) = std::env::args().nth(1) {
        fetch(&url).await?;
    }
    let session = vestibule::Session::builder().load().await?;
    println!("{}", session.credentials().await?.access_key_id());
    Ok(())
}
