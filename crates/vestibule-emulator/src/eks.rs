//! EKS, as far as `update-kubeconfig` needs it.
//!
//! <https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeCluster.html> (read 2026-11)

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use percent_encoding::percent_decode_str;
use serde_json::json;

use crate::context::RequestContext;
use crate::response::{self, ServiceResponse};
use crate::shared::Shared;
use crate::sts::caller::Caller;

/// Returns the name of the cluster in a path.
pub(crate) fn cluster_name(path: &str) -> Option<String> {
    let name = path.strip_prefix("/clusters/").filter(|name| !name.contains('/'))?;
    Some(percent_decode_str(name).decode_utf8().ok()?.into_owned())
}

pub(crate) fn respond(shared: &Shared, context: &RequestContext<'_>) -> ServiceResponse {
    let name = cluster_name(context.request.uri().path()).unwrap_or_default();
    let caller = match Caller::authenticate(shared, "eks", context) {
        Ok(caller) => caller,
        Err(refused) => {
            // The names of the JSON protocols for the errors of STS.
            let code = match &*refused.code {
                "InvalidClientTokenId" => "UnrecognizedClientException",
                "SignatureDoesNotMatch" => "InvalidSignatureException",
                "ExpiredToken" => "ExpiredTokenException",
                "MissingAuthenticationToken" => "MissingAuthenticationTokenException",
                other => other,
            };
            return error(StatusCode::FORBIDDEN, code, &refused.message, name);
        }
    };
    if !shared.settings.clusters.contains(&name) {
        let message = format!("No cluster found for name: {name}.");
        return error(StatusCode::NOT_FOUND, "ResourceNotFoundException", &message, name);
    }
    let (partition, region) = (caller.partition, &caller.region);
    let account = caller.key_pair.principal.account();
    let certificate = "-----BEGIN CERTIFICATE-----\nZW11bGF0ZWQ=\n-----END CERTIFICATE-----\n";
    let body = json!({ "cluster": {
        "name": name,
        "arn": format!("arn:{partition}:eks:{region}:{account}:cluster/{name}"),
        "status": "ACTIVE",
        "version": "1.34",
        "endpoint": format!("https://EMULATED.gr7.{region}.eks.amazonaws.com"),
        "certificateAuthority": { "data": STANDARD.encode(certificate) },
    }});
    ServiceResponse::success(response::json(StatusCode::OK, &body), name)
}

pub(crate) fn scripted_error(code: &str) -> ServiceResponse {
    error(StatusCode::BAD_REQUEST, code, "Scripted", String::new())
}

fn error(status: StatusCode, code: &str, message: &str, about: String) -> ServiceResponse {
    let body = json!({ "__type": code, "message": message });
    ServiceResponse::error(response::json(status, &body), code, about)
}
