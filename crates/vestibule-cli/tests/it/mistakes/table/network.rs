//! Addresses, proxies and certificates.

use super::{Fix, Row, row};

/// Returns a row whose requests go to AWS, through the emulator's proxy.
fn through_proxy(name: &'static str, proxy: &str) -> Row {
    row(name)
        .without("AWS_ENDPOINT_URL")
        .var("AWS_CA_BUNDLE", "~/ca.pem")
        .var("AWS_MAX_ATTEMPTS", "1")
        .var("HTTPS_PROXY", proxy)
}

pub(super) fn rows() -> Vec<Row> {
    vec![
        row("endpoint without a scheme")
            .var("AWS_ENDPOINT_URL", "localhost:4566")
            .fails(6, "is not an absolute http or https URL", "AWS_ENDPOINT_URL")
            .correct(Fix::Value("EMULATOR")),
        row("endpoint where nothing listens")
            .var("AWS_MAX_ATTEMPTS", "1")
            .var("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
            .fails(1, "connection refused", "AWS_ENDPOINT_URL")
            .correct(Fix::Value("EMULATOR")),
        row("endpoint of a profile where nothing listens")
            .edit("\nregion = us-east-1", "\nregion = us-east-1\nendpoint_url = http://127.0.0.1:9")
            .var("AWS_MAX_ATTEMPTS", "1")
            .without("AWS_ENDPOINT_URL")
            .fails(1, "connection refused", "~/.aws/config:6")
            .correct(Fix::Line("endpoint_url = EMULATOR")),
        row("endpoint with a misspelt host")
            .var("AWS_MAX_ATTEMPTS", "1")
            .var("AWS_ENDPOINT_URL", "http://emulator.invalid")
            .fails(1, "could not resolve the host name emulator.invalid", "AWS_ENDPOINT_URL")
            .correct(Fix::Value("EMULATOR")),
        row("endpoint with TLS where there is none")
            .var("AWS_ENDPOINT_URL", "https://127.0.0.1:9")
            .var("AWS_MAX_ATTEMPTS", "1")
            .fails(1, "connection refused", "AWS_ENDPOINT_URL")
            .correct(Fix::Value("EMULATOR")),
        row("FIPS endpoint where there is none")
            .without("AWS_ENDPOINT_URL")
            .var("AWS_USE_FIPS_ENDPOINT", "true")
            .var("AWS_MAX_ATTEMPTS", "1")
            .fails(1, "could not resolve the host name portal.sso-fips", "AWS_USE_FIPS_ENDPOINT")
            .hint(
                "correct AWS_USE_FIPS_ENDPOINT, then try again",
                [Fix::Value("false"), Fix::Set("AWS_ENDPOINT_URL", Some("EMULATOR"))],
            ),
        row("company proxy that inspects TLS")
            .var("AWS_ENDPOINT_URL", "TLS")
            .fails(1, "the certificate is signed by an unknown authority", "AWS_CA_BUNDLE")
            .hint(
                "set AWS_CA_BUNDLE to a PEM file with the root certificate of your organization",
                [Fix::Set("AWS_CA_BUNDLE", Some("~/ca.pem"))],
            ),
        row("CA bundle that does not exist")
            .var("AWS_ENDPOINT_URL", "TLS")
            .var("AWS_CA_BUNDLE", "~/corp.pem")
            .fails(1, "the CA bundle `~/corp.pem` (AWS_CA_BUNDLE) cannot be used", "AWS_CA_BUNDLE")
            .correct(Fix::Value("~/ca.pem")),
        row("CA bundle without certificates")
            .var("AWS_ENDPOINT_URL", "TLS")
            .var("AWS_CA_BUNDLE", "~/.aws/config")
            .fails(1, "it has no PEM certificate", "AWS_CA_BUNDLE")
            .correct(Fix::Value("~/ca.pem")),
        row("CA bundle that is a folder")
            .var("AWS_ENDPOINT_URL", "TLS")
            .var("AWS_CA_BUNDLE", "~/.aws")
            .fails(1, "it is not a regular file", "AWS_CA_BUNDLE")
            .correct(Fix::Value("~/ca.pem")),
        row("CA bundle of other programs")
            .var("AWS_ENDPOINT_URL", "TLS")
            .var("REQUESTS_CA_BUNDLE", "~/corp.pem")
            .fails(1, "No such file", "REQUESTS_CA_BUNDLE")
            .correct(Fix::Value("~/ca.pem")),
        row("CA bundle of a profile")
            .edit("\nregion = us-east-1", "\nregion = us-east-1\nca_bundle = ~/corp.pem")
            .var("AWS_ENDPOINT_URL", "TLS")
            .fails(1, "No such file", "")
            .hint("correct ~/.aws/config:6, then try again", [Fix::Line("ca_bundle = ~/ca.pem")]),
        row("CA bundle of another organization")
            .var("AWS_ENDPOINT_URL", "TLS")
            .edit("\nregion = us-east-1", "\nregion = us-east-1\nca_bundle = ~/other.pem")
            .fails(1, "invalid peer certificate", "~/.aws/config:6")
            .hint(
                "add the root certificate to ~/other.pem (~/.aws/config:6), then try again",
                [Fix::Line("ca_bundle = ~/ca.pem")],
            ),
        through_proxy("proxy where nothing listens", "http://127.0.0.1:9")
            .fails(1, "connection refused", "HTTPS_PROXY")
            .correct(Fix::Value("EMULATOR")),
        through_proxy("misspelt proxy", "http://proxy.invalid:3128")
            .fails(1, "proxy.invalid", "HTTPS_PROXY")
            .hint(
                "check the network connection, or correct HTTPS_PROXY, then try again",
                [Fix::Set("HTTPS_PROXY", Some("EMULATOR"))],
            ),
        through_proxy("port of a proxy", "http://127.0.0.1:99999")
            .fails(1, "HTTPS_PROXY is not valid", "HTTPS_PROXY")
            .correct(Fix::Value("EMULATOR")),
        through_proxy("password that is not escaped", "http://ann:p@ss#word@127.0.0.1:9")
            .fails(1, "HTTPS_PROXY is not valid", "HTTPS_PROXY")
            .correct(Fix::Value("EMULATOR")),
        through_proxy("kind of proxy", "socks5://127.0.0.1:9")
            .fails(1, "HTTPS_PROXY is not valid", "HTTPS_PROXY")
            .correct(Fix::Value("EMULATOR")),
    ]
}
