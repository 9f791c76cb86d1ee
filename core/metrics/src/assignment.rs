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

/// Stands in a full row where there is no edge: worth less than staying alone.
pub(crate) const NO_EDGE: f64 = -1.0;
/// Columns that are looked at together.
const LANES: usize = 8;

/// Edges of positive, finite weight.
#[derive(Debug)]
pub(crate) struct Graph {
    /// Number of rows.
    pub(crate) rows: usize,
    /// Number of columns.
    pub(crate) columns: usize,
    /// Who is connected with whom.
    pub(crate) edges: Edges,
}

/// Two ways to keep edges.
#[derive(Debug)]
pub(crate) enum Edges {
    /// `rows · columns` weights, row by row, with [`NO_EDGE`] where there is none.
    Full(Vec<f64>),
    /// Edges of row `r` are `starts[r]..starts[r + 1]`, each with its column (distinct within a row) and weight.
    Listed {
        /// `rows + 1` places in the lists.
        starts: Vec<usize>,
        /// Columns.
        columns: Vec<u32>,
        /// Weights.
        weights: Vec<f64>,
    },
}

impl Graph {
    /// Hands over the edges of a row whose weight, less the price of the column, is above what `visit` said last; it
    /// begins with `floor`.
    fn above(&self, row: u32, price: &[f64], floor: f64, mut visit: impl FnMut(u32, f64) -> f64) {
        let row = row as usize;
        let mut floor = floor;
        match &self.edges {
            Edges::Listed { starts, columns, weights } => {
                let range = starts[row]..starts[row + 1];
                for (&column, &weight) in columns[range.clone()].iter().zip(&weights[range]) {
                    if weight - price[column as usize] > floor {
                        floor = visit(column, weight);
                    }
                }
            }
            Edges::Full(weights) => {
                let weights = &weights[row * self.columns..(row + 1) * self.columns];
                let (blocks, rest) = weights.as_chunks::<LANES>();
                let (prices, rest_prices) = price.as_chunks::<LANES>();
                let mut at = 0;
                for (weights, prices) in blocks.iter().zip(prices) {
                    // Few columns pass, so a whole block is turned away at once.
                    let worth = weights.iter().zip(prices).map(|(weight, price)| weight - price);
                    let passing = worth.fold(0, |any, worth| any | u64::from(worth > floor));
                    if passing > 0 {
                        for lane in 0..LANES {
                            if weights[lane] - prices[lane] > floor {
                                floor = visit((at + lane) as u32, weights[lane]);
                            }
                        }
                    }
                    at += LANES;
                }
                for (lane, (weight, price)) in rest.iter().zip(rest_prices).enumerate() {
                    if weight - price > floor {
                        floor = visit((at + lane) as u32, *weight);
                    }
                }
            }
        }
    }
}

/// The column and weight of each row in a matching of largest total weight; none for a row that is better left alone.
pub(crate) fn heaviest_matching(graph: &Graph) -> Vec<Option<(u32, f64)>> {
    let mut solver = Solver::new(graph);
    let free = solver.bid_all();
    let mut search = Search::new(graph.columns);
    for row in free {
        solver.augment(row, &mut search);
    }
    let partner = |(&column, &weight): (&u32, &f64)| (column != NONE).then_some((column, weight));
    solver.column_of_row.iter().zip(&solver.weight_of_row).map(partner).collect()
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
    fn new(graph: &'a Graph) -> Self {
        Self {
            graph,
            price: vec![0.0; graph.columns],
            row_of_column: vec![NONE; graph.columns],
            column_of_row: vec![NONE; graph.rows],
            weight_of_row: vec![0.0; graph.rows],
        }
    }

    fn bid(&self, row: u32) -> Bid {
        let mut bid =
            Bid { column: NONE, weight: 0.0, gain: 0.0, other_column: NONE, other_weight: 0.0, other_gain: 0.0 };
        self.graph.above(row, &self.price, 0.0, |column, weight| {
            let gain = weight - self.price[column as usize];
            if gain > bid.gain {
                (bid.other_column, bid.other_weight, bid.other_gain) = (bid.column, bid.weight, bid.gain);
                (bid.column, bid.weight, bid.gain) = (column, weight, gain);
            } else {
                (bid.other_column, bid.other_weight, bid.other_gain) = (column, weight, gain);
            }
            bid.other_gain
        });
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
        let mut gain = 0.0;
        self.graph.above(root, &self.price, 0.0, |column, weight| {
            gain = weight - self.price[column as usize];
            gain
        });
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
        // Most columns are too dear for any path to go through them; the hair leaves close calls to the exact test.
        let offset = distance + gain - 1e-12 * (1.0 + gain);
        self.graph.above(row, &self.price, offset - end.distance, |column, weight| {
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
            offset - end.distance
        });
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
