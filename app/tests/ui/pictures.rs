//! A few pictures. Renew them after a change that is meant: `UPDATE_SNAPSHOTS=1 cargo test -p concord --test ui`.

use concord_app::context::OpenProject;
use concord_widgets::canvas::gpu;
use eframe::egui_wgpu::RendererOptions;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use egui_kittest::wgpu::{WgpuTestRenderer, create_render_state, default_wgpu_setup};
use egui_kittest::{Harness, HarnessBuilder, SnapshotResults};

use crate::agreement_flows::{agreeing, compared};
use crate::common::{Stage, drag, on_stage, options, press, project, wait};
use crate::policy_flows::{disputed, edit_files, policing};
use crate::review_flows::{ANA, BEN, reviewed_project, submitted};
use crate::work_flows::{goes_to_activity, goes_to_people, worked};

fn drawing() -> HarnessBuilder<Stage> {
    let state = create_render_state(default_wgpu_setup(), RendererOptions::PREDICTABLE);
    gpu::install(&state);
    Harness::builder()
        .with_size([1280.0, 720.0])
        .with_render_cursor(false)
        .renderer(WgpuTestRenderer::from_render_state(state))
}

#[test]
fn start_screen() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let mut harness = on_stage(drawing(), options(dir.path()), None);
    harness.run_steps(4);
    harness.snapshot("start");
}

/// The list of keys while it asks about a key that is taken, and the settings.
#[test]
fn keys_and_settings_dark_and_light() {
    let mut results = SnapshotResults::new();
    for theme in ["dark", "light"] {
        let dir = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(dir.path().join("settings.toml"), format!("theme = \"{theme}\"\n")).expect("it is writable");
        let own = "[keys]\nnext-sample = [\"F\"]\nundo = [\"Ctrl+Z\", \"Alt+Backspace\"]\n";
        std::fs::write(dir.path().join("keymap.toml"), own).expect("it is writable");
        let mut harness = on_stage(drawing(), options(dir.path()), None);
        harness.run_steps(4);
        press(&mut harness, Modifiers::NONE, Key::F1);
        harness.get_by_label("Change Previous sample").focus();
        harness.run_steps(4);
        press(&mut harness, Modifiers::NONE, Key::Enter);
        press(&mut harness, Modifiers::NONE, Key::F);
        harness.snapshot(format!("keys_{theme}"));
        press(&mut harness, Modifiers::NONE, Key::Escape);
        press(&mut harness, Modifiers::NONE, Key::Escape);
        press(&mut harness, Modifiers::NONE, Key::F2);
        harness.snapshot(format!("settings_{theme}"));
        results.extend_harness(&mut harness);
    }
}

/// Everything can be reached in the smallest room: the largest interface scale.
#[test]
fn keys_at_two_and_a_half_times_the_size() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(dir.path().join("settings.toml"), "scale = 2.5\n").expect("it is writable");
    std::fs::write(dir.path().join("keymap.toml"), "[keys]\nnext-sample = [\"F\"]\n").expect("it is writable");
    let mut harness = on_stage(drawing(), options(dir.path()), None);
    harness.run_steps(4);
    press(&mut harness, Modifiers::NONE, Key::F1);
    harness.get_by_label("Search keys").type_text("accept");
    harness.run_steps(4);
    harness.get_by_label("Change Accept all above the threshold").focus();
    harness.run_steps(2);
    press(&mut harness, Modifiers::NONE, Key::Enter);
    harness.snapshot("keys_large");
}

