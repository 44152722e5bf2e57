//! Bearer tokens for the Kubernetes API of EKS clusters.
//!
//! <https://github.com/kubernetes-sigs/aws-iam-authenticator#api-authorization-from-outside-a-cluster>
//! (read 2026-11)

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use vestibule_sts::sigv4::SigningParams;
use vestibule_types::{Credentials, Region, Secret, Timestamp};
use vestibule_wire::{Endpoint, RequestError};

/// The time for which clients may use a token.
///
/// EKS accepts it for fifteen minutes; the AWS CLI states one minute less, so that clients replace it
/// in time.
pub const EKS_TOKEN_LIFETIME: Duration = Duration::from_secs(14 * 60);

/// The lifetime in the URL, as in the AWS CLI. EKS limits it to this value, and accepts the token
/// for fifteen minutes all the same.
const URL_LIFETIME: Duration = Duration::from_secs(60);

/// Returns a bearer token for a cluster: a presigned `GetCallerIdentity` request that names it.
///
/// `cluster` is the name of the cluster, or the id of a local cluster on AWS Outposts.
///
/// # Errors
/// The name contains characters that no header can carry.
pub fn eks_token(
    credentials: &Credentials,
    sts: &Endpoint,
    region: &Region,
    cluster: &str,
    now: Timestamp,
) -> Result<Secret, RequestError> {
    let mut request = sts
        .get("/")
        .query("Action", "GetCallerIdentity")
        .query("Version", "2011-06-15")
        .header("x-k8s-aws-id", cluster)
        .finish()?;
    let params = SigningParams::new(credentials, region, vestibule_sts::SERVICE, now);
    params.presign(&mut request, URL_LIFETIME)?;
    let url = request.uri().to_string();
    Ok(Secret::new(format!("k8s-aws-v1.{}", URL_SAFE_NO_PAD.encode(url))))
}

#[cfg(test)]
mod tests {
    use vestibule_sts::endpoint;
    use vestibule_wire::EndpointParams;

    use super::*;
    use crate::database::tests::{keys, now, region};

    #[test]
    fn token_is_the_one_of_the_aws_cli() {
        let sts = endpoint(&EndpointParams::new(region())).unwrap();
        let url = |token| {
            let token = eks_token(&keys(token), &sts, &region(), "demo", now()).unwrap();
            let encoded = token.expose().strip_prefix("k8s-aws-v1.").unwrap().to_owned();
            String::from_utf8(URL_SAFE_NO_PAD.decode(encoded).unwrap()).unwrap()
        };
        let head = "https://sts.eu-west-1.amazonaws.com/?Action=GetCallerIdentity\
             &Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256\
             &X-Amz-Credential=AKIDEXAMPLE%2F20261129%2Feu-west-1%2Fsts%2Faws4_request\
             &X-Amz-Date=20261129T120000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host%3Bx-k8s-aws-id";
        let signature = "b6991d6c8a090961b21ac4c9c2359da0e73f13b6f4f53227782c97bc714200f4";
        assert_eq!(url(None), format!("{head}&X-Amz-Signature={signature}"));
        let signature = "6fd4e59dc9499f551ae7cfaa9a0bf0123bda0b2c98c055dd4cdec99464e6e1dd";
        let token = "IQoJb3JpZ2luX2Vj%2B%2F%3D%3D";
        assert_eq!(
            url(Some("IQoJb3JpZ2luX2Vj+/==")),
            format!("{head}&X-Amz-Security-Token={token}&X-Amz-Signature={signature}")
        );
    }

    #[test]
    fn cluster_name_with_a_line_break_is_an_error() {
        let sts = endpoint(&EndpointParams::new(region())).unwrap();
        assert!(eks_token(&keys(None), &sts, &region(), "a\nb", now()).is_err());
    }
}
