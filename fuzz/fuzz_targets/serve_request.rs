#![no_main]

libfuzzer_sys::fuzz_target!(
    init: vestibule_fuzz::ignore_sigpipe(),
    |bytes: &[u8]| vestibule_fuzz::serve_request(bytes)
);
