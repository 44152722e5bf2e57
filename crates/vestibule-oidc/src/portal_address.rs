use vestibule_types::{Region, StartUrl};

/// Hosts that are AWS's own access portals end in one of these.
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
/// Or are one of these, which issuer URLs begin with.
const HOSTS: [&str; 4] = [
    "identitycenter.amazonaws.com",
    "identitycenter.amazonaws.com.cn",
    "identitycenter.amazonaws.eu",
    "identitycenter.us-gov.amazonaws.com",
];

/// True for an address that AWS itself serves.
///
/// Any other host is a company's own name for its portal, which redirects to AWS's.
/// The lists are those of AWS CLI 2.36.
pub fn is_aws_portal(start_url: &StartUrl) -> bool {
    let host = start_url.host().to_ascii_lowercase();
    SUFFIXES.iter().any(|suffix| host.ends_with(suffix)) || HOSTS.contains(&host.as_str())
}

/// Where a company's own address leads: the redirect's target, if that is AWS's.
///
/// It goes into calls only; files and their names keep the configured address.
pub fn redirected_portal(location: &str) -> Option<StartUrl> {
    let bare = location.split(['?', '#']).next().unwrap_or(location).trim_end_matches('/');
    let url = StartUrl::new(bare).ok()?;
    (url.is_https() && is_aws_portal(&url)).then_some(url)
}

/// The region that a portal's host names, where it names one.
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
    fn aws_serves_some_and_companies_the_others() {
        for ours in ["https://d-1.awsapps.com/start", "https://ssoins-1.portal.us-east-1.app.aws"] {
            assert!(is_aws_portal(&url(ours)), "{ours}");
        }
        for others in ["https://sso.example.com/", "https://awsapps.com.example.com/start"] {
            assert!(!is_aws_portal(&url(others)), "{others}");
        }
    }

    #[test]
    fn only_a_redirect_to_aws_counts() {
        let to = |location| redirected_portal(location).map(|url| url.to_string());
        assert_eq!(
            to("https://d-1.awsapps.com/start/?x=1#/"),
            Some("https://d-1.awsapps.com/start".into())
        );
        assert_eq!(to("http://d-1.awsapps.com/start"), None);
        assert_eq!(to("https://evil.example.com/start"), None);
        assert_eq!(to("/start"), None);
    }

    #[test]
    fn some_hosts_name_their_region() {
        let region = |text| region_of_portal(&url(text)).map(|region| region.to_string());
        assert_eq!(region("https://ssoins-1.portal.eu-west-1.app.aws"), Some("eu-west-1".into()));
        assert_eq!(
            region("https://ssoins-1.eu-west-1.portal.amazonaws.com"),
            Some("eu-west-1".into())
        );
        assert_eq!(region("https://d-1.awsapps.com/start"), None);
    }
}
