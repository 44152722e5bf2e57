//! Runs the AWS SDK test suites against vestibule.
