//! What can be wrong with a value of the domain, in words for the person who wrote it.

/// Why a text, a value or a change is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DomainError {
    /// A configuration text is not what its schema says.
    #[error("{what} cannot be read: {why}")]
    Parse {
        /// Which text: "the ontology", "slices.toml" …
        what: String,
        /// Place and cause.
        why: String,
    },
    /// A configuration was read but contradicts itself.
    #[error("{what} is not valid: {why}")]
    Invalid {
        /// Which text.
        what: String,
        /// The contradiction and how to remove it.
        why: String,
    },
    /// A change does not fit the label set it is applied to.
    #[error("the change does not fit the label set: {0}")]
    Change(String),
}

impl DomainError {
    /// A [`DomainError::Parse`] from anything that can be shown.
    pub fn parse(what: impl Into<String>, why: impl std::fmt::Display) -> Self {
        Self::Parse { what: what.into(), why: why.to_string().trim_end().to_owned() }
    }

    /// A [`DomainError::Invalid`].
    pub fn invalid(what: impl Into<String>, why: impl Into<String>) -> Self {
        Self::Invalid { what: what.into(), why: why.into() }
    }
}
