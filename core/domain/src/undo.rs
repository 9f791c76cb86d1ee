//! The undo and redo stacks of a label set, as a fold of its log rows.

use serde::{Deserialize, Serialize};

/// Which log rows can be undone and redone, the next one last.
///
/// An undo appends the inverse of a row and names that row; a redo appends the inverse of the undo and names it. The
/// stacks follow from the rows alone, so they survive a restart.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct UndoStacks {
    /// Rows that undo can take back, the latest last.
    pub undo: Vec<String>,
    /// Undo rows that redo can take back, the latest last.
    pub redo: Vec<String>,
}

impl UndoStacks {
    /// Takes in one edit row. `undoes` names the row it takes back.
    ///
    /// Returns false, changing nothing, when the named row is on top of neither stack.
    pub fn record(&mut self, row: &str, undoes: Option<&str>) -> bool {
        let Some(target) = undoes else {
            self.undo.push(row.to_owned());
            self.redo.clear();
            return true;
        };
        let (from, to) = if self.undo.last().is_some_and(|top| top == target) {
            (&mut self.undo, &mut self.redo)
        } else if self.redo.last().is_some_and(|top| top == target) {
            (&mut self.redo, &mut self.undo)
        } else {
            return false;
        };
        from.pop();
        to.push(row.to_owned());
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs rows such as `"1 2 3<2"` (row 3 undoes row 2) and shows the stacks as `"undo|redo"`.
    fn check(rows: &str, expect: &str) {
        let mut stacks = UndoStacks::default();
        for row in rows.split_whitespace() {
            let (row, undoes) = row.split_once('<').map_or((row, None), |(r, u)| (r, Some(u)));
            assert!(stacks.record(row, undoes), "row {row} of {rows}");
        }
        assert_eq!(format!("{}|{}", stacks.undo.join(" "), stacks.redo.join(" ")), expect, "{rows}");
    }

    #[test]
    fn undo_and_redo_walk_the_same_rows_back_and_forth() {
        check("1 2", "1 2|");
        check("1 2 3<2", "1|3");
        check("1 2 3<2 4<1", "|3 4");
        check("1 2 3<2 4<1 5<4", "5|3");
        check("1 2 3<2 4<1 5<4 6<3", "5 6|");
        check("1 2 3<2 4", "1 4|");
    }

    #[test]
    fn only_the_top_can_be_undone() {
        let mut stacks = UndoStacks { undo: vec!["1".into(), "2".into()], redo: vec![] };
        assert!(!stacks.record("3", Some("1")));
        assert_eq!(stacks.undo, ["1", "2"]);
    }
}
