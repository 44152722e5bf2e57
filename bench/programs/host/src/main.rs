//! What most programs have already: tokio, an HTTP client on rustls, serde and serde_json.
//!
//! With a feature, it also prints the access key id of the default profile.

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

#[cfg(feature = "aws-config")]
async fn print_with_aws_config() -> Result<(), Box<dyn Error>> {
    use aws_credential_types::provider::ProvideCredentials as _;

    let config = aws_config::load_defaults(aws_config::BehaviorVersion::latest()).await;
    let provider = config.credentials_provider().ok_or("no provider")?;
    println!("{}", provider.provide_credentials().await?.access_key_id());
    Ok(())
}

#[cfg(any(feature = "vestibule", feature = "vestibule-hyper"))]
async fn print_with_vestibule() -> Result<(), Box<dyn Error>> {
    let builder = vestibule::Session::builder();
    #[cfg(feature = "vestibule")]
    let builder = {
        let transport = vestibule_reqwest::Reqwest::new(reqwest::Client::builder);
        builder.transport(std::sync::Arc::new(transport))
    };
    println!("{}", builder.load().await?.credentials().await?.access_key_id());
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // With `rustls-no-provider`, the cryptography of TLS is for the program to choose.
    let _ = rustls::crypto::ring::default_provider().install_default();
    if let Some(url) = std::env::args().nth(1) {
        fetch(&url).await?;
    }
    #[cfg(feature = "aws-config")]
    print_with_aws_config().await?;
    #[cfg(any(feature = "vestibule", feature = "vestibule-hyper"))]
    print_with_vestibule().await?;
    Ok(())
}
