//! Validation and robustness reports: HTML, JSON, JUnit XML.
