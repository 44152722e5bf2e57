//! The public interface: properties of chains and of the cache.

#![cfg(test)]

mod cached;
mod chain;
mod single_flight;
mod source;
mod tasks;
