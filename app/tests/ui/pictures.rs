//! A few pictures. Renew them after a change that is meant: `UPDATE_SNAPSHOTS=1 cargo test -p concord --test ui`.

use concord_widgets::canvas::gpu;
use eframe::egui_wgpu::RendererOptions;
use egui_kittest::wgpu::{WgpuTestRenderer, create_render_state, default_wgpu_setup};
use egui_kittest::{Harness, HarnessBuilder, SnapshotResults};

use crate::common::{Stage, drag, on_stage, options, project, wait};

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
