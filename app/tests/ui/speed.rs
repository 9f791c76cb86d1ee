//! How long a frame of the Label screen takes with many boxes: run by hand with `--ignored --nocapture`.

use std::time::Instant;

use concord_app::context::Ask;
use concord_domain::edit::Edit;
use concord_domain::object::{Object, ObjectId, Origin, Tier};
use concord_geometry::BBox;

use crate::common::{labelling, project};

fn object(number: u32) -> Object {
    let (x, y) = (f64::from(number % 150), f64::from(number / 150 % 110));
    Object {
        id: ObjectId(format!("o{number}")),
        bbox: BBox::new(x, y, x + 6.0, y + 6.0).expect("a valid box"),
        class: "bolt".to_owned(),
        subclass: None,
        attributes: std::collections::BTreeMap::new(),
        tier: Tier::Sure,
        origin: Origin::Drawn,
    }
}

#[test]
#[ignore = "a measurement, not a check"]
fn frames_with_many_boxes() {
    for count in [0, 1_000, 10_000] {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let place = project(dir.path(), 1);
        let mut harness = labelling(dir.path(), place);
        harness.state_mut().ask(Ask::Edit(Edit::Paste((0..count).map(object).collect(), 0.0)));
        harness.run_steps(5);
        let started = Instant::now();
        harness.run_steps(50);
        let each = started.elapsed().as_secs_f64() * 1e3 / 50.0;
        std::fs::write(std::env::temp_dir().join(format!("concord-frame-{count}.txt")), format!("{each:.3} ms\n"))
            .expect("the temporary folder is writable");
    }
}
