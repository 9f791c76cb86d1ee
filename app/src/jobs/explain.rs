//! Saliency of one sample, off the UI thread: looks at a growing map on the way, the finished map in the end.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, PoisonError};

use concord_domain::sample::Sample;
use concord_domain::suggestion::Run;
use concord_inference::Heatmap;
use concord_inference::saliency::{
    DRiseOptions, INTERACTIVE_MASKS, Method, OcclusionOptions, Progress as Steps, REPORT_MASKS,
};
use concord_language::say;
use concord_project::Project;
use concord_project::model::open as open_model;
use concord_project::saliency::{Choices, Look, Question, Subject, explain, has_imported_maps, imported_map};
use concord_widgets::canvas::OverlayMap;
use serde::{Deserialize, Serialize};

use super::JobEvent;
use super::work::ModelSlot;
use crate::error_text::AppError;

/// A method, as a person chooses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// The strongest pattern of a feature map.
    #[default]
    EigenCam,
    /// Features weighed by a gradient that the model brings.
    GradCam,
    /// Windows covered one after the other.
    Occlusion,
    /// Random masks.
    DRise,
    /// A map of another tool.
    Imported,
}

impl Kind {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 5] = [Self::EigenCam, Self::GradCam, Self::Occlusion, Self::DRise, Self::Imported];

    /// True for methods that ask the model about many changed pictures, so that there is a choice between quick and fine.
    pub fn takes_steps(self) -> bool {
        matches!(self, Self::Occlusion | Self::DRise)
    }
}

/// What a person wants to see. Another one is another map.
#[derive(Debug, Clone, PartialEq)]
pub struct Wish {
    /// On which sample.
    pub sample: Sample,
    /// What on it.
    pub subject: Subject,
    /// How.
    pub kind: Kind,
    /// More and smaller steps, which take longer.
    pub fine: bool,
    /// The tensor for EigenCAM; `None` for the model's own.
    pub tensor: Option<String>,
}

/// What came of a wish.
#[derive(Debug)]
pub struct Explained {
    /// How the model can be explained; `None` without a model.
    pub choices: Option<Arc<Choices>>,
    /// Whether the project has maps of another tool.
    pub has_imported: bool,
    /// The finished map, or why there is none.
    pub outcome: Result<OverlayMap, AppError>,
}

/// Works a map out. `number` makes the keys of its overlays unlike all others; `tell` takes looks at the growing map.
pub fn saliency(
    project: &Project,
    wish: &Wish,
    slot: &ModelSlot,
    number: u64,
    stop: &AtomicBool,
    tell: &dyn Fn(JobEvent),
) -> JobEvent {
    let mut choices = None;
    let mut look = |Look { map, steps }: Look| {
        if let Ok(map) = overlay(&map, number, steps.done) {
            tell(JobEvent::SaliencyLook(map, steps));
        }
    };
    let outcome =
        compute(project, wish, slot, &mut choices, stop, &mut look).and_then(|map| overlay(&map, number, usize::MAX));
    JobEvent::Saliency(Box::new(Explained { choices, has_imported: has_imported_maps(project), outcome }))
}

fn compute(
    project: &Project,
    wish: &Wish,
    slot: &ModelSlot,
    choices: &mut Option<Arc<Choices>>,
    stop: &AtomicBool,
    look: &mut dyn FnMut(Look),
) -> Result<Heatmap, AppError> {
    let run = project.reader()?.latest_run()?;
    let wanted = run.as_ref().and_then(Run::model_to_ask);
    let mut held = slot.0.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((name, sha256)) = wanted
        && held.as_ref().is_none_or(|m| m.model.sha256() != sha256)
    {
        // A model that cannot be opened is no reason to withhold what another tool computed.
        match open_model(project, name) {
            Ok(model) => *held = Some(model),
            Err(_) if wish.kind == Kind::Imported => {}
            Err(error) => return Err(error.into()),
        }
    }
    let named = held.as_ref().filter(|_| wanted.is_some());
    *choices = named.map(|named| Arc::new(Choices::of(named)));
    let question = |method| Question { sample: wish.sample.clone(), subject: wish.subject.clone(), method };
    if wish.kind == Kind::Imported {
        let question = question(Method::Imported { sha256: String::new() });
        return imported_map(project, &question)?.ok_or(AppError::Lacking(say!("label-saliency-none-imported")));
    }
    let Some(named) = named else { return Err(AppError::Lacking(say!("shell-no-model"))) };
    let Some(method) = method(wish, &named.model.saliency_methods()) else {
        return Err(AppError::Lacking(say!("label-saliency-not-of-model")));
    };
    if method == (Method::EigenCam { tensor: None }) && named.model.feature_map().is_none() {
        return Err(AppError::Lacking(say!("label-saliency-no-features")));
    }
    Ok(explain(project, named, &question(method), stop, look)?.map)
}

/// The method with its parameters; `None` when the model does not offer it.
fn method(wish: &Wish, offered: &[Method]) -> Option<Method> {
    let of = |name: &str| offered.iter().find(|method| method.name() == name).cloned();
    match wish.kind {
        Kind::EigenCam => Some(Method::EigenCam { tensor: wish.tensor.clone() }),
        Kind::GradCam => of("gradcam"),
        Kind::Occlusion => of("occlusion").map(|_| {
            let window = if wish.fine { 1.0 / 16.0 } else { 1.0 / 8.0 };
            Method::Occlusion(OcclusionOptions { window, ..OcclusionOptions::default() })
        }),
        Kind::DRise => of("drise").map(|_| {
            let masks = if wish.fine { REPORT_MASKS } else { INTERACTIVE_MASKS };
            Method::DRise(DRiseOptions { masks, ..DRiseOptions::default() })
        }),
        Kind::Imported => None,
    }
}

/// A map for the canvas, made smaller where it is larger than an overlay may be.
fn overlay(map: &Heatmap, number: u64, step: usize) -> Result<OverlayMap, AppError> {
    let size = map.size();
    let longest = size.width.max(size.height).max(1);
    let fitted = if longest > OverlayMap::MAX_SIDE {
        let side = |side: u32| (u64::from(side) * u64::from(OverlayMap::MAX_SIDE) / u64::from(longest)).max(1) as u32;
        map.resized(concord_geometry::Size::new(side(size.width), side(size.height)))
    } else {
        map.clone()
    };
    Ok(OverlayMap::new(format!("saliency {number} {step}"), fitted.width, fitted.height, &fitted.values)?)
}

/// How far a map is that still grows.
pub type Growth = Steps;