#[test]
fn label_screen_dark_and_light() {
    let mut results = SnapshotResults::new();
    for theme in ["dark", "light"] {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let place = project(dir.path(), 3);
        std::fs::write(dir.path().join("settings.toml"), format!("theme = \"{theme}\"\n")).expect("it is writable");
        let mut harness = on_stage(drawing(), options(dir.path()), Some(place));
        wait(&mut harness, "the thumbnails and the first sample", |c| {
            c.project.as_ref().is_some_and(|p| p.label.session().is_some() && p.label.shelf.images.len() == 3)
        });
        drag(&mut harness, (20.0, 30.0), (60.0, 70.0));
        drag(&mut harness, (80.0, 20.0), (140.0, 100.0));
        wait(&mut harness, "the log", |c| c.outstanding.saving() == 0 && c.decoding == 0);
        harness.remove_cursor();
        harness.run_steps(4);
        harness.snapshot(format!("label_{theme}"));
        results.extend_harness(&mut harness);
    }
}

#[test]
fn review_screen_dark_and_light() {
    let mut results = SnapshotResults::new();
    for theme in ["dark", "light"] {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let place = reviewed_project(dir.path(), 2);
        submitted(&place, "ana", &ANA);
        submitted(&place, "ben", &BEN);
        std::fs::write(dir.path().join("settings.toml"), format!("theme = \"{theme}\"\n")).expect("it is writable");
        let mut harness = on_stage(drawing(), options(dir.path()), Some(place));
        wait(&mut harness, "the queue", |c| c.project.as_ref().is_some_and(|p| p.label.labelling().is_loaded));
        harness.get_by_label("Go to Review").click();
        wait(&mut harness, "what is disputed", |c| {
            let is_there = |p: &OpenProject| {
                let dispute = p.label.sample().and_then(|sample| p.review.dispute(sample));
                dispute.is_some() && p.label.session().is_some() && p.label.image().is_some()
            };
            c.project.as_ref().is_some_and(is_there)
        });
        press(&mut harness, Modifiers::NONE, Key::Num1);
        press(&mut harness, Modifiers::NONE, Key::CloseBracket);
        wait(&mut harness, "the log", |c| c.outstanding.saving() == 0 && c.decoding == 0);
        harness.remove_cursor();
        harness.run_steps(6);
        harness.snapshot(format!("review_{theme}"));
        results.extend_harness(&mut harness);
    }
}

#[test]
fn agreement_screen() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let place = compared(dir.path());
    let mut harness = on_stage(drawing(), options(dir.path()), Some(place));
    agreeing(&mut harness);
    harness.remove_cursor();
    harness.run_steps(4);
    harness.snapshot("agreement");
}

/// How people label, what sways them, and what their work comes to.
#[test]
fn people_and_activity_dark_and_light() {
    let mut results = SnapshotResults::new();
    for (theme, tab) in [("dark", "People"), ("light", "Anchoring")] {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let place = worked(dir.path());
        std::fs::write(dir.path().join("settings.toml"), format!("theme = \"{theme}\"\n")).expect("it is writable");
        let mut harness = on_stage(drawing(), options(dir.path()), Some(place));
        wait(&mut harness, "the project", |c| c.project.as_ref().is_some_and(|p| p.label.queue.is_loaded));
        harness.run_steps(2);
        goes_to_people(&mut harness, tab);
        harness.remove_cursor();
        harness.run_steps(4);
        harness.snapshot(format!("people_{theme}"));
        goes_to_activity(&mut harness);
        harness.remove_cursor();
        harness.run_steps(4);
        harness.snapshot(format!("activity_{theme}"));
        results.extend_harness(&mut harness);
    }
}

/// The next version with what it changes and what becomes of label sets.
#[test]
fn policy_screen_dark_and_light() {
    let mut results = SnapshotResults::new();
    for theme in ["dark", "light"] {
        let dir = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(dir.path().join("settings.toml"), format!("theme = \"{theme}\"\n")).expect("it is writable");
        let place = disputed(dir.path());
        edit_files(&place);
        let mut harness = on_stage(drawing(), options(dir.path()), Some(place));
        policing(&mut harness);
        harness.remove_cursor();
        harness.run_steps(4);
        harness.snapshot(format!("policy_{theme}"));
        results.extend_harness(&mut harness);
    }
}
