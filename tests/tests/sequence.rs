//! Objects carried through a sequence of images: copied to those that follow, and placed in between.

use concord_domain::edit::Edit;
use concord_domain::object::ObjectId;
use concord_domain::sample::SampleId;
use concord_geometry::BBox;
use concord_project::label::{self, Session, interpolate_copies, propagate};
use concord_project::verify::verify;
use concord_project::{Desk, Versions};

struct Sequence {
    desk: Desk,
    versions: Versions,
    samples: Vec<SampleId>,
}

impl Sequence {
    fn session(&self, place: usize) -> Session {
        let reader = self.desk.project.reader().expect("a reader");
        Session::load(&reader, &self.samples[place], "ana", &self.versions).expect("a session")
    }

    fn perform(&self, place: usize, edit: &Edit) {
        let mut session = self.session(place);
        let gesture = session.perform(edit, &self.versions).expect("something to do");
        label::record(&self.desk, 1, &session.key, &self.versions, gesture, |done| {
            done.outcome.expect("it is written");
        });
        self.desk.flush().expect("it is durable");
    }

    fn only(&self, place: usize) -> (ObjectId, BBox) {
        let session = self.session(place);
        let [only] = session.labels.objects.as_slice() else { panic!("one object in sample {place}") };
        (only.id.clone(), only.bounds())
    }
}

#[test]
fn copies_follow_an_object_and_lie_on_the_way_to_the_one_that_was_moved() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let (desk, _) = concord_tests::project(dir.path(), 6);
    let reader = desk.project.reader().expect("a reader");
    let versions = desk.project.versions(&reader).expect("published versions");
    let mut samples = reader.samples().expect("samples");
    samples.sort_by(|a, b| a.path.cmp(&b.path));
    let sequence = Sequence { desk, versions, samples: samples.into_iter().map(|s| s.id).collect() };
    let bbox = |x: f64| BBox::new(x, 10.0, x + 20.0, 30.0).expect("a valid box");
    sequence.perform(0, &Edit::Draw { geometry: bbox(10.0).into(), class: "bolt".to_owned() });
    // The third sample is submitted without objects, so that it is left alone.
    let mut third = sequence.session(2);
    label::submit(&sequence.desk, 2, &mut third, &sequence.versions, |_| {}).expect("nothing is wrong with it");
    let objects = sequence.session(0).labels.objects;
    let copied = propagate(&sequence.desk, &sequence.versions, &sequence.samples[0], &objects, 4).expect("copied");
    assert_eq!((copied.samples.len(), copied.objects, copied.left_alone), (3, 3, 1));
    assert_eq!(sequence.session(5).labels.objects.len(), 0, "the sixth is beyond the four");
    let (first, _) = sequence.only(0);
    let early = interpolate_copies(&sequence.desk, &sequence.versions, &sequence.samples[0], &first);
    assert!(early.expect_err("no copy was moved").to_string().contains("move the last one first"));
    let (last, _) = sequence.only(4);
    sequence.perform(4, &Edit::Reshape(vec![(last, bbox(50.0).into())]));
    let moved = interpolate_copies(&sequence.desk, &sequence.versions, &sequence.samples[0], &first).expect("moved");
    assert_eq!(moved.samples, [sequence.samples[1].clone(), sequence.samples[3].clone()]);
    // A quarter and three quarters of the way from 10 to 50.
    let lefts: Vec<f64> = [0, 1, 3, 4].map(|place| sequence.only(place).1.x1()).into();
    assert_eq!(lefts, [10.0, 20.0, 40.0, 50.0]);
    assert!(verify(&sequence.desk.project.dir).expect("verified").is_ok());
}
