//! Files, HTTP, time, processes and randomness as five small traits, with in-memory versions.
