use vestibule_types::{Region, StartUrl};

/// Suffixes of the hosts of AWS's own access portals.
const SUFFIXES: [&str; 8] = [
    ".awsapps.com",
    ".awsapps.cn",
    ".app.aws",
    ".portal.amazonaws.com",
    ".portal.amazonaws.com.cn",
    ".app.amazonwebservices.com.cn",
    ".portal.amazonaws.eu",
    ".api.amazonwebservices.eu",
];
/// Hosts of issuer URLs.
const HOSTS: [&str; 4] = [
    "identitycenter.amazonaws.com",
    "identitycenter.amazonaws.com.cn",
    "identitycenter.amazonaws.eu",
    "identitycenter.us-gov.amazonaws.com",
];

/// Returns whether AWS serves a start URL.
///
/// Any other host is a custom domain, which redirects to the portal. The lists are those of AWS CLI
/// 2.36.
pub fn is_aws_portal(start_url: &StartUrl) -> bool {
    let host = start_url.host().to_ascii_lowercase();
    SUFFIXES.iter().any(|suffix| host.ends_with(suffix)) || HOSTS.contains(&host.as_str())
}

/// Returns the target of the redirect of a custom domain, if AWS serves it.
///
/// It is used in requests only; files and their names keep the configured start URL.
pub fn redirected_portal(location: &str) -> Option<StartUrl> {
    let bare = location.split(['?', '#']).next().unwrap_or(location).trim_end_matches('/');
    let url = StartUrl::new(bare).ok()?;
    (url.is_https() && is_aws_portal(&url)).then_some(url)
}

/// Returns the region in the host of a start URL, if there is one.
pub fn region_of_portal(start_url: &StartUrl) -> Option<Region> {
    let host = start_url.host().to_ascii_lowercase();
    let labels: Vec<&str> = host.split('.').collect();
    // <id>.portal.<region>.app.aws and its relatives in China and Europe;
    // <id>.<region>.portal.amazonaws.com, .com.cn or .eu.
    let ([_, "portal", region, "app" | "api", ..] | [_, region, "portal", "amazonaws", ..]) =
        labels.as_slice()
    else {
        return None;
    };
    Region::new(region).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> StartUrl {
        StartUrl::new(text).unwrap()
    }

    #[test]
    fn custom_domain_is_not_an_aws_portal() {
        for portal in ["https://d-1.awsapps.com/start", "https://ssoins-1.portal.us-east-1.app.aws"]
        {
            assert!(is_aws_portal(&url(portal)), "{portal}");
        }
        for custom in ["https://sso.example.com/", "https://awsapps.com.example.com/start"] {
            assert!(!is_aws_portal(&url(custom)), "{custom}");
        }
    }

    #[test]
    fn redirect_to_other_hosts_is_ignored() {
        let portal = |location| redirected_portal(location).map(|url| url.to_string());
        assert_eq!(
            portal("https://d-1.awsapps.com/start/?x=1#/"),
            Some("https://d-1.awsapps.com/start".into())
        );
        assert_eq!(portal("http://d-1.awsapps.com/start"), None);
        assert_eq!(portal("https://evil.example.com/start"), None);
        assert_eq!(portal("/start"), None);
    }

    #[test]
    fn region_is_read_from_the_host() {
        let region = |text| region_of_portal(&url(text)).map(|region| region.to_string());
        assert_eq!(region("https://ssoins-1.portal.eu-west-1.app.aws"), Some("eu-west-1".into()));
        assert_eq!(
            region("https://ssoins-1.eu-west-1.portal.amazonaws.com"),
            Some("eu-west-1".into())
        );
        assert_eq!(region("https://d-1.awsapps.com/start"), None);
    }
}
