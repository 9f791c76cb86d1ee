//! The line chart: several quantities over one axis, with their intervals, gaps where there is no value, and names at
//! the ends of the lines.

use concord_language::tr;
use egui::{Align2, Color32, Painter, Pos2, Rect, Response, Sense, Shape, Stroke, Ui, pos2, vec2};

use super::Gate;
use super::draw::{self, AXIS_HEIGHT, Scale, TITLE_HEIGHT};
use crate::theme::{GRID, Theme, categorical};

const HEIGHT: f32 = 60.0 * GRID;
const NAMES_WIDTH: f32 = 120.0;
const NUMBERS_WIDTH: f32 = 10.0 * GRID;
const MARK: f32 = 3.5;

/// One point of a line.
#[derive(Debug, Clone, PartialEq)]
pub struct LinePoint {
    /// Where it stands on the horizontal axis.
    pub x: f64,
    /// The value; `None` leaves a gap in the line, and then `note` says why.
    pub value: Option<f64>,
    /// Lower and upper end of its interval.
    pub interval: Option<(f64, f64)>,
    /// True where it rests on little: its mark is hollow.
    pub is_faint: bool,
    /// What it rests on, or why there is no value.
    pub note: String,
}

/// A quantity over the axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Its name, which stands at its end.
    pub name: String,
    /// Its points, from left to right.
    pub points: Vec<LinePoint>,
}

/// A chart of lines, which differ in colour and in the shape of their marks.
#[must_use = "a chart is drawn by `show`"]
pub struct LineChart<'a> {
    title: &'a str,
    x_axis: &'a str,
    y_axis: &'a str,
    lines: &'a [Line],
    x_range: (f64, f64),
    y_range: (f64, f64),
    x_names: &'a [String],
    mark: Option<&'a Gate>,
}

impl<'a> LineChart<'a> {
    /// A chart of values from 0 to 1 over 0 to 1; the axes are named with their units.
    pub fn new(title: &'a str, x_axis: &'a str, y_axis: &'a str, lines: &'a [Line]) -> Self {
        let range = (0.0, 1.0);
        Self { title, x_axis, y_axis, lines, x_range: range, y_range: range, x_names: &[], mark: None }
    }

    /// The ends of the horizontal axis; ignored unless finite and rising.
    pub fn x_range(mut self, low: f64, high: f64) -> Self {
        if low.is_finite() && high.is_finite() && low < high {
            self.x_range = (low, high);
        }
        self
    }

    /// The ends of the vertical axis; ignored unless finite and rising.
    pub fn y_range(mut self, low: f64, high: f64) -> Self {
        if low.is_finite() && high.is_finite() && low < high {
            self.y_range = (low, high);
        }
        self
    }

    /// Names that stand below the places 0, 1, 2 … in the place of numbers.
    pub fn x_names(mut self, names: &'a [String]) -> Self {
        self.x_names = names;
        self.x_range = (-0.5, names.len().max(1) as f64 - 0.5);
        self
    }

    /// A place on the horizontal axis that is marked.
    pub fn mark(mut self, mark: Option<&'a Gate>) -> Self {
        self.mark = mark;
        self
    }

    /// Shows the chart over the width there is.
    pub fn show(self, ui: &mut Ui) -> Response {
        let mark_height = if self.mark.is_some() { 4.0 * GRID } else { 0.0 };
        let size = vec2(ui.available_width(), TITLE_HEIGHT + mark_height + HEIGHT + AXIS_HEIGHT);
        let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
        let (theme, painter) = (Theme::of_ui(ui), ui.painter());
        draw::title(painter, &theme, rect, self.title);
        let plot = Rect::from_min_max(
            pos2(rect.left() + NUMBERS_WIDTH + 4.0 * GRID, rect.top() + TITLE_HEIGHT + mark_height),
            pos2(rect.right() - NAMES_WIDTH, rect.bottom() - AXIS_HEIGHT),
        );
        draw::describe(ui, &response, self.title, self.words());
        if plot.width() < 48.0 {
            return response;
        }
        let across = Scale { low: self.x_range.0, high: self.x_range.1, left: plot.left(), right: plot.right() };
        self.paint_axes(painter, &theme, plot, &across);
        self.paint_mark(painter, &theme, plot, &across);
        self.paint_lines(painter, &theme, plot, &across);
        let pointed = response.hover_pos().filter(|pos| plot.expand(2.0 * GRID).contains(*pos));
        let tip = pointed.and_then(|pos| self.nearest(pos.x, &across)).map(|x| self.words_at(x));
        draw::tip(response, tip)
    }

