#![doc = include_str!("../README.md")]

mod describe_cluster;
mod error;
mod kubeconfig;

pub use describe_cluster::{Cluster, DescribeCluster, SERVICE, describe_cluster, endpoint};
pub use error::{Error, ErrorKind};
pub use kubeconfig::{InvalidKubeconfig, Kubeconfig, TokenCommand};

// The crates whose types are in this crate's signatures.
pub use vestibule_types as types;
pub use vestibule_wire as wire;
pub use vestibule_world as world;
