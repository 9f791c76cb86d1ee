//! The heaviest one-to-one matching of a bipartite graph that is given by its edges, deterministic.
//!
//! Bidding rounds as in the row reduction of Jonker & Volgenant 1987 place most rows; shortest augmenting paths on
//! reduced weights place the rest. Only edges that exist are looked at, and a row may stay alone.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

/// Stands for "no partner".
const NONE: u32 = u32::MAX;
/// How often rows bid, as a multiple of their number, before paths take over: prices that rise by hairs would never end.
const BIDS_PER_ROW: usize = 4;

/// Edges of positive, finite weight, row by row.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    /// Edges of row `r` are `starts[r]..starts[r + 1]`.
    pub(crate) starts: Vec<usize>,
    /// Column of each edge, below `column_count`; distinct within a row.
    pub(crate) columns: Vec<u32>,
    /// Weight of each edge.
    pub(crate) weights: Vec<f64>,
    /// Number of columns.
    pub(crate) column_count: usize,
}

impl Graph {
    fn edges(&self, row: u32) -> impl Iterator<Item = (u32, f64)> {
        let range = self.starts[row as usize]..self.starts[row as usize + 1];
        self.columns[range.clone()].iter().copied().zip(self.weights[range].iter().copied())
    }
}

/// The column of each row in a matching of largest total weight; none for a row that is better left alone.
pub(crate) fn heaviest_matching(graph: &Graph) -> Vec<Option<u32>> {
    let rows = graph.starts.len().saturating_sub(1);
    let mut solver = Solver::new(graph, rows);
    let free = solver.bid_all();
    let mut search = Search::new(graph.column_count);
    for row in free {
        solver.augment(row, &mut search);
    }
    solver.column_of_row.iter().map(|&column| (column != NONE).then_some(column)).collect()
}

/// A matching whose prices prove it to be the heaviest among the rows placed so far.
struct Solver<'a> {
    graph: &'a Graph,
    /// What a row has to give up for a column; 0 while the column is free.
    price: Vec<f64>,
    row_of_column: Vec<u32>,
    column_of_row: Vec<u32>,
    /// Weight of each row's edge in the matching.
    weight_of_row: Vec<f64>,
}

/// What a row would gain: from its best column, and from the best of all other choices, staying alone (0) among them.
struct Bid {
    column: u32,
    weight: f64,
    gain: f64,
    other_column: u32,
    other_weight: f64,
    other_gain: f64,
}

impl<'a> Solver<'a> {
    fn new(graph: &'a Graph, rows: usize) -> Self {
        Self {
            graph,
            price: vec![0.0; graph.column_count],
            row_of_column: vec![NONE; graph.column_count],
            column_of_row: vec![NONE; rows],
            weight_of_row: vec![0.0; rows],
        }
    }

    fn bid(&self, row: u32) -> Bid {
        let mut bid =
            Bid { column: NONE, weight: 0.0, gain: 0.0, other_column: NONE, other_weight: 0.0, other_gain: 0.0 };
        for (column, weight) in self.graph.edges(row) {
            let gain = weight - self.price[column as usize];
            if gain > bid.gain {
                (bid.other_column, bid.other_weight, bid.other_gain) = (bid.column, bid.weight, bid.gain);
                (bid.column, bid.weight, bid.gain) = (column, weight, gain);
            } else if gain > bid.other_gain {
                (bid.other_column, bid.other_weight, bid.other_gain) = (column, weight, gain);
            }
        }
        bid
    }

    /// Two rounds of bidding; the rows that are still to be placed.
    fn bid_all(&mut self) -> Vec<u32> {
        let rows = self.column_of_row.len();
        let mut budget = BIDS_PER_ROW * rows;
        let mut free: Vec<u32> = (0..rows as u32).collect();
        for _ in 0..2 {
            let mut left = Vec::new();
            for row in free {
                let mut bidder = row;
                while let Some((displaced, rose)) = self.place_by_bid(bidder) {
                    if !rose || budget == 0 {
                        left.push(displaced);
                        break;
                    }
                    budget -= 1;
                    bidder = displaced;
                }
            }
            free = left;
        }
        free
    }

