//! An annotator who never rests: draws, moves, deletes, undoes, redoes and submits until it is killed, and says which
//! gestures were acknowledged. The durability test kills it at random moments.

use std::io::Write;
use std::path::Path;
use std::sync::mpsc;

use concord_domain::edit::Edit;
use concord_geometry::BBox;
use concord_metrics::rng::Stream;
use concord_project::label::{self, Gesture, Session};
use concord_project::{Desk, Versions};

/// Gestures handed over before their acknowledgement, as a quick hand does.
const IN_FLIGHT: usize = 3;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let dir = arguments.next().expect("the project folder");
    let seed: u64 = arguments.next().and_then(|s| s.parse().ok()).expect("a seed");
    let desk = Desk::open(Path::new(&dir), "ana", "desk1", concord_tests::clock).expect("the project opens");
    let reader = desk.project.reader().expect("a reader");
    let versions = desk.project.versions(&reader).expect("published versions");
    let sample = reader.samples().expect("samples")[0].id.clone();
    let mut session = Session::load(&reader, &sample, "ana", &versions).expect("a session");
    let mut random = Stream::new(seed, "labeller", "gesture", 0);
    let (acknowledge, acknowledged) = mpsc::channel::<String>();
    let mut waiting = 0;
    for ticket in 0.. {
        let acknowledge = acknowledge.clone();
        let done = move |committed: concord_store::Committed| {
            let row = committed.outcome.expect("a gesture that fits is written");
            // The receiver is gone only when the process ends.
            let _ = acknowledge.send(format!("{} {}", row.id, row.hash));
        };
        if random.below(20) == 0 {
            // Labels that break a rule, such as two boxes in one place, are refused; then nothing is handed over.
            if label::submit(&desk, ticket, &mut session, &versions, done).is_err() {
                continue;
            }
        } else if let Some(gesture) = gesture(&mut random, &mut session, &versions) {
            label::record(&desk, ticket, &session.key, &versions, gesture, done);
        } else {
            continue;
        }
        waiting += 1;
        while waiting >= IN_FLIGHT {
            let line = acknowledged.recv().expect("an acknowledgement");
            let mut out = std::io::stdout().lock();
            writeln!(out, "{line}").and_then(|()| out.flush()).expect("standard output is open");
            waiting -= 1;
        }
    }
}

fn gesture(random: &mut Stream, session: &mut Session, versions: &Versions) -> Option<Gesture> {
    let ids: Vec<_> = session.labels.objects.iter().map(|o| o.id.clone()).collect();
    let pick = |random: &mut Stream| ids.get(random.below(ids.len().max(1) as u64) as usize).cloned();
    let n = session.labels.objects.len() as f64;
    // Every box has a place of its own, so that no two count as duplicates.
    let (x, y) = (n * 7.0 % 120.0, (n * 7.0 / 120.0).floor() * 9.0 % 90.0);
    let shift = random.next_f64() * 20.0;
    let bbox = BBox::new(x + shift, y, x + shift + 6.0 + n % 11.0, y + 8.0).expect("a valid box");
    match random.below(8) {
        0..=3 if ids.len() < 60 => {
            session.perform(&Edit::Draw { geometry: bbox.into(), class: "bolt".to_owned() }, versions)
        }
        4 => session.undo(),
        5 => session.redo(),
        6 => pick(random).and_then(|id| session.perform(&Edit::SetClass(vec![id], "nut".to_owned()), versions)),
        _ => pick(random).and_then(|id| session.perform(&Edit::Delete(vec![id]), versions)),
    }
}
