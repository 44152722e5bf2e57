//! Nothing: what the compiler and the standard library weigh alone.

fn main() {}
