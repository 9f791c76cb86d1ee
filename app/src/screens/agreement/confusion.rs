//! What two annotators call the same objects, as a table from which a cell leads to its samples.

use concord_language::{say, tr};
use concord_project::agree::PairAgreement;
use concord_widgets::charts::MatrixHeat;
use egui::Ui;

use super::{AgreementViews, Behind, Chosen};

/// Fewest objects in a cell that is given a colour.
pub(super) const ENOUGH_IN_CELL: f64 = 5.0;

pub(super) fn show(ui: &mut Ui, pair: &PairAgreement, classes: &[String], views: &mut AgreementViews) {
    let table = &pair.figures.table;
    let mut names: Vec<String> = classes.to_vec();
    names.truncate(table.len().saturating_sub(1));
    names.push(tr!("agreement-nothing").to_owned());
    let chosen = match views.chosen() {
        Some(Chosen::Cell(row, column)) => Some((*row, *column)),
        _ => None,
    };
    let title = tr!("agreement-confusion");
    let Some((row, column)) = matrix(ui, title, (&pair.a, &pair.b), &names, table, chosen) else { return };
    let title = say!("agreement-behind-cell", a = &pair.a, row = &names[row], b = &pair.b, column = &names[column]);
    let behind = Behind::cell(title, &pair.cells, row, column);
    views.choose(Some((Chosen::Cell(row, column), behind)));
}

/// A table of counts of two annotators; gives back the cell that was chosen.
pub(super) fn matrix(
    ui: &mut Ui,
    title: &str,
    (a, b): (&str, &str),
    names: &[String],
    table: &[Vec<u64>],
    chosen: Option<(usize, usize)>,
) -> Option<(usize, usize)> {
    let values: Vec<Option<f64>> = table.iter().flatten().map(|n| Some(*n as f64)).collect();
    let (rows, columns) = (tr!("agreement-says", annotator = a), tr!("agreement-says", annotator = b));
    let note = |row: usize, column: usize| {
        let (in_row, in_column) = shares(table, row, column);
        tr!("agreement-cell-share", row = percent(in_row), column = percent(in_column))
    };
    let heat = MatrixHeat::new(title, names, names, &values).axes(&rows, &columns);
    let (_, cell) = heat.enough(ENOUGH_IN_CELL).note(&note).chosen(chosen).show(ui);
    ui.weak(tr!("agreement-cells-hint", least = format!("{ENOUGH_IN_CELL:.0}")));
    cell
}

/// The share of a cell in its row and in its column; 0 of nothing.
fn shares(table: &[Vec<u64>], row: usize, column: usize) -> (f64, f64) {
    let count = table.get(row).and_then(|cells| cells.get(column)).copied().unwrap_or_default();
    let in_row: u64 = table.get(row).into_iter().flatten().sum();
    let in_column: u64 = table.iter().filter_map(|cells| cells.get(column)).sum();
    let share = |of: u64| if of == 0 { 0.0 } else { count as f64 / of as f64 };
    (share(in_row), share(in_column))
}

fn percent(share: f64) -> String {
    format!("{:.1}", 100.0 * share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_of_row_and_column() {
        let table = [vec![6, 2], vec![0, 0]];
        assert_eq!(shares(&table, 0, 0), (0.75, 1.0));
        assert_eq!(shares(&table, 1, 0), (0.0, 0.0));
        assert_eq!(shares(&table, 9, 9), (0.0, 0.0));
        assert_eq!(percent(0.125), "12.5");
    }
}
