//! The stopping rule of chains, over any chain.

use proptest::prelude::*;
use vestibule_provider::{Answer, Chain, ProvideErrorKind, Provider};
use vestibule_world::{block_on, memory};

use crate::source::{Says, Source};

fn says() -> impl Strategy<Value = Says> {
    prop_oneof![
        4 => Just(Says::Absent),
        1 => Just(Says::Fresh(std::time::Duration::from_secs(60))),
        1 => Just(Says::Fails(ProvideErrorKind::Refused)),
        1 => Just(Says::Fails(ProvideErrorKind::Transient)),
    ]
}

proptest! {
    /// The first source that is not absent decides, whatever it says, and none after it is asked.
    #[test]
    fn the_first_that_is_set_up_decides(links in prop::collection::vec(says(), 0..8)) {
        let sources: Vec<_> = links.iter().map(|says| Source::new(*says)).collect();
        let chain = sources.iter().cloned().fold(Chain::default(), Chain::then);
        let answer = block_on(chain.provide(&memory::world()));

        let decides = links.iter().position(|says| *says != Says::Absent);
        let asked = decides.map_or(links.len(), |at| at + 1);
        let calls: Vec<_> = sources.iter().map(Source::calls).collect();
        let expected: Vec<_> = (0..links.len()).map(|at| u32::from(at < asked)).collect();
        prop_assert_eq!(calls, expected);
        match (decides.map(|at| links[at]), answer) {
            (None, Ok(Answer::NotConfigured(reason))) => {
                prop_assert_eq!(reason.steps().count(), links.len());
            }
            (Some(Says::Fresh(_)), Ok(Answer::Credentials(_))) => {}
            (Some(Says::Fails(kind)), Err(error)) => prop_assert_eq!(error.kind(), kind),
            (says, answer) => prop_assert!(false, "{says:?} ended as {answer:?}"),
        }
    }
}
