#![doc = include_str!("../README.md")]

mod client_process;
mod clock;
mod disk;
mod files;
mod laws;
mod lockless_client;
mod network;
mod planted_bug;
mod random;
mod runner;
mod scenario;
mod scheduler;
mod service;
mod simulation;

pub use laws::LossCause;
pub use planted_bug::PlantedBug;
pub use runner::{Options, Report, Violation, run};
