//! The real machine behind vestibule-world: files, locks, clock, processes, loopback listener, browser.
