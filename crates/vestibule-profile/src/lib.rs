//! What AWS profiles mean: located files, merged settings with origins, a plan for credentials.
