//! `DescribeCluster`: what a client needs to connect to a cluster.
//!
//! <https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeCluster.html>
//! (read 2026-11)

use serde::Deserialize;
use vestibule_sts::sigv4::Signer;
use vestibule_types::json::lenient;
use vestibule_types::{Credentials, printable_short};
use vestibule_wire::{
    Endpoint, EndpointError, EndpointParams, MalformedResponse, Operation, Request, RequestError,
    Response, ResponseError, percent_encode, rest_json,
};
use vestibule_world::{SkewObserver, World};

use crate::Error;

/// The service name in signatures of EKS requests.
pub const SERVICE: &str = "eks";

/// Returns the EKS endpoint, and the region to sign for.
///
/// # Errors
/// A combination that AWS's endpoint rules exclude, or a missing region.
pub fn endpoint(params: &EndpointParams) -> Result<Endpoint, EndpointError> {
    let fips = if params.dual_stack { "eks-fips" } else { "fips.eks" };
    Endpoint::regional(params, SERVICE, fips)
}

/// Returns what a client needs to connect to a cluster.
///
/// # Errors
/// There is no such cluster, or the credentials may not describe it; see [`Error`].
pub async fn describe_cluster(
    world: &World,
    params: &EndpointParams,
    credentials: Credentials,
    name: &str,
) -> Result<Cluster, Error> {
    let endpoint = endpoint(params).map_err(Error::endpoint)?;
    let region = endpoint.region().cloned();
    let region = region.ok_or_else(|| Error::endpoint(EndpointError::MissingRegion))?;
    let signer = Signer::new(credentials, region.clone(), SERVICE);
    let authorize = SkewObserver::new(&signer);
    let called = world.call(&endpoint, &authorize, &DescribeCluster { name }).await;
    called.map_err(|error| Error::call(printable_short(name, 100), region, error, authorize.skew()))
}

/// The operation that returns the description of a cluster.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "the fields are the parameters of the API")]
pub struct DescribeCluster<'a> {
    /// The name of the cluster.
    pub name: &'a str,
}

/// The endpoint and certificate authority of a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "what an entry in a kubeconfig file has")]
pub struct Cluster {
    /// The ARN.
    pub arn: String,
    /// The URL of the Kubernetes API.
    pub endpoint: String,
    /// The certificates to trust, as PEM in Base64.
    pub certificate_authority: String,
}

