//! The heaviest matching against scipy's example, every choice of small graphs, and its own proof by prices.

use super::*;
use crate::rng::Stream;

/// The same graph kept both ways; entries that are not above 0 are no edges.
fn graphs(rows: &[Vec<f64>]) -> [Graph; 2] {
    let (mut starts, mut columns, mut weights, mut full) = (vec![0], Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        for (column, &weight) in row.iter().enumerate() {
            full.push(if weight > 0.0 { weight } else { NO_EDGE });
            if weight > 0.0 {
                columns.push(column as u32);
                weights.push(weight);
            }
        }
        starts.push(columns.len());
    }
    let graph = |edges| Graph { rows: rows.len(), columns: rows.first().map_or(0, Vec::len), edges };
    [graph(Edges::Full(full)), graph(Edges::Listed { starts, columns, weights })]
}

fn columns(rows: &[Vec<f64>]) -> Vec<Option<u32>> {
    let [full, listed] = graphs(rows).map(|graph| heaviest_matching(&graph));
    assert_eq!(full, listed);
    full.into_iter().map(|partner| partner.map(|(column, _)| column)).collect()
}

fn total(rows: &[Vec<f64>]) -> f64 {
    let matching = columns(rows);
    let mut used: Vec<u32> = matching.iter().flatten().copied().collect();
    used.sort_unstable();
    assert!(used.windows(2).all(|pair| pair[0] != pair[1]), "a column was given twice");
    matching.iter().zip(rows).filter_map(|(column, row)| column.map(|at| row[at as usize])).sum()
}

#[test]
fn textbook_matrices_have_the_assignment_of_scipy() {
    // scipy.optimize.linear_sum_assignment: the example of its manual, columns 1, 0, 2. A weight of 10 − cost keeps
    // everybody placed.
    let square = [vec![6.0, 9.0, 7.0], vec![8.0, 10.0, 5.0], vec![7.0, 8.0, 8.0]];
    assert_eq!(columns(&square), [Some(1), Some(0), Some(2)]);
    // scipy gives columns 1, 3.
    let wide = [vec![3.0, 7.0, 1.0, 8.0], vec![6.0, 2.0, 5.0, 9.0]];
    assert_eq!(columns(&wide), [Some(1), Some(3)]);
}

#[test]
fn nothing_and_lonely_rows_stay_alone() {
    assert!(columns(&[]).is_empty());
    assert_eq!(columns(&[vec![0.0, 0.0], vec![0.0, 0.5]]), [None, Some(1)]);
    // Two rows want one column: the one that gains more gets it.
    assert_eq!(columns(&[vec![0.6], vec![0.7]]), [None, Some(0)]);
}

#[test]
fn no_choice_of_small_graphs_is_heavier() {
    let mut stream = Stream::new(5, "assignment", "brute", 0);
    for round in 0..600 {
        let (rows, columns) = (1 + stream.below(4) as usize, 1 + stream.below(9) as usize);
        let mut weight = || {
            let drawn = stream.next_f64();
            // Every third round has many ties, every third many missing edges.
            match round % 3 {
                0 => drawn,
                1 => libm::floor(drawn * 4.0) / 4.0,
                _ if drawn < 0.5 => 0.0,
                _ => drawn,
            }
        };
        let matrix: Vec<Vec<f64>> = (0..rows).map(|_| (0..columns).map(|_| weight()).collect()).collect();
        let best = brute_force(&matrix, 0, &mut vec![false; columns]);
        assert!((total(&matrix) - best).abs() < 1e-12, "{matrix:?}");
    }
}

fn brute_force(matrix: &[Vec<f64>], row: usize, used: &mut Vec<bool>) -> f64 {
    let Some(weights) = matrix.get(row) else { return 0.0 };
    let mut best = brute_force(matrix, row + 1, used);
    for (column, &weight) in weights.iter().enumerate() {
        if !used[column] {
            used[column] = true;
            best = best.max(weight + brute_force(matrix, row + 1, used));
            used[column] = false;
        }
    }
    best
}