    fn y(&self, plot: Rect, value: f64) -> f32 {
        let up = Scale { low: self.y_range.0, high: self.y_range.1, left: plot.bottom(), right: plot.top() };
        up.x(value)
    }

    fn paint_axes(&self, painter: &Painter, theme: &Theme, plot: Rect, across: &Scale) {
        let ticks = draw::ticks(self.y_range.0, self.y_range.1, ((plot.height() / 32.0) as usize).max(2));
        let decimals = draw::decimals_of(&ticks);
        for tick in ticks {
            let y = self.y(plot, tick).round() + 0.5;
            painter.hline(plot.x_range(), y, Stroke::new(1.0, theme.line));
            let at = pos2(plot.left() - GRID, y);
            painter.text(at, Align2::RIGHT_CENTER, format!("{tick:.decimals$}"), draw::small_font(), theme.muted);
        }
        let galley = draw::fitted(painter, self.y_axis, draw::small_font(), theme.muted, plot.height());
        let at = pos2(plot.left() - NUMBERS_WIDTH - galley.size().y, plot.center().y + galley.size().x / 2.0);
        let upwards = egui::epaint::TextShape::new(at, galley, theme.muted).with_angle(-std::f32::consts::FRAC_PI_2);
        painter.add(Shape::Text(upwards));
        if self.x_names.is_empty() {
            across.axis(painter, theme, plot, self.x_axis);
            return;
        }
        let room = plot.width() / self.x_names.len() as f32;
        for (place, name) in self.x_names.iter().enumerate() {
            let x = across.x(place as f64);
            let place = Rect::from_min_max(
                pos2(x - room / 2.0, plot.bottom() + 2.0),
                pos2(x + room / 2.0, plot.bottom() + 16.0),
            );
            draw::text_in(
                painter,
                place.shrink2(vec2(2.0, 0.0)),
                Align2::CENTER_CENTER,
                name,
                draw::small_font(),
                theme.muted,
            );
        }
        let below =
            Rect::from_min_max(pos2(plot.left(), plot.bottom() + 18.0), pos2(plot.right(), plot.bottom() + 34.0));
        draw::text_in(painter, below, Align2::CENTER_TOP, self.x_axis, draw::small_font(), theme.muted);
    }

    fn paint_mark(&self, painter: &Painter, theme: &Theme, plot: Rect, across: &Scale) {
        let Some(mark) = self.mark.filter(|mark| across.holds(mark.at)) else { return };
        let x = across.x(mark.at).round() + 0.5;
        let line = [pos2(x, plot.top() - 2.0), pos2(x, plot.bottom())];
        painter.extend(Shape::dashed_line(&line, Stroke::new(1.5, theme.accent), 4.0, 3.0));
        let galley = draw::fitted(painter, &mark.label, draw::small_font(), theme.accent, plot.width());
        let left = (x - galley.size().x / 2.0).min(plot.right() - galley.size().x).max(plot.left());
        painter.galley(pos2(left, plot.top() - 4.0 * GRID), galley, theme.accent);
    }

