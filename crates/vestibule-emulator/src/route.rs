use http::Method;
use http::header::HOST;
use vestibule_types::Region;
use vestibule_wire::{Partition, Request};

#[cfg(feature = "server")]
use crate::config::Config;
use crate::operation::{Operation, Service};
use crate::params::Params;
use crate::signin;

/// Where a request arrived.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// Scheme, host and port.
    pub(crate) base: String,
    /// What the name of the host says, if it is one of AWS's.
    pub(crate) host: Option<AwsHost>,
}

/// A host name of AWS, read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct AwsHost {
    pub(crate) door: Door,
    pub(crate) region: Region,
}

/// What answers at a host name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    Service(Service),
    /// `device.sso.{region}.amazonaws.com`: where people type their codes.
    Verification,
}

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Call(Operation),
    /// The page where people type their codes.
    Verification,
    /// The page that shows what is going on.
    Status,
    /// `/emulator/…`.
    Control,
    /// Something of STS that is not emulated.
    OtherAction,
    Nothing,
}

impl Target {
    /// Whether people get there in a browser.
    pub(crate) fn is_a_page(self) -> bool {
        matches!(
            self,
            Self::Verification
                | Self::Status
                | Self::Control
                | Self::Call(Operation::Authorize | Operation::AuthorizeConsole)
        )
    }
}

impl Place {
    pub(crate) fn of(request: &Request) -> Self {
        let uri = request.uri();
        let host = request.headers().get(HOST).and_then(|host| host.to_str().ok());
        let authority = uri.authority().map(http::uri::Authority::as_str).or(host);
        let authority = authority.unwrap_or("localhost");
        let name = authority.rsplit_once(':').map_or(authority, |(name, _)| name);
        Self {
            base: format!("{}://{authority}", uri.scheme_str().unwrap_or("http")),
            host: AwsHost::read(&name.to_ascii_lowercase()),
        }
    }

    /// The page for typing a code, as a device authorization names it.
    pub(crate) fn verification_uri(&self) -> String {
        match &self.host {
            Some(AwsHost { region, .. }) => {
                format!("https://device.sso.{region}.{}/", Partition::of(region).dns_suffix)
            }
            None => format!("{}/device", self.base),
        }
    }

    /// The region that the host's name says, or this one.
    pub(crate) fn region<'a>(&'a self, usual: &'a Region) -> &'a Region {
        self.host.as_ref().map_or(usual, |host| &host.region)
    }

    /// Whether the host is one that nothing but a service has.
    pub(crate) fn is_a_service(&self) -> bool {
        self.host.as_ref().is_some_and(|host| matches!(host.door, Door::Service(_)))
    }

    /// False if the host's name says another region than this.
    pub(crate) fn may_be_in(&self, region: &Region) -> bool {
        self.host.as_ref().is_none_or(|host| host.region == *region)
    }

    pub(crate) fn target(&self, request: &Request) -> Target {
        let path = request.uri().path();
        let asked = match Operation::at(request.method(), path) {
            Some(operation) => Target::Call(operation),
            None if request.method() == Method::POST && path == "/" => action(request),
            None => Target::Nothing,
        };
        match &self.host {
            Some(host) => host.door.lets_in(asked, path),
            None if asked == Target::Nothing => own_page(path),
            None => asked,
        }
    }
}

/// Whether the services, or the start URL, have a host of this name.
#[cfg(feature = "server")]
pub(crate) fn is_emulated(host: &str, config: &Config) -> bool {
    let host = host.to_ascii_lowercase();
    AwsHost::read(&host).is_some()
        || LINK_LOCAL.contains(&host.as_str())
        || config.start_hosts().any(|own| own.eq_ignore_ascii_case(&host))
}

/// Where instances, and the agents of ECS and EKS, answer.
#[cfg(feature = "server")]
const LINK_LOCAL: [&str; 3] = ["169.254.169.254", "169.254.170.2", "169.254.170.23"];

impl Door {
    fn lets_in(self, asked: Target, path: &str) -> Target {
        match (self, asked) {
            (Self::Verification, _) if matches!(path, "/" | "/device") => Target::Verification,
            (Self::Service(Service::Sts), Target::OtherAction) => asked,
            (Self::Service(here), Target::Call(operation)) if operation.service() == here => asked,
            _ => Target::Nothing,
        }
    }
}

/// What a shared address has beside the services.
fn own_page(path: &str) -> Target {
    match path {
        "/" => Target::Status,
        // The last is where a start URL leads.
        "/device" | "/start" | "/start/" => Target::Verification,
        _ if path.starts_with("/emulator/") => Target::Control,
        _ => Target::Nothing,
    }
}

/// STS tells its operations apart in the body.
fn action(request: &Request) -> Target {
    let params = Params::of_body(request);
    let action = params.get("Action").and_then(Operation::of_action);
    action.map_or(Target::OtherAction, Target::Call)
}

