//! The log, SQLite, the catalogue and the folds.