    fn paint_lines(&self, painter: &Painter, theme: &Theme, plot: Rect, across: &Scale) {
        let ends: Vec<f32> = self.lines.iter().map(|line| self.end(plot, line)).collect();
        let names = apart(&ends, 4.0 * GRID, plot);
        for (index, (line, y)) in self.lines.iter().zip(names).enumerate() {
            // Some colours of the palette are pale: mixed with the ink they stand out on light ground as well.
            let several = categorical(index).lerp_to_gamma(theme.text, 0.3);
            let color = if self.lines.len() == 1 { theme.accent } else { several };
            let place = |point: &LinePoint| point.value.map(|value| pos2(across.x(point.x), self.y(plot, value)));
            for pair in line.points.windows(2) {
                if let (Some(from), Some(to)) = (place(&pair[0]), place(&pair[1])) {
                    painter.line_segment([from, to], Stroke::new(1.5, color));
                }
            }
            for point in &line.points {
                let Some(at) = place(point) else { continue };
                if let Some((low, high)) = point.interval {
                    let (bottom, top) = (self.y(plot, low), self.y(plot, high));
                    painter.vline(at.x, top..=bottom, Stroke::new(1.5, color));
                    for y in [bottom, top] {
                        painter.hline((at.x - 4.0)..=(at.x + 4.0), y, Stroke::new(1.5, color));
                    }
                }
                let fill = if point.is_faint { theme.panel } else { color };
                paint_sign(painter, index, at, fill, color);
            }
            let sign = pos2(plot.right() + 3.0 * GRID, y);
            paint_sign(painter, index, sign, color, color);
            let room = Rect::from_min_max(
                pos2(sign.x + 2.0 * GRID, y - 2.0 * GRID),
                pos2(plot.right() + NAMES_WIDTH, y + 2.0 * GRID),
            );
            draw::text_in(painter, room, Align2::LEFT_CENTER, &line.name, draw::small_font(), theme.text);
        }
    }

    /// How high the last point of a line with a value is; in the middle without one.
    fn end(&self, plot: Rect, line: &Line) -> f32 {
        let last = line.points.iter().rev().find_map(|point| point.value);
        last.map_or(plot.center().y, |value| self.y(plot, value))
    }

    /// The place on the axis with a point that is nearest to a position.
    fn nearest(&self, x: f32, across: &Scale) -> Option<f64> {
        let places = self.lines.iter().flat_map(|line| &line.points).map(|point| point.x);
        places.min_by(|a, b| (across.x(*a) - x).abs().total_cmp(&(across.x(*b) - x).abs()))
    }

    fn x_name(&self, x: f64) -> String {
        let named = (x >= 0.0).then(|| self.x_names.get(x.round() as usize)).flatten();
        named.map_or_else(|| format!("{} {x:.2}", self.x_axis), Clone::clone)
    }

    fn words_at(&self, x: f64) -> String {
        let point = |line: &Line| {
            let point = line.points.iter().find(|point| (point.x - x).abs() < 1e-9)?;
            let value = point.value.map(|value| format!("{value:.3}"));
            let interval = point.interval.map(|(low, high)| format!("[{low:.3}, {high:.3}]"));
            let parts: Vec<String> = value
                .into_iter()
                .chain(interval)
                .chain(Some(point.note.clone()).filter(|note| !note.is_empty()))
                .collect();
            Some(format!("{} {}", line.name, parts.join(" ")))
        };
        let said: Vec<String> = self.lines.iter().filter_map(point).collect();
        format!("{}: {}", self.x_name(x), said.join(", "))
    }

    fn words(&self) -> String {
        let mut places: Vec<f64> = self.lines.iter().flat_map(|line| &line.points).map(|point| point.x).collect();
        places.sort_by(f64::total_cmp);
        places.dedup();
        let mark =
            self.mark.map_or_else(String::new, |mark| format!("{}. ", tr!("chart-mark", mark = mark.label.as_str())));
        let said: Vec<String> = places.into_iter().map(|x| self.words_at(x)).collect();
        format!("{}. {mark}{}", self.y_axis, said.join("; "))
    }
}

