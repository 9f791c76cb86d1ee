//! Carrying objects through a sequence: copies on the samples that follow, and their places in between.

use concord_domain::decision::Decision;
use concord_domain::edit::Edit;
use concord_domain::object::{Object, ObjectId, Origin};
use concord_domain::sample::{Sample, SampleId};
use concord_store::Reader;

use super::{Gesture, Session};
use crate::{Desk, ProjectError, Versions};

/// What copying or interpolating did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Copies {
    /// Samples that were altered, in order of the sequence.
    pub samples: Vec<SampleId>,
    /// Objects that were added or moved.
    pub objects: usize,
    /// Samples that were left alone, because they are submitted or of another size.
    pub left_alone: usize,
}

/// Copies objects to the `count` samples that follow in the sequence, in one transaction.
///
/// A sequence are the samples of one folder in order of their names, numbers in them counted as numbers. Samples that
/// the annotator submitted, and those of another size, are left alone. Waits until everything is durable.
pub fn propagate(
    desk: &Desk,
    versions: &Versions,
    from: &SampleId,
    objects: &[Object],
    count: usize,
) -> Result<Copies, ProjectError> {
    desk.flush()?;
    let reader = desk.project.reader()?;
    let mut report = Copies::default();
    let mut decisions = Vec::new();
    let (first, following) = sequence(&reader, from)?;
    for sample in following.into_iter().take(count) {
        let mut session = Session::load(&reader, &sample.id, &desk.annotator, versions)?;
        if session.status.is_submitted() || sample.size != first.size {
            report.left_alone += 1;
            continue;
        }
        if let Some(gesture) = session.perform(&Edit::Paste(objects.to_vec(), 0.0), versions) {
            report.objects += objects.len();
            report.samples.push(sample.id);
            decisions.push(decision(&session, versions, gesture));
        }
    }
    commit(desk, decisions)?;
    Ok(report)
}

/// Moves the copies of an object between it and the last copy that was reshaped, so that they lie on the way.
///
/// The copies are those [`propagate`] made of `id`, on the samples that follow. The last one that differs from the
/// object is taken as it is; those before it are placed by their position in the sequence. Kinds without a way in
/// between (masks, polygons with other numbers of points) are left alone. Waits until everything is durable.
pub fn interpolate_copies(
    desk: &Desk,
    versions: &Versions,
    from: &SampleId,
    id: &ObjectId,
) -> Result<Copies, ProjectError> {
    desk.flush()?;
    let reader = desk.project.reader()?;
    let (first, following) = sequence(&reader, from)?;
    let start = Session::load(&reader, from, &desk.annotator, versions)?;
    let start = start.labels.object(id).cloned();
    let start = start.ok_or_else(|| ProjectError::usage("the object to interpolate from is not there any more"))?;
    let mut copies = Vec::new();
    for (step, sample) in (1u32..).zip(&following) {
        let session = Session::load(&reader, &sample.id, &desk.annotator, versions)?;
        let is_copy = |o: &&Object| matches!(&o.origin, Origin::Copied { from } if from == id);
        let Some(copy) = session.labels.objects.iter().find(is_copy).cloned() else {
            // Copying leaves these samples alone, so that the sequence goes on behind them.
            if session.status.is_submitted() || sample.size != first.size {
                continue;
            }
            break;
        };
        copies.push((step, session, copy));
    }
    let end = copies.iter().rposition(|(_, _, copy)| copy.geometry != start.geometry);
    let Some(end) = end else {
        return Err(ProjectError::usage("no copy was moved yet: move the last one first, then interpolate"));
    };
    let (steps, target) = (f64::from(copies[end].0), copies[end].2.geometry.clone());
    let mut report = Copies::default();
    let mut decisions = Vec::new();
    for (step, mut session, copy) in copies.into_iter().take(end) {
        let geometry = start.geometry.interpolated(&target, f64::from(step) / steps);
        let Some(geometry) = geometry.filter(|_| !session.status.is_submitted()) else {
            report.left_alone += 1;
            continue;
        };
        if let Some(gesture) = session.perform(&Edit::Reshape(vec![(copy.id, geometry)]), versions) {
            report.objects += 1;
            report.samples.push(session.sample.id.clone());
            decisions.push(decision(&session, versions, gesture));
        }
    }
    commit(desk, decisions)?;
    Ok(report)
}

fn decision(session: &Session, versions: &Versions, gesture: Gesture) -> Decision {
    let (Gesture::Do(change) | Gesture::Undo(change) | Gesture::Redo(change)) = gesture;
    Decision::LabelsEdited { key: session.key.clone(), stamp: versions.stamp.clone(), change: Box::new(change) }
}

fn commit(desk: &Desk, decisions: Vec<Decision>) -> Result<(), ProjectError> {
    let entries: Vec<_> = decisions.into_iter().map(|d| desk.entry(d)).collect();
    desk.bulk(move |bulk| entries.into_iter().try_for_each(|e| bulk.commit(e).map(|_| ())))
}

/// A sample, and those that follow it in its sequence.
fn sequence(reader: &Reader, from: &SampleId) -> Result<(Sample, Vec<Sample>), ProjectError> {
    let samples = reader.samples()?;
    let first = samples.iter().find(|s| &s.id == from).cloned();
    let first = first.ok_or_else(|| ProjectError::usage(format!("the catalogue has no sample {from}")))?;
    let place = natural(&first.path);
    let mut following: Vec<(Vec<Part>, Sample)> = samples
        .into_iter()
        .filter(|s| folder(&s.path) == folder(&first.path))
        .map(|s| (natural(&s.path), s))
        .filter(|(name, _)| *name > place)
        .collect();
    following.sort_by(|a, b| a.0.cmp(&b.0));
    Ok((first, following.into_iter().map(|(_, sample)| sample).collect()))
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A part of a name: numbers stand in the order of their values, and before letters.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// Digits without leading zeros, longer ones being larger, and how long they were with them.
    Number(usize, String, usize),
    Text(String),
}

fn natural(name: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        let is_number = first.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != is_number).unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        let digits = part.trim_start_matches('0');
        parts.push(if is_number {
            Part::Number(digits.len(), digits.to_owned(), part.len())
        } else {
            Part::Text(part.to_owned())
        });
        rest = after;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_ordered_as_people_count() {
        let mut names = ["frame-10.png", "frame-9.png", "frame-009.png", "frame-a.png", "frame-100.png", "edge.png"];
        names.sort_by_key(|n| natural(n));
        assert_eq!(names, ["edge.png", "frame-9.png", "frame-009.png", "frame-10.png", "frame-100.png", "frame-a.png"]);
    }
}
