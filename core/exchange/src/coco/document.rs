//! The outer shape of a COCO file, read as a stream: each row is handed on as soon as it is parsed.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

/// Takes the rows of the three lists of a dataset.
pub(super) trait Rows {
    /// A row of `images`, with its position.
    fn image(&mut self, index: usize, row: Value);
    /// A row of `categories`, with its position.
    fn category(&mut self, index: usize, row: Value);
    /// A row of `annotations`, with its position.
    fn annotation(&mut self, index: usize, row: Value);
}

/// Reads a dataset object and says which of the three lists it has: images, annotations, categories.
pub(super) struct Dataset<'a, R>(pub(super) &'a mut R);

impl<'de, R: Rows> DeserializeSeed<'de> for Dataset<'_, R> {
    type Value = [bool; 3];

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, R: Rows> Visitor<'de> for Dataset<'_, R> {
    type Value = [bool; 3];

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with images, annotations and categories")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let mut seen = [false; 3];
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "images" => {
                    seen[0] = true;
                    map.next_value_seed(List { name: "a list of images", take: |i, row| self.0.image(i, row) })?;
                }
                "annotations" => {
                    seen[1] = true;
                    let take = |i, row| self.0.annotation(i, row);
                    map.next_value_seed(List { name: "a list of annotations", take })?;
                }
                "categories" => {
                    seen[2] = true;
                    map.next_value_seed(List { name: "a list of categories", take: |i, row| self.0.category(i, row) })?;
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(seen)
    }
}

/// Reads a list and hands on each element with its position.
pub(super) struct List<F> {
    /// What the list is, for the error about anything else.
    pub(super) name: &'static str,
    /// Takes an element.
    pub(super) take: F,
}

impl<'de, F: FnMut(usize, Value)> DeserializeSeed<'de> for List<F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, F: FnMut(usize, Value)> Visitor<'de> for List<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }

    fn visit_seq<S: SeqAccess<'de>>(mut self, mut seq: S) -> Result<(), S::Error> {
        let mut index = 0;
        while let Some(row) = seq.next_element::<Value>()? {
            (self.take)(index, row);
            index += 1;
        }
        Ok(())
    }
}
