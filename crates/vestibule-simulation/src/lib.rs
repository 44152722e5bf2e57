#![doc = include_str!("../README.md")]

mod client_process;
mod clock;
mod disk;
mod files;
mod laws;
mod lockless_client;
mod network;
mod observations;
mod planted_bug;
mod process_state;
mod random;
mod runner;
mod scenario;
mod scheduler;
mod service;
mod simulation;

pub use observations::LossCause;
pub use planted_bug::PlantedBug;
pub use runner::{Options, Report, Violation, run};
