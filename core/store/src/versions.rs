//! The rows of the log about versions of ontology and policy: which were published and withdrawn, when and by whom.

use crate::log::{COLUMNS, LogRow, RawRow};
use crate::{Reader, StoreError};

impl Reader {
    /// The rows that published a version of the ontology or the policy, or withdrew one, in order.
    pub fn version_rows(&self) -> Result<Vec<LogRow>, StoreError> {
        // No version is about a sample: by the index of samples these are found without reading the whole log.
        let sql = format!(
            "SELECT {COLUMNS} FROM log WHERE sample IS NULL
             AND kind IN ('ontology_published', 'policy_published', 'policy_withdrawn') ORDER BY seq"
        );
        self.all("reading versions", &sql, [], RawRow::read)?.into_iter().map(RawRow::decode).collect()
    }
}
