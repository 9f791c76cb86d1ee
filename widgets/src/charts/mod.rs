//! Small charts that tell the truth: axes, numbers and supports stand beside every mark, and text says the same.

mod bars;
mod draw;
mod intervals;
mod lines;
mod matrix;

pub use bars::{Bar, BarList};
pub use draw::ticks;
pub use intervals::{Gate, IntervalPlot, IntervalRow};
pub use lines::{Line, LineChart, LinePoint};
pub use matrix::MatrixHeat;