    /// Gives a row the column of its best bid; the row that had it before, and whether the price rose.
    fn place_by_bid(&mut self, row: u32) -> Option<(u32, bool)> {
        let bid = self.bid(row);
        if bid.column == NONE {
            return None;
        }
        let rise = bid.gain - bid.other_gain;
        let taken = |column: u32| self.row_of_column[column as usize] != NONE;
        let tied = rise <= 0.0 && taken(bid.column) && bid.other_column != NONE;
        let (column, weight) = if tied { (bid.other_column, bid.other_weight) } else { (bid.column, bid.weight) };
        self.price[bid.column as usize] += rise;
        let displaced = std::mem::replace(&mut self.row_of_column[column as usize], row);
        self.column_of_row[row as usize] = column;
        self.weight_of_row[row as usize] = weight;
        if displaced == NONE {
            return None;
        }
        self.column_of_row[displaced as usize] = NONE;
        Some((displaced, rise > 0.0))
    }

    /// Places a row along the shortest alternating path to a free column or to a row that is better left alone.
    fn augment(&mut self, root: u32, search: &mut Search) {
        search.reset();
        let gain = self.graph.edges(root).map(|(j, weight)| weight - self.price[j as usize]).fold(0.0, f64::max);
        let mut end = End { distance: gain, column: NONE, leaves: root };
        self.scan(root, 0.0, gain, search, &mut end);
        while let Some(Reverse(Near { distance, column })) = search.queue.pop() {
            if distance >= end.distance {
                break;
            }
            if distance > search.distance[column as usize] {
                continue;
            }
            search.settled.push(column);
            let row = self.row_of_column[column as usize];
            let gain = (self.weight_of_row[row as usize] - self.price[column as usize]).max(0.0);
            if distance + gain < end.distance {
                end = End { distance: distance + gain, column: NONE, leaves: row };
            }
            self.scan(row, distance, gain, search, &mut end);
        }
        for &column in &search.settled {
            self.price[column as usize] += end.distance - search.distance[column as usize];
        }
        self.follow(root, search, &end);
    }

    /// Looks at all columns of a row that can be had at `distance`; `gain` is what the row has now.
    fn scan(&self, row: u32, distance: f64, gain: f64, search: &mut Search, end: &mut End) {
        for (column, weight) in self.graph.edges(row) {
            let at = column as usize;
            // Rounding must not make a step negative, or a path could bite its own tail.
            let reached = distance + (gain - (weight - self.price[at])).max(0.0);
            if reached < end.distance && reached < search.distance[at] {
                if search.distance[at] == f64::INFINITY {
                    search.touched.push(column);
                }
                search.distance[at] = reached;
                search.previous[at] = (row, weight);
                if self.row_of_column[at] == NONE {
                    *end = End { distance: reached, column, leaves: NONE };
                } else {
                    search.queue.push(Reverse(Near { distance: reached, column }));
                }
            }
        }
    }

    /// Hands the columns on along the path, from its end to the root.
    fn follow(&mut self, root: u32, search: &Search, end: &End) {
        let mut column = end.column;
        if column == NONE {
            column = std::mem::replace(&mut self.column_of_row[end.leaves as usize], NONE);
            if end.leaves == root {
                return;
            }
        }
        loop {
            let (row, weight) = search.previous[column as usize];
            self.row_of_column[column as usize] = row;
            self.weight_of_row[row as usize] = weight;
            let before = std::mem::replace(&mut self.column_of_row[row as usize], column);
            if row == root {
                return;
            }
            column = before;
        }
    }
}

/// Where a path ends: at a free column, or at a row that gives its column away.
struct End {
    distance: f64,
    column: u32,
    leaves: u32,
}

/// What a search for a path knows; kept between searches.
struct Search {
    distance: Vec<f64>,
    /// The row from which each column was reached, and the weight of that edge.
    previous: Vec<(u32, f64)>,
    touched: Vec<u32>,
    settled: Vec<u32>,
    queue: BinaryHeap<Reverse<Near>>,
}

impl Search {
    fn new(columns: usize) -> Self {
        Self {
            distance: vec![f64::INFINITY; columns],
            previous: vec![(NONE, 0.0); columns],
            touched: Vec::new(),
            settled: Vec::new(),
            queue: BinaryHeap::new(),
        }
    }

    fn reset(&mut self) {
        for column in self.touched.drain(..) {
            self.distance[column as usize] = f64::INFINITY;
        }
        self.settled.clear();
        self.queue.clear();
    }
}

/// A column on the edge of the search, nearest first, ties by its number.
struct Near {
    distance: f64,
    column: u32,
}

impl Ord for Near {
    fn cmp(&self, other: &Self) -> Ordering {
        self.distance.total_cmp(&other.distance).then(self.column.cmp(&other.column))
    }
}

impl PartialOrd for Near {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Near {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Near {}

#[cfg(test)]
mod tests;
