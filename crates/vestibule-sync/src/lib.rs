#![doc = include_str!("../README.md")]

mod assignments;
mod bucket;
mod crew;
mod event;
mod filter;
mod glob;
mod known;
mod mark;
mod names;
mod plan;
mod present;
mod rules;
mod template;
mod throttle;
mod walk;
mod wanted;

pub use assignments::{Assignments, Failed, Listed};
pub use event::Event;
pub use filter::{Filter, InvalidPattern};
pub use mark::MARK;
pub use plan::{Plan, Profile};
pub use rules::Rules;
pub use template::{InvalidTemplate, Template};
pub use throttle::Throttle;
pub use walk::{forget, walk};