impl AwsHost {
    /// `oidc.us-east-1.amazonaws.com` and the like, in every partition, FIPS and dual-stack too.
    fn read(name: &str) -> Option<Self> {
        if name == "sts.amazonaws.com" {
            let region = Region::new("us-east-1").ok()?;
            return Some(Self { door: Door::Service(Service::Sts), region });
        }
        if let Some(region) = signin::region_of(name) {
            return Some(Self { door: Door::Service(Service::Console), region });
        }
        let (door, rest) = DOORS.iter().find_map(|(prefix, door)| {
            let rest = name.strip_prefix(prefix)?;
            let rest = rest.strip_prefix("-fips").unwrap_or(rest);
            Some((*door, rest.strip_prefix('.')?))
        })?;
        let (region, suffix) = rest.split_once('.')?;
        let region = Region::new(region).ok()?;
        let partition = Partition::of(&region);
        let ours = [partition.dns_suffix, partition.dual_stack_dns_suffix].contains(&suffix);
        ours.then_some(Self { door, region })
    }
}

const DOORS: [(&str, Door); 5] = [
    ("oidc", Door::Service(Service::Oidc)),
    ("portal.sso", Door::Service(Service::Portal)),
    ("sts", Door::Service(Service::Sts)),
    ("signin", Door::Service(Service::Console)),
    ("device.sso", Door::Verification),
];

#[cfg(test)]
mod tests {

    use super::*;

    #[track_caller]
    fn check(request: &str, body: &'static str, expected: Target) {
        let (method, uri) = request.split_once(' ').unwrap();
        let request = http::Request::builder().method(method).uri(uri).body(body.into()).unwrap();
        assert_eq!(Place::of(&request).target(&request), expected, "{request:?}");
    }

    #[test]
    fn by_path_where_all_services_share_a_url() {
        check("POST http://127.0.0.1:8080/token", "", Target::Call(Operation::CreateToken));
        check("GET http://localhost/assignment/roles?x=1", "", {
            Target::Call(Operation::ListAccountRoles)
        });
        check("POST http://localhost/", "Action=GetCallerIdentity&Version=2011-06-15", {
            Target::Call(Operation::GetCallerIdentity)
        });
        check("POST http://localhost/", "Action=AssumeRole", {
            Target::Call(Operation::AssumeRole)
        });
        check("POST http://localhost/", "Action=DecodeAuthorizationMessage", Target::OtherAction);
        check("POST http://localhost/", "Action=CreateToken", Target::OtherAction);
        check("GET http://localhost/", "", Target::Status);
        check("GET http://localhost/device?user_code=X", "", Target::Verification);
        check("POST http://localhost/emulator/approve", "", Target::Control);
        check("GET http://localhost/token", "", Target::Nothing);
        check("GET https://provided-domain.awsapps.com/start/", "", Target::Verification);
        check("GET http://localhost/started", "", Target::Nothing);
    }

    #[test]
    fn by_host_where_it_is_one_of_aws() {
        let token = Target::Call(Operation::CreateToken);
        check("POST https://oidc.us-east-1.amazonaws.com/token", "", token);
        check("POST https://OIDC-FIPS.eu-west-1.api.aws:443/token", "", token);
        check("POST https://oidc.cn-north-1.amazonaws.com.cn/token", "", token);
        check("POST https://portal.sso.us-east-1.amazonaws.com/token", "", Target::Nothing);
        check("GET https://portal.sso.us-east-1.amazonaws.com/assignment/accounts", "", {
            Target::Call(Operation::ListAccounts)
        });
        check("POST https://sts.amazonaws.com/", "Action=GetCallerIdentity", {
            Target::Call(Operation::GetCallerIdentity)
        });
        check("POST https://oidc.us-east-1.amazonaws.com/", "Action=GetCallerIdentity", {
            Target::Nothing
        });
        check("GET https://device.sso.us-east-1.amazonaws.com/", "", Target::Verification);
        check("GET https://oidc.us-east-1.amazonaws.com/emulator/secrets", "", Target::Nothing);
        let console = Target::Call(Operation::CreateOAuth2Token);
        for host in [
            "us-east-1.signin.aws.amazon.com",
            "cn-north-1.signin.amazonaws.cn",
            "us-gov-east-1.signin-fips.amazonaws-us-gov.com",
            "signin.us-east-1.api.aws",
        ] {
            check(&format!("POST https://{host}/v1/token"), "", console);
            check(&format!("POST https://{host}/token"), "", Target::Nothing);
        }
        // Not of AWS, so it is a shared address.
        check("POST https://oidc.us-east-1.example.com/token", "", token);
    }

    #[test]
    fn the_verification_page_is_where_the_request_went() {
        let at = |uri: &str| {
            let request = http::Request::builder().uri(uri).body("".into()).unwrap();
            Place::of(&request).verification_uri()
        };
        assert_eq!(at("http://127.0.0.1:8080/x"), "http://127.0.0.1:8080/device");
        assert_eq!(
            at("https://oidc.eu-west-1.amazonaws.com/x"),
            "https://device.sso.eu-west-1.amazonaws.com/"
        );
        assert_eq!(
            at("https://oidc.cn-north-1.amazonaws.com.cn/x"),
            "https://device.sso.cn-north-1.amazonaws.com.cn/"
        );
    }
}