/// The mark of a line: a disc, a square, a triangle, a diamond, and again.
fn paint_sign(painter: &Painter, index: usize, at: Pos2, fill: Color32, color: Color32) {
    let stroke = Stroke::new(1.5, color);
    let points: &[(f32, f32)] = match index % 4 {
        0 => {
            painter.circle(at, MARK, fill, stroke);
            return;
        }
        1 => &[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
        2 => &[(0.0, -1.2), (1.1, 0.9), (-1.1, 0.9)],
        _ => &[(0.0, -1.3), (1.3, 0.0), (0.0, 1.3), (-1.3, 0.0)],
    };
    let points = points.iter().map(|(x, y)| at + vec2(x * MARK, y * MARK)).collect();
    painter.add(Shape::convex_polygon(points, fill, stroke));
}

/// Moves heights apart so that names at them do not overlap, and keeps them within the plot as far as there is room.
fn apart(heights: &[f32], least: f32, plot: Rect) -> Vec<f32> {
    let mut order: Vec<usize> = (0..heights.len()).collect();
    order.sort_by(|a, b| heights[*a].total_cmp(&heights[*b]));
    let mut placed = heights.to_vec();
    let mut lowest = plot.top();
    for index in &order {
        placed[*index] = placed[*index].max(lowest);
        lowest = placed[*index] + least;
    }
    let mut highest = plot.bottom();
    for index in order.iter().rev() {
        placed[*index] = placed[*index].min(highest);
        highest = placed[*index] - least;
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(x: f64, value: Option<f64>, note: &str) -> LinePoint {
        let interval = value.map(|v| (v - 0.1, v + 0.1));
        LinePoint { x, value, interval, is_faint: false, note: note.to_owned() }
    }

    fn lines() -> [Line; 2] {
        [
            Line { name: "f1".into(), points: vec![point(0.3, Some(0.8), "n 9"), point(0.5, None, "no pairs")] },
            Line { name: "kappa".into(), points: vec![point(0.5, Some(0.5), "")] },
        ]
    }

    #[test]
    fn the_words_say_every_value_and_why_there_is_none() {
        let mark = Gate { at: 0.5, label: "policy 0.50".into() };
        let lines = lines();
        let chart = LineChart::new("By threshold", "overlap", "share", &lines).mark(Some(&mark));
        let expected = "share. Marked: policy 0.50. overlap 0.30: f1 0.800 [0.700, 0.900] n 9; \
                        overlap 0.50: f1 no pairs, kappa 0.500 [0.400, 0.600]";
        assert_eq!(chart.words(), expected);
    }

    #[test]
    fn places_can_have_names() {
        let names = ["May".to_owned(), "June".to_owned()];
        let chart = LineChart::new("t", "month", "f1", &[]).x_names(&names);
        assert_eq!((chart.x_name(1.0).as_str(), chart.x_range), ("June", (-0.5, 1.5)));
        assert_eq!(chart.x_name(7.0), "month 7.00");
    }

    #[test]
    fn the_nearest_point_is_found() {
        let lines = lines();
        let chart = LineChart::new("t", "x", "y", &lines);
        let across = Scale { low: 0.0, high: 1.0, left: 0.0, right: 100.0 };
        assert_eq!(chart.nearest(37.0, &across), Some(0.3));
        assert_eq!(chart.nearest(44.0, &across), Some(0.5));
        assert_eq!(LineChart::new("t", "x", "y", &[]).nearest(1.0, &across), None);
    }

    #[test]
    fn names_at_the_ends_do_not_overlap() {
        let plot = Rect::from_min_max(pos2(0.0, 0.0), pos2(10.0, 100.0));
        let placed = apart(&[50.0, 52.0, 10.0], 12.0, plot);
        assert_eq!(placed, [50.0, 62.0, 10.0]);
        assert_eq!(apart(&[98.0, 99.0], 12.0, plot), [88.0, 100.0]);
    }
}
