//! Measuring how fast a model runs here.

use std::time::{Duration, Instant};

use concord_domain::decision::Decision;
use concord_domain::model::ModelSpeed;
use concord_domain::opinions::Opinions;
use concord_imaging::Rgb8;

use super::{NamedModel, engine_options, open};
use crate::run::pool::{Pool, bare_rate};
use crate::{Desk, Progress, ProjectError};

/// How long each of the two figures is measured.
const SPAN: Duration = Duration::from_millis(1500);

/// Passes before the clock counts.
const WARM_UP: usize = 2;

/// Measures a registered model on this machine and logs it: the time of one image alone, and images a second with
/// every core at work.
pub fn measure(desk: &Desk, name: &str, progress: &Progress) -> Result<ModelSpeed, ProjectError> {
    let named = open(&desk.project, name)?;
    let speed = speed_of(desk, &named, progress)?;
    if named.registered.is_some() {
        let sha256 = named.model.sha256().to_owned();
        desk.commit(Decision::ModelMeasured { sha256, speed: Box::new(speed.clone()) })?;
    }
    Ok(speed)
}

fn speed_of(desk: &Desk, named: &NamedModel, progress: &Progress) -> Result<ModelSpeed, ProjectError> {
    progress.start(&format!("measuring {}", named.name), 0);
    let model = &named.model;
    let image = Rgb8::filled(model.contract().input.size, [114; 3]);
    let batch = model.prepare(&[&image]);
    let mut times = Vec::new();
    let started = Instant::now();
    for pass in 0.. {
        let from = Instant::now();
        model.forward(&batch)?;
        if pass >= WARM_UP {
            times.push(from.elapsed());
        }
        progress.step(0)?;
        if started.elapsed() > SPAN && times.len() >= 3 {
            break;
        }
    }
    times.sort_unstable();
    let latency_ms = times[times.len() / 2].as_secs_f64() * 1000.0;
    let pool = Pool::new(vec![model], &Opinions::One, &engine_options(&desk.project)?)?;
    Ok(ModelSpeed {
        engine: model.engine().name().to_owned(),
        provider: model.provider().name().to_owned(),
        batch: pool.batch() as u32,
        sessions: pool.sessions() as u32,
        images_per_second: bare_rate(&pool, SPAN)?,
        latency_ms,
    })
}
