//! The samples behind a number, and the way to them.

use concord_domain::sample::SampleId;
use concord_language::{Message, say, tr};
use concord_project::agree::{Cells, Group, MOST_BEHIND};
use concord_widgets::theme::GRID;
use egui::{Button, Panel, RichText, ScrollArea, Ui, vec2};

use super::AgreementViews;
use crate::context::{Ask, Asks};

const ROW: f32 = 24.0;

/// The samples behind a number.
#[derive(Debug, Clone)]
pub struct Behind {
    /// What the number is.
    title: Message,
    /// Which samples, with their paths and how often each counts.
    samples: Vec<(SampleId, String, u64)>,
    counts: Counts,
}

/// What is counted of each sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Counts {
    /// How often it stands in a cell.
    Objects,
    /// Nothing: it is there or not.
    Images,
    /// How much differs in it.
    Differing,
}

impl Behind {
    /// The samples of a cell of objects.
    pub(super) fn cell(title: Message, cells: &Cells, row: usize, column: usize) -> Self {
        let samples = cells.samples(row, column).into_iter().map(|(id, path, n)| (id.clone(), path.to_owned(), n));
        Self { title, samples: samples.collect(), counts: Counts::Objects }
    }

    /// The images of a cell of images.
    pub(super) fn images(title: Message, cells: &Cells, row: usize, column: usize) -> Self {
        Self { counts: Counts::Images, ..Self::cell(title, cells, row, column) }
    }

    /// The samples on which something is confused.
    pub(super) fn confused(title: Message, behind: &[concord_project::agree::Behind]) -> Self {
        let samples = behind.iter().map(|b| (b.sample.clone(), b.path.clone(), b.differing)).collect();
        Self { title, samples, counts: Counts::Objects }
    }

    /// The samples of a group.
    pub(super) fn group(group: &Group) -> Self {
        let samples = group.behind.iter().map(|b| (b.sample.clone(), b.path.clone(), b.differing)).collect();
        Self { title: say!("agreement-behind-group", name = &group.name), samples, counts: Counts::Differing }
    }

    /// The samples, in the order in which they are listed.
    pub fn samples(&self) -> &[(SampleId, String, u64)] {
        &self.samples
    }

    fn count_words(&self, count: u64) -> String {
        match self.counts {
            Counts::Objects => tr!("agreement-behind-objects", count = count),
            Counts::Images => String::new(),
            Counts::Differing => tr!("agreement-behind-differing", count = count),
        }
    }
}

/// The place at the right that lists the samples; it is there before there is anything to list, so that nothing jumps.
pub(super) fn panel(ui: &mut Ui, views: &AgreementViews, asks: &mut Asks) {
    let width = (ui.available_width() * 0.24).clamp(220.0, 380.0);
    Panel::right("behind").default_size(width).min_size(180.0).resizable(true).show(ui, |ui| {
        ui.add_space(GRID);
        ui.label(RichText::new(tr!("agreement-behind")).strong());
        match views.behind() {
            Some(behind) => list(ui, behind, asks),
            None => {
                ui.weak(tr!("agreement-behind-none"));
            }
        }
    });
}

fn list(ui: &mut Ui, behind: &Behind, asks: &mut Asks) {
    ui.label(behind.title.local());
    let count = behind.samples.len();
    let words = match behind.counts {
        Counts::Differing if count >= MOST_BEHIND => tr!("agreement-behind-most", count = count),
        _ => tr!("agreement-behind-count", count = count),
    };
    ui.weak(words);
    ui.add_space(GRID);
    ScrollArea::vertical().id_salt("samples behind").auto_shrink([false, false]).show_rows(
        ui,
        ROW,
        count,
        |ui, rows| {
            for (id, path, n) in &behind.samples[rows] {
                let words = behind.count_words(*n);
                // Samples of one folder differ at the end of their paths, which a narrow list would cut off.
                let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
                let button = Button::new(name)
                    .right_text(RichText::new(&words).small().weak())
                    .truncate()
                    .frame_when_inactive(false)
                    .min_size(vec2(ui.available_width(), ROW));
                let response = ui.add(button).on_hover_text(tr!("agreement-open-sample-hint", path = path));
                if response.accessible_name(tr!("agreement-open-sample", path = path, words = words)).clicked() {
                    asks.send(Ask::ShowSample(id.clone()));
                }
            }
        },
    );
}
