//! Which source of a chain is used, for any chain.

use proptest::prelude::*;
use vestibule_provider::{Chain, ErrorKind, Lookup, Provider};
use vestibule_world::{block_on, memory};

use crate::source::{Response, Source};

fn response() -> impl Strategy<Value = Response> {
    prop_oneof![
        4 => Just(Response::NotConfigured),
        1 => Just(Response::Fresh(std::time::Duration::from_secs(60))),
        1 => Just(Response::Error(ErrorKind::Refused)),
        1 => Just(Response::Error(ErrorKind::Transient)),
    ]
}

proptest! {
    /// The first configured source gives the result, and no source after it is called.
    #[test]
    fn first_configured_source_is_used(links in prop::collection::vec(response(), 0..8)) {
        let sources: Vec<_> = links.iter().map(|response| Source::new(*response)).collect();
        let chain = sources.iter().cloned().fold(Chain::default(), Chain::then);
        let found = block_on(chain.provide(&memory::world()));

        let used = links.iter().position(|response| *response != Response::NotConfigured);
        let called = used.map_or(links.len(), |at| at + 1);
        let calls: Vec<_> = sources.iter().map(Source::calls).collect();
        let expected: Vec<_> = (0..links.len()).map(|at| u32::from(at < called)).collect();
        prop_assert_eq!(calls, expected);
        match (used.map(|at| links[at]), found) {
            (None, Ok(Lookup::NotConfigured(skipped))) => {
                prop_assert_eq!(skipped.iter().count(), links.len());
            }
            (Some(Response::Fresh(_)), Ok(Lookup::Credentials(_))) => {}
            (Some(Response::Error(kind)), Err(error)) => {
                prop_assert_eq!(error.kind(), kind);
                let skipped = error.skipped_sources().map(|skipped| skipped.iter().count());
                prop_assert_eq!(skipped, used);
            }
            (response, found) => prop_assert!(false, "{response:?} gave {found:?}"),
        }
    }
}
