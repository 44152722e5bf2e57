//! The access portal behind a company's own address.

use http::{Method, StatusCode};
use vestibule_oidc::{is_aws_portal, redirected_portal, region_of_portal};
use vestibule_types::{Region, StartUrl};
use vestibule_wire::{Request, Response};
use vestibule_world::World;

/// Returns the region of the portal behind a start URL, if the portal's host names one.
///
/// A request is sent only for a company's own address.
pub async fn portal_region(world: &World, start_url: &StartUrl) -> Option<Region> {
    region_of_portal(&resolve_portal(world, start_url).await)
}

/// Returns the portal behind a start URL: the URL itself, or the target of its one redirect.
///
/// A URL without a redirect is used as it is; the service checks it.
pub(crate) async fn resolve_portal(world: &World, start_url: &StartUrl) -> StartUrl {
    if is_aws_portal(start_url) {
        return start_url.clone();
    }
    let mut response = send(world, Method::HEAD, start_url).await;
    if response.as_ref().is_some_and(|response| matches!(response.status().as_u16(), 405 | 501)) {
        response = send(world, Method::GET, start_url).await;
    }
    let portal = response.as_ref().and_then(location).and_then(redirected_portal);
    tracing::debug!(host = start_url.host(), found = portal.is_some(), "own address of a portal");
    portal.unwrap_or_else(|| start_url.clone())
}

async fn send(world: &World, method: Method, start_url: &StartUrl) -> Option<Response> {
    let mut request = Request::default();
    *request.method_mut() = method;
    *request.uri_mut() = start_url.as_str().split('#').next()?.parse().ok()?;
    world.send(request).await.ok()
}

fn location(response: &Response) -> Option<&str> {
    let redirects = [
        StatusCode::MOVED_PERMANENTLY,
        StatusCode::FOUND,
        StatusCode::SEE_OTHER,
        StatusCode::TEMPORARY_REDIRECT,
        StatusCode::PERMANENT_REDIRECT,
    ];
    let location = response.headers().get(http::header::LOCATION)?;
    redirects.contains(&response.status()).then(|| location.to_str().ok())?
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use vestibule_world::{block_on, memory};

    use super::*;

    /// Returns the portal for these responses of the company's host to HEAD and to GET.
    fn check(head: (u16, &'static str), get: (u16, &'static str)) -> String {
        let transport = memory::Transport::new(move |request| {
            let (status, location) = if request.method() == Method::HEAD { head } else { get };
            let response = http::Response::builder().status(status).header("location", location);
            Ok(response.body(bytes::Bytes::new()).unwrap())
        });
        let world = World { transport: Arc::new(transport), ..memory::world() };
        let url = StartUrl::new("https://sso.example.com/").unwrap();
        block_on(resolve_portal(&world, &url)).to_string()
    }

    #[test]
    fn one_redirect_to_aws_is_followed() {
        let aws = "https://d-1.awsapps.com/start";
        assert_eq!(check((302, aws), (500, "")), aws);
        assert_eq!(check((405, ""), (301, aws)), aws);
        assert_eq!(
            check((302, "https://evil.example.com/"), (500, "")),
            "https://sso.example.com/"
        );
        assert_eq!(check((200, aws), (500, "")), "https://sso.example.com/");
    }

    #[test]
    fn portal_region_is_that_of_the_host_to_which_a_company_redirects() {
        let transport = memory::Transport::new(|request| {
            assert_eq!(request.uri().host(), Some("sso.example.com"), "no request to AWS");
            let portal = "https://ssoins-1.portal.eu-west-1.app.aws/";
            let response = http::Response::builder().status(302).header("location", portal);
            Ok(response.body(bytes::Bytes::new()).unwrap())
        });
        let world = World { transport: Arc::new(transport), ..memory::world() };
        for (url, expected) in [
            ("https://sso.example.com/", Some("eu-west-1")),
            ("https://ssoins-1.portal.us-east-2.app.aws/", Some("us-east-2")),
            ("https://d-1.awsapps.com/start", None),
        ] {
            let region = block_on(portal_region(&world, &StartUrl::new(url).unwrap()));
            assert_eq!(region.as_ref().map(Region::as_str), expected, "{url}");
        }
    }
}
