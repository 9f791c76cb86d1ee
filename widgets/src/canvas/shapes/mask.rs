//! The border and the area of a mask as lines and rectangles, taken from its runs.

use concord_geometry::{Point, Rle};

use super::instances::Pen;

/// A foreground run of rows in a column: first row, and the row after the last.
type Rows = (u32, u32);

/// Draws a mask, with columns joined in groups of `step` (1 draws it exactly): what is smaller cannot be seen.
pub(crate) fn draw(pen: &mut Pen<'_>, rle: &Rle, step: u32) {
    let step = step.clamp(1, rle.width.max(1));
    let (mut level, mut area) = (Level::default(), Area::default());
    let mut before = Column::default();
    let mut emit = |pen: &mut Pen<'_>, before: &Column, now: &Column| {
        upright(pen, before, now);
        level.go_on(pen, before, now);
        if pen.fills() {
            area.go_on(pen, before, now);
        }
    };
    let mut now = Column::default();
    for (column, first, last) in rle.column_runs() {
        let group = column / step;
        // The middle column of a group stands for all of it.
        if column != (group * step + step / 2).min(rle.width - 1) {
            continue;
        }
        let at = group * step;
        if now.runs.is_empty() || now.x1 != at {
            close(pen, &mut before, &mut now, &mut emit);
            (now.x1, now.x2) = (at, (at + step).min(rle.width));
        }
        now.runs.push((first, last));
    }
    close(pen, &mut before, &mut now, &mut emit);
    let end = Column { x1: before.x2, x2: before.x2, runs: Vec::new() };
    emit(pen, &before, &end);
}

/// Runs of a group of columns.
#[derive(Debug, Default, Clone)]
struct Column {
    x1: u32,
    x2: u32,
    runs: Vec<Rows>,
}