impl Operation for DescribeCluster<'_> {
    type Output = Cluster;
    type Error = ResponseError;

    fn request(&self, endpoint: &Endpoint) -> Result<Request, RequestError> {
        endpoint.get(&format!("/clusters/{}", percent_encode(self.name))).finish()
    }

    fn read(&self, response: &Response) -> Result<Cluster, ResponseError> {
        #[derive(Deserialize)]
        struct Body {
            cluster: Description,
        }

        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Description {
            arn: String,
            #[serde(default, deserialize_with = "lenient")]
            status: Option<String>,
            #[serde(default, deserialize_with = "lenient")]
            endpoint: Option<String>,
            certificate_authority: Option<Certificates>,
        }

        #[derive(Deserialize)]
        struct Certificates {
            data: String,
        }

        let Body { cluster } = rest_json::read(response, "the description of a cluster")?;
        let malformed = |expected: &str| {
            ResponseError::Malformed(MalformedResponse::new(response.status(), expected))
        };
        // A cluster that is being created has neither.
        let (Some(endpoint), Some(Certificates { data })) =
            (cluster.endpoint, cluster.certificate_authority)
        else {
            let status = cluster
                .status
                .filter(|status| status.bytes().all(|byte| byte.is_ascii_uppercase()));
            let status = status.map(|status| format!(" (its status is {status})"));
            return Err(malformed(&format!(
                "a cluster with an endpoint{}",
                status.unwrap_or_default()
            )));
        };
        let is_printable = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
        if !endpoint.starts_with("https://")
            || ![&endpoint, &data, &cluster.arn].into_iter().all(|text| is_printable(text))
        {
            return Err(malformed("a cluster with an https endpoint"));
        }
        Ok(Cluster { arn: cluster.arn, endpoint, certificate_authority: data })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use bytes::Bytes;
    use vestibule_types::{Region, SecretAccessKey};
    use vestibule_world::{Skew, block_on, memory};

    use super::*;

    fn read(status: u16, body: &str) -> Result<Cluster, String> {
        let body = Bytes::copy_from_slice(body.as_bytes());
        let response = http::Response::builder().status(status).body(body).unwrap();
        DescribeCluster { name: "demo" }.read(&response).map_err(|error| error.to_string())
    }

    #[test]
    fn error_has_the_difference_of_the_clocks() {
        let hour = Duration::from_secs(3600);
        let date = (memory::world().clock.now() + hour).http_date();
        let transport = memory::Transport::new(move |_| {
            let response = http::Response::builder().status(403).header("date", &date);
            Ok(response.body(Bytes::new()).unwrap())
        });
        let world = World { transport: Arc::new(transport), ..memory::world() };
        let params = EndpointParams::new(Region::new("eu-west-1").unwrap());
        let keys = Credentials::new("AKIDEXAMPLE", SecretAccessKey::new("not-a-secret"));
        let error = block_on(describe_cluster(&world, &params, keys, "demo")).unwrap_err();
        assert_eq!(error.skew(), Some(Skew::Behind(hour)));
    }

    #[test]
    fn name_is_encoded_in_the_path() {
        let endpoint = endpoint(&EndpointParams::new(Region::new("eu-west-1").unwrap())).unwrap();
        let request = DescribeCluster { name: "../x y" }.request(&endpoint).unwrap();
        let expected = "https://eks.eu-west-1.amazonaws.com/clusters/..%2Fx%20y";
        assert_eq!(request.uri(), expected);
    }

    #[test]
    fn endpoint_is_that_of_the_published_rules() {
        let check = |region: &str, fips, dual_stack, expected: &str| {
            let params = EndpointParams::new(Region::new(region).unwrap())
                .with_fips(fips)
                .with_dual_stack(dual_stack);
            assert_eq!(endpoint(&params).unwrap().url(), expected);
        };
        check("us-east-1", true, false, "https://fips.eks.us-east-1.amazonaws.com");
        check("us-east-1", false, true, "https://eks.us-east-1.api.aws");
        check("us-east-1", true, true, "https://eks-fips.us-east-1.api.aws");
        check("us-gov-west-1", true, false, "https://eks.us-gov-west-1.amazonaws.com");
        check("cn-north-1", false, false, "https://eks.cn-north-1.amazonaws.com.cn");
    }

    #[test]
    fn cluster_without_an_endpoint_or_with_a_hostile_one_is_an_error() {
        let body = r#"{"cluster":{"arn":"a","endpoint":"https://e","certificateAuthority":{"data":"Q0E="}}}"#;
        assert_eq!(read(200, body).unwrap().endpoint, "https://e");
        for (body, expected) in [
            (r#"{"cluster":{"arn":"a","status":"CREATING"}}"#, "(its status is CREATING)"),
            (&*body.replace("https://e", "http://e"), "an https endpoint"),
            (&body.replace("https://e", r"https://e\n"), "an https endpoint"),
            (&body.replace("Q0E=", r"\u001b[31m"), "an https endpoint"),
            ("<html>", "the description of a cluster"),
            ("{}", "the description of a cluster"),
        ] {
            let error = read(200, body).unwrap_err();
            assert!(error.contains(expected), "{error}");
        }
        let error = read(404, r#"{"__type":"ResourceNotFoundException","message":"No cluster"}"#);
        assert_eq!(error.unwrap_err(), "ResourceNotFoundException: No cluster (HTTP 404)");
    }
}
