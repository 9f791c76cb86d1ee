//! Minimum-cost one-to-one assignment by shortest augmenting paths (Jonker & Volgenant 1987), deterministic.

/// A dense matrix of costs, row-major; rows ≤ columns.
pub(crate) struct Costs {
    /// Number of rows.
    pub(crate) rows: usize,
    /// Number of columns, at least `rows`.
    pub(crate) columns: usize,
    /// `rows * columns` finite costs.
    pub(crate) values: Vec<f64>,
}

/// The column of each row in an assignment of least total cost; ties go to the lower column met first.
pub(crate) fn assign(costs: &Costs) -> Vec<usize> {
    // Rows and columns are counted from 1; column 0 stands for "the row being placed".
    let mut row_price = vec![0.0; costs.rows + 1];
    let mut column_price = vec![0.0; costs.columns + 1];
    let mut row_of_column = vec![0_usize; costs.columns + 1];
    for row in 1..=costs.rows {
        row_of_column[0] = row;
        augment(costs, &mut row_price, &mut column_price, &mut row_of_column);
    }
    let mut column_of_row = vec![0; costs.rows];
    for (column, &row) in row_of_column.iter().enumerate().skip(1) {
        if row > 0 {
            column_of_row[row - 1] = column - 1;
        }
    }
    column_of_row
}

/// Places the row in column 0 along the cheapest alternating path to a free column.
fn augment(costs: &Costs, row_price: &mut [f64], column_price: &mut [f64], row_of_column: &mut [usize]) {
    let mut slack = vec![f64::INFINITY; costs.columns + 1];
    let mut previous = vec![0_usize; costs.columns + 1];
    let mut visited = vec![false; costs.columns + 1];
    let mut at = 0;
    loop {
        visited[at] = true;
        let row = row_of_column[at];
        let (mut next, mut step) = (0, f64::INFINITY);
        for column in 1..=costs.columns {
            if visited[column] {
                continue;
            }
            let cost = costs.values[(row - 1) * costs.columns + column - 1];
            let reduced = cost - row_price[row] - column_price[column];
            if reduced < slack[column] {
                slack[column] = reduced;
                previous[column] = at;
            }
            if slack[column] < step {
                step = slack[column];
                next = column;
            }
        }
        for column in 0..=costs.columns {
            if visited[column] {
                row_price[row_of_column[column]] += step;
                column_price[column] -= step;
            } else {
                slack[column] -= step;
            }
        }
        at = next;
        if row_of_column[at] == 0 {
            break;
        }
    }
    while at != 0 {
        let from = previous[at];
        row_of_column[at] = row_of_column[from];
        at = from;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn total(costs: &Costs) -> f64 {
        assign(costs).iter().enumerate().map(|(row, &column)| costs.values[row * costs.columns + column]).sum()
    }

    #[test]
    fn textbook_matrices_reach_the_cost_of_scipy() {
        // scipy.optimize.linear_sum_assignment: the example of its manual, total 5 at columns 1, 0, 2.
        let square = Costs { rows: 3, columns: 3, values: vec![4.0, 1.0, 3.0, 2.0, 0.0, 5.0, 3.0, 2.0, 2.0] };
        assert_eq!(assign(&square), [1, 0, 2]);
        assert_eq!(total(&square), 5.0);
        let wide = Costs { rows: 2, columns: 4, values: vec![7.0, 3.0, 9.0, 2.0, 4.0, 8.0, 5.0, 1.0] };
        // scipy gives columns 1, 3.
        assert_eq!(assign(&wide), [1, 3]);
    }

    #[test]
    fn every_permutation_of_small_matrices_is_no_cheaper() {
        let mut stream = crate::rng::Stream::new(5, "assignment", "brute", 0);
        for _ in 0..200 {
            let rows = 1 + stream.below(4) as usize;
            let columns = rows + stream.below(3) as usize;
            let values = (0..rows * columns).map(|_| stream.next_f64()).collect();
            let costs = Costs { rows, columns, values };
            let best = brute_force(&costs, 0, &mut vec![false; columns]);
            assert!((total(&costs) - best).abs() < 1e-12);
        }
    }

    fn brute_force(costs: &Costs, row: usize, used: &mut Vec<bool>) -> f64 {
        if row == costs.rows {
            return 0.0;
        }
        let mut best = f64::INFINITY;
        for column in 0..costs.columns {
            if !used[column] {
                used[column] = true;
                let rest = brute_force(costs, row + 1, used);
                best = best.min(costs.values[row * costs.columns + column] + rest);
                used[column] = false;
            }
        }
        best
    }
}
