//! EKS clusters.

use vestibule_emulator::{Emulator, Operation};
use vestibule_wire::Request;

use crate::client::send;

fn get(uri: &str) -> Request {
    http::Request::get(uri).body("".into()).unwrap()
}

#[test]
fn unsigned_description_of_a_cluster_is_refused() {
    let emulator = Emulator::builder().eks_cluster("demo").build();
    let response = send(&emulator, get("https://eks.us-east-1.amazonaws.com/clusters/demo"));
    assert_eq!(response.status(), 403);
    let body = String::from_utf8_lossy(response.body()).into_owned();
    assert!(body.contains("MissingAuthenticationTokenException"), "{body}");
    assert_eq!(emulator.count(Operation::DescribeCluster), 1);
}

#[test]
fn presigned_request_with_an_unknown_key_or_without_a_part_is_refused() {
    let emulator = Emulator::default();
    let uri = "https://sts.us-east-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15\
         &X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20260101T000000Z&X-Amz-SignedHeaders=host\
         &X-Amz-Credential=AKIDEXAMPLE%2F20260101%2Fus-east-1%2Fsts%2Faws4_request\
         &X-Amz-Expires=60&X-Amz-Signature=00";
    let refused = |uri: &str| {
        let response = send(&emulator, get(uri));
        assert_eq!(response.status().as_u16() / 100, 4);
        String::from_utf8_lossy(response.body()).into_owned()
    };
    assert!(refused(uri).contains("InvalidClientTokenId"));
    for part in ["&X-Amz-Expires=60", "&X-Amz-Date=20260101T000000Z", "&X-Amz-SignedHeaders=host"] {
        assert!(refused(&uri.replace(part, "")).contains("IncompleteSignature"), "{part}");
    }
    let too_long = uri.replace("Expires=60", "Expires=604801");
    assert!(refused(&too_long).contains("IncompleteSignature"));
}
