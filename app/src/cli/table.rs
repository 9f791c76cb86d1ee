//! Tables in text: columns of equal width, numbers to the right.

use std::fmt;

/// On which side of its column a cell stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// A table for people. Its text is indented by two spaces and ends with a line break; without rows it is empty.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    sides: Vec<Side>,
    header: Option<Vec<String>>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with named columns.
    pub(crate) fn new(columns: &[(&str, Side)]) -> Self {
        let header = columns.iter().map(|(name, _)| (*name).to_owned()).collect();
        Self { sides: columns.iter().map(|(_, side)| *side).collect(), header: Some(header), rows: vec![] }
    }

    /// A table of names and values, without a header.
    pub(crate) fn facts() -> Self {
        Self { sides: vec![Side::Left, Side::Left], header: None, rows: vec![] }
    }

    /// Adds a row, one cell a column.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// Adds a name with its value.
    pub(crate) fn fact(&mut self, name: &str, value: impl fmt::Display) {
        self.row([name.to_owned(), value.to_string()]);
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.rows.is_empty() {
            return Ok(());
        }
        let width = |cell: &String| cell.chars().count();
        let lines = || self.header.iter().chain(&self.rows);
        let widths: Vec<usize> = (0..self.sides.len())
            .map(|column| lines().filter_map(|row| row.get(column)).map(width).max().unwrap_or(0))
            .collect();
        for row in lines() {
            let mut line = String::new();
            for ((cell, side), full) in row.iter().zip(&self.sides).zip(&widths) {
                let padding = " ".repeat(full - width(cell));
                let (before, after) =
                    if *side == Side::Right { (padding, String::new()) } else { (String::new(), padding) };
                line.push_str("  ");
                line.extend([before.as_str(), cell.as_str(), after.as_str()]);
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_by_characters() {
        let mut table = Table::new(&[("slice", Side::Left), ("AP", Side::Right)]);
        table.row(["dim".to_owned(), "0.5".to_owned()]);
        table.row(["größer".to_owned(), "— (empty)".to_owned()]);
        assert_eq!(table.to_string(), "  slice          AP\n  dim           0.5\n  größer  — (empty)\n");
        assert_eq!(Table::new(&[("a", Side::Left)]).to_string(), "");
        let mut facts = Table::facts();
        facts.fact("images", 3);
        assert_eq!(facts.to_string(), "  images  3\n");
    }
}
