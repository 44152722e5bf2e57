#![doc = include_str!("../README.md")]

mod account_map;
mod assignments;
mod checkpoint;
mod existing_profile;
mod filter;
mod list_assignments;
mod names;
mod plan;
mod planner;
mod rate_limiter;
mod references;
mod registry;
mod rules;
mod template;
mod wanted_role;

pub use account_map::{AccountMap, AccountRegions, AccountTags, InvalidAccountMap, Tags};
pub use assignments::{AccountRoles, Assignments, FailedAccount};
pub use existing_profile::MANAGED_MARKER;
pub use filter::{Filter, InvalidPattern};
pub use list_assignments::{Progress, discard_checkpoint, list_assignments};
pub use plan::{Plan, PlannedProfile};
pub use rate_limiter::RateLimited;
pub use references::referenced_profiles;
pub use registry::{
    InvalidRegistry, REGISTRY_HEADER, REGISTRY_MARKER, Registry, RegistryPlan, plan_removal,
};
pub use rules::Rules;
pub use template::{InvalidTemplate, Template};

// The crates whose types are in this crate's signatures.
pub use vestibule;
