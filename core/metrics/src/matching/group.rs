//! One group of objects that overlap each other, made into a graph for the solver.

use super::{Candidate, Row};
use crate::assignment::{Edges, Graph, NO_EDGE, heaviest_matching};

/// A group is kept as a full matrix when at least one in so many of its pairs is a candidate.
const FULL_FROM: usize = 4;

/// The objects of a group and the graph between them.
pub(super) struct Group {
    graph: Graph,
    /// Objects of the first list, ascending.
    a: Vec<u32>,
    /// Objects of the second list, ascending.
    b: Vec<u32>,
    /// Fewer rows bid for more columns: then the rows of the graph are those of the second list.
    turned: bool,
}

impl Group {
    /// The group of these rows; `edges` gives the candidates of each, and the second list has `b_count` objects.
    pub(super) fn new<'a, I>(rows: &[Row], edges: impl Fn(&Row) -> I, b_count: usize) -> Self
    where
        I: Iterator<Item = &'a Candidate> + Clone,
    {
        let a: Vec<u32> = rows.iter().map(|row| row.a).collect();
        let mut place = vec![u32::MAX; b_count];
        rows.iter().flat_map(&edges).for_each(|c| place[c.b as usize] = 0);
        let b: Vec<u32> = (0..b_count as u32).filter(|&j| place[j as usize] == 0).collect();
        for (at, &j) in b.iter().enumerate() {
            place[j as usize] = at as u32;
        }
        let turned = a.len() > b.len();
        let count: usize = rows.iter().map(|row| row.end - row.start).sum();
        let cells = rows.iter().enumerate().flat_map(|(i, row)| {
            let place = &place;
            edges(row).map(move |c| {
                let j = place[c.b as usize] as usize;
                if turned { (j, i, c.similarity) } else { (i, j, c.similarity) }
            })
        });
        let (rows, columns) = if turned { (b.len(), a.len()) } else { (a.len(), b.len()) };
        let edges = if count * FULL_FROM >= rows * columns {
            let mut weights = vec![NO_EDGE; rows * columns];
            cells.for_each(|(row, column, weight)| weights[row * columns + column] = weight);
            Edges::Full(weights)
        } else {
            listed(cells, rows, count)
        };
        Self { graph: Graph { rows, columns, edges }, a, b, turned }
    }

    /// (index in `a`, index in `b`, similarity) of each matched pair.
    pub(super) fn solve(&self) -> impl Iterator<Item = (u32, u32, f64)> {
        heaviest_matching(&self.graph).into_iter().enumerate().filter_map(|(row, partner)| {
            let (column, similarity) = partner?;
            let (i, j) = if self.turned { (column as usize, row) } else { (row, column as usize) };
            Some((self.a[i], self.b[j], similarity))
        })
    }
}

/// Edges sorted by row, within a row in the order in which they come.
fn listed(cells: impl Iterator<Item = (usize, usize, f64)> + Clone, rows: usize, count: usize) -> Edges {
    let mut starts = vec![0; rows + 1];
    for (row, _, _) in cells.clone() {
        starts[row + 1] += 1;
    }
    for row in 0..rows {
        starts[row + 1] += starts[row];
    }
    let mut next = starts.clone();
    let (mut columns, mut weights) = (vec![0; count], vec![0.0; count]);
    for (row, column, weight) in cells {
        let at = next[row];
        (columns[at], weights[at]) = (column as u32, weight);
        next[row] += 1;
    }
    Edges::Listed { starts, columns, weights }
}
