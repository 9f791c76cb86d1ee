//! How far the latest runs of several models differ on a sample.

use std::collections::BTreeMap;

use concord_domain::policy::QueueRules;
use concord_domain::suggestion::Run;
use concord_geometry::BBox;
use concord_metrics::ranking::{MIN_BOX_SCORE, VIEW_IOU, ViewBox, aggregate, cluster_views};
use concord_store::{IdRange, Reader};
use rayon::prelude::*;

use super::scores::Places;
use crate::{Project, ProjectError};

/// Most models that are compared: those that ran last.
const MOST_MODELS: usize = 4;

/// A box of one model.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    bbox: BBox,
    class: usize,
    score: f64,
}

/// The latest runs of different models, the newest first.
pub(super) fn runs(reader: &Reader) -> Result<Vec<Run>, ProjectError> {
    let mut latest: Vec<Run> = Vec::new();
    for run in reader.suggesting_runs()? {
        let is_comparable = run.opinions.is_one() && latest.iter().all(|other| other.model != run.model);
        if latest.len() < MOST_MODELS && is_comparable {
            latest.push(run);
        }
    }
    Ok(latest)
}

/// Disagreement by place of the sample; NaN where fewer than two models saw it, empty where fewer than two models ran.
pub(super) fn column(
    project: &Project,
    reader: &Reader,
    places: &Places<'_>,
    samples: usize,
    rules: &QueueRules,
) -> Result<Vec<f64>, ProjectError> {
    let runs = runs(reader)?;
    if runs.len() < 2 {
        return Ok(vec![]);
    }
    let mut saw = vec![vec![false; samples]; runs.len()];
    for (run, saw) in runs.iter().zip(&mut saw) {
        for (sample, _) in reader.uncertainties(&run.id)? {
            if let Some(place) = places.find(&sample.0) {
                saw[place] = true;
            }
        }
    }
    let mut column: Vec<f64> = (0..samples)
        .map(|place| if saw.iter().filter(|saw| saw[place]).count() < 2 { f64::NAN } else { 0.0 })
        .collect();
    let ranges: Vec<Vec<(usize, f64)>> = IdRange::split()
        .par_iter()
        .map(|range| {
            let found = boxes(project, &runs, places, range)?;
            let views = |place: usize, views: Vec<Vec<Seen>>| -> Vec<Vec<Seen>> {
                (0_usize..).zip(views).filter(|(run, _)| saw[*run][place]).map(|(_, view)| view).collect()
            };
            let usable = found.into_iter().filter(|(place, _)| !column[*place].is_nan());
            Ok(usable.map(|(place, all)| (place, disagreement(&views(place, all), rules))).collect())
        })
        .collect::<Result<_, ProjectError>>()?;
    for (place, value) in ranges.into_iter().flatten() {
        column[place] = value;
    }
    Ok(column)
}

/// The boxes of all runs by place of the sample.
fn boxes(
    project: &Project,
    runs: &[Run],
    places: &Places<'_>,
    range: &IdRange,
) -> Result<BTreeMap<usize, Vec<Vec<Seen>>>, ProjectError> {
    let reader = project.reader()?;
    let mut classes: BTreeMap<String, usize> = BTreeMap::new();
    let mut found: BTreeMap<usize, Vec<Vec<Seen>>> = BTreeMap::new();
    for (number, run) in runs.iter().enumerate() {
        reader.each_box(&run.id, range, |row| {
            let (Some(place), Ok(bbox)) = (places.find(row.sample), BBox::try_from(row.corners)) else { return };
            if row.score >= MIN_BOX_SCORE {
                let next = classes.len();
                let class = *classes.entry(row.class.to_owned()).or_insert(next);
                let views = found.entry(place).or_insert_with(|| vec![vec![]; runs.len()]);
                views[number].push(Seen { bbox, class, score: row.score });
            }
        })?;
    }
    Ok(found)
}

/// How far models differ on one sample, one list of boxes a model.
///
/// Boxes of one thing are put together as those of several views are. Of each thing counts how sure the surest model is,
/// times `1 − presence · mean overlap · share of the commonest class`: 0 when all models see it alike, the score itself
/// when one sees it alone. Things are aggregated as boxes are.
pub(super) fn disagreement(models: &[Vec<Seen>], rules: &QueueRules) -> f64 {
    let classes = models.iter().flatten().map(|seen| seen.class + 1).max().unwrap_or(0);
    let view = |model: &Vec<Seen>| -> Vec<ViewBox> {
        let probabilities =
            |seen: &Seen| (0..classes).map(|c| if c == seen.class { seen.score } else { 0.0 }).collect();
        model.iter().map(|seen| ViewBox { bbox: seen.bbox, probabilities: probabilities(seen) }).collect()
    };
    let views: Vec<Vec<ViewBox>> = models.iter().map(view).collect();
    let values: Vec<f64> = cluster_views(&views, VIEW_IOU)
        .iter()
        .map(|cluster| {
            let members: Vec<&Seen> = cluster.members.iter().map(|&(model, at)| &models[model][at]).collect();
            let surest = members.iter().map(|seen| seen.score).fold(0.0, f64::max);
            let votes = |class: usize| members.iter().filter(|seen| seen.class == class).count();
            let commonest = members.iter().map(|seen| votes(seen.class)).max().unwrap_or(0);
            let alike = commonest as f64 / members.len() as f64;
            surest * (1.0 - cluster.presence * (1.0 - cluster.geometry) * alike)
        })
        .collect();
    aggregate(&values, rules.aggregation())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(x: f64, class: usize, score: f64) -> Seen {
        Seen { bbox: BBox::new(x, 0.0, x + 10.0, 10.0).expect("a valid box"), class, score }
    }

    /// Worked by hand: boxes shifted by 2 of 10 pixels overlap by 8/12.
    #[test]
    fn models_differ_by_presence_place_and_class() {
        let rules = QueueRules::default();
        for (models, expected) in [
            (vec![vec![], vec![]], 0.0),
            (vec![vec![seen(0.0, 0, 0.9)], vec![seen(0.0, 0, 0.5)]], 0.0),
            (vec![vec![seen(0.0, 0, 0.9)], vec![]], 0.9 * (1.0 - 0.5 * 0.0)),
            (vec![vec![seen(0.0, 0, 0.6)], vec![seen(2.0, 0, 0.5)]], 0.6 * (1.0 - 8.0 / 12.0)),
            (vec![vec![seen(0.0, 0, 0.8)], vec![seen(0.0, 1, 0.5)]], 0.8 * 0.5),
            (vec![vec![seen(0.0, 0, 0.8), seen(50.0, 0, 0.4)], vec![seen(0.0, 0, 0.8)]], 0.4 / 2.0),
        ] {
            let got = disagreement(&models, &rules);
            assert!((got - expected).abs() < 1e-12, "{got} instead of {expected} for {models:?}");
        }
    }
}