/// Ends the column at hand, with an empty one before it where it does not follow the one before.
fn close(
    pen: &mut Pen<'_>,
    before: &mut Column,
    now: &mut Column,
    emit: &mut impl FnMut(&mut Pen<'_>, &Column, &Column),
) {
    if now.runs.is_empty() {
        return;
    }
    if before.x2 != now.x1 {
        emit(pen, before, &Column { x1: before.x2, x2: before.x2, runs: Vec::new() });
        *before = Column { x1: now.x1, x2: now.x1, runs: Vec::new() };
    }
    emit(pen, before, now);
    *before = std::mem::take(now);
}

fn at(x: u32, y: u32) -> Point {
    Point::new(f64::from(x), f64::from(y))
}

/// The lines between two columns, where one is foreground and the other is not.
fn upright(pen: &mut Pen<'_>, before: &Column, now: &Column) {
    // Rows where either column changes, in order, with what each is from there on.
    let changes = |column: &Column| column.runs.iter().flat_map(|(first, last)| [*first, *last]).collect::<Vec<_>>();
    let (left, right) = (changes(before), changes(now));
    let (mut i, mut j, mut from) = (0, 0, 0);
    while i < left.len() || j < right.len() {
        let row = left.get(i).copied().unwrap_or(u32::MAX).min(right.get(j).copied().unwrap_or(u32::MAX));
        let (in_left, in_right) = (i % 2 == 1, j % 2 == 1);
        if in_left != in_right && row > from {
            let x = now.x1;
            pen.border(if in_right { [at(x, row), at(x, from)] } else { [at(x, from), at(x, row)] });
        }
        i += usize::from(left.get(i) == Some(&row));
        j += usize::from(right.get(j) == Some(&row));
        from = row;
    }
}

/// Level borders that may go on in the next column: row, and where they began.
#[derive(Debug, Default)]
struct Level {
    upper: Vec<(u32, u32)>,
    lower: Vec<(u32, u32)>,
}

impl Level {
    fn go_on(&mut self, pen: &mut Pen<'_>, before: &Column, now: &Column) {
        let x = before.x2;
        let upper = now.runs.iter().map(|run| run.0);
        replace(&mut self.upper, upper, now.x1, |row, from| pen.border([at(from, row), at(x, row)]));
        let lower = now.runs.iter().map(|run| run.1);
        replace(&mut self.lower, lower, now.x1, |row, from| pen.border([at(x, row), at(from, row)]));
    }
}

/// Rectangles that may go on in the next column: rows, and where they began.
#[derive(Debug, Default)]
struct Area {
    open: Vec<(Rows, u32)>,
}

impl Area {
    fn go_on(&mut self, pen: &mut Pen<'_>, before: &Column, now: &Column) {
        let right = f64::from(before.x2);
        replace(&mut self.open, now.runs.iter().copied(), now.x1, |(first, last), from| {
            let left = f64::from(from);
            pen.piece([left, right, f64::from(first)], [left, right, f64::from(last)]);
        });
    }
}

/// Keeps what goes on, ends what does not, and begins what is new at `x`; both lists are in order.
fn replace<T: Copy + Ord>(
    open: &mut Vec<(T, u32)>,
    next: impl Iterator<Item = T>,
    x: u32,
    mut end: impl FnMut(T, u32),
) {
    let mut old = std::mem::take(open).into_iter().peekable();
    for item in next {
        while let Some((gone, from)) = old.next_if(|(other, _)| *other < item) {
            end(gone, from);
        }
        let from = old.next_if(|(other, _)| *other == item).map_or(x, |(_, from)| from);
        open.push((item, from));
    }
    old.for_each(|(gone, from)| end(gone, from));
}

#[cfg(test)]
mod tests {
    use super::super::instances::{Drawing, Flags, UNITS_PER_PX};
    use super::*;
    use crate::canvas::LineStyle;
    use egui::Color32;

    fn drawn(width: u32, height: u32, mask: &[bool], step: u32) -> Drawing {
        let mut drawing = Drawing::default();
        let flags = Flags::of_style(LineStyle::Solid);
        let mut pen = Pen::new(&mut drawing, Color32::RED, Some(Color32::BLUE), flags, 1.0);
        draw(&mut pen, &Rle::from_row_major(width, height, mask), step);
        drawing
    }

    fn px(bits: u32) -> i64 {
        (f64::from(bits.cast_signed()) / UNITS_PER_PX) as i64
    }

    /// A busy mask: what a fixed linear congruence (Park and Miller 1988) leaves of an image.
    fn busy(width: u32, height: u32) -> Vec<bool> {
        let mut state = 1u64;
        let mut next = || {
            state = state * 48_271 % 2_147_483_647;
            state % 5 < 3
        };
        (0..width * height).map(|_| next()).collect()
    }

    #[test]
    fn the_rectangles_are_the_mask() {
        let (width, height) = (23, 17);
        let mask = busy(width, height);
        let mut covered = vec![0u32; mask.len()];
        for [x1, lower_x1, x2, lower_x2, y1, y2, _] in drawn(width, height, &mask, 1).fills {
            assert_eq!((x1, x2), (lower_x1, lower_x2));
            for (y, x) in (px(y1)..px(y2)).flat_map(|y| (px(x1)..px(x2)).map(move |x| (y, x))) {
                covered[(y * i64::from(width) + x) as usize] += 1;
            }
        }
        assert!(covered.iter().zip(&mask).all(|(count, set)| *count == u32::from(*set)));
    }

    #[test]
    fn the_lines_are_the_border_with_the_outside_on_their_left() {
        let (width, height) = (23_i64, 17_i64);
        let mask = busy(23, 17);
        let set =
            |x: i64, y: i64| (0..width).contains(&x) && (0..height).contains(&y) && mask[(y * width + x) as usize];
        let mut found = std::collections::BTreeSet::new();
        for [ax, ay, bx, by, ..] in drawn(23, 17, &mask, 1).lines {
            let [mut x, mut y, to_x, to_y] = [ax, ay, bx, by].map(px);
            let (dx, dy) = ((to_x - x).signum(), (to_y - y).signum());
            assert!(dx.abs() + dy.abs() == 1);
            while (x, y) != (to_x, to_y) {
                assert!(found.insert((x, y, dx, dy)), "each piece of border is drawn once");
                // The pixels to the left and to the right of this step.
                let (left, right) = match (dx, dy) {
                    (1, _) => ((x, y - 1), (x, y)),
                    (-1, _) => ((x - 1, y), (x - 1, y - 1)),
                    (_, 1) => ((x, y), (x - 1, y)),
                    _ => ((x - 1, y - 1), (x, y - 1)),
                };
                assert!(!set(left.0, left.1) && set(right.0, right.1), "{x} {y} {dx} {dy}");
                (x, y) = (x + dx, y + dy);
            }
        }
        let edges = |x: i64, y: i64| [(x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)].map(|(a, b)| !set(a, b));
        let expected: usize = (0..height)
            .flat_map(|y| (0..width).map(move |x| (x, y)))
            .filter(|(x, y)| set(*x, *y))
            .map(|(x, y)| edges(x, y).into_iter().filter(|is_edge| *is_edge).count())
            .sum();
        assert_eq!(found.len(), expected);
    }

    #[test]
    fn joined_columns_keep_a_plain_mask() {
        let full = drawn(30, 20, &[true; 600], 4);
        assert_eq!((full.fills.len(), full.lines.len()), (1, 4));
        assert_eq!(full.fills[0].map(px)[..6], [0, 0, 30, 30, 0, 20]);
        assert_eq!(drawn(30, 20, &[false; 600], 4), Drawing::default());
    }
}
