//! Examples added to policies that are written in every way, and what is refused without leaving a trace.

use std::path::PathBuf;

use concord_domain::decision::Decision;
use concord_domain::label_set::Labels;
use concord_domain::policy::Policy;
use concord_geometry::{BBox, Size};
use concord_imaging::{Limits, Rgb8, decode_file, encode_jpeg};

use super::*;
use crate::new::{NewProject, create};
use crate::publish::{Existing, publish};
use crate::{Desk, Progress, Versions};

const COMMENTED: &str = "\
# How we label the belt.
name = 'belt'   # for people
version = 1 # raised by hand until now

[rules]
min_area_px = 4.0  # smaller ones are dirt

# What everybody asks about.
[[examples.bolt]]
picture = 'examples/head.png' # from the first week
verdict = 'positive'

# The end.
";

struct Belt {
    desk: Desk,
    sample: SampleId,
    _dir: tempfile::TempDir,
}

/// A picture of which every pixel says where it is.
fn plan(size: Size) -> Rgb8 {
    Rgb8::from_fn(size, |x, y| [x as u8, y as u8, 128])
}

impl Belt {
    /// A project of one image with this policy, published.
    fn new(policy: &str) -> Self {
        Self::of_image(policy, &encode_png(&plan(Size::new(200, 120))), "belt.png")
    }

    fn of_image(policy: &str, bytes: &[u8], name: &str) -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let image = dir.path().join(name);
        std::fs::write(&image, bytes).expect("it is writable");
        let mut new =
            NewProject { classes: ["bolt", "nut", "hex / bolt"].map(str::to_owned).to_vec(), ..NewProject::default() };
        new.policy = Some(policy.to_owned());
        new.sources.images.push(image);
        let place = dir.path().join("belt");
        let (desk, _) = create(&place, &new, "ada", "test", || 0, &Progress::default()).expect("a project");
        let sample = desk.project.reader().expect("a reader").samples().expect("samples")[0].id.clone();
        Self { desk, sample, _dir: dir }
    }

    fn example(&self, class: &str, x: f64) -> NewExample {
        let bbox = BBox::new(x, 20.0, x + 30.0, 50.0).expect("a box");
        NewExample {
            sample: self.sample.clone(),
            what: Shown::Outline(Geometry::Box(bbox)),
            class: Some(class.to_owned()),
            verdict: ExampleVerdict::Positive,
            caption: Some(" Head and shaft in one box ".to_owned()),
        }
    }

    fn add(&self, new: &NewExample) -> Added {
        add(&self.desk.project, new).expect("it can be added")
    }

    fn refused(&self, new: &NewExample) -> String {
        add(&self.desk.project, new).expect_err("it is refused").to_string()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.desk.project.dir.join(name)
    }

    fn policy(&self) -> String {
        std::fs::read_to_string(self.path("policy.toml")).expect("it is there")
    }

    fn pictures(&self) -> usize {
        std::fs::read_dir(self.path(FOLDER)).map_or(0, Iterator::count)
    }

    /// Somebody's boxes, submitted.
    fn label(&self, annotator: &str, boxes: &[(f64, &str)]) {
        let object = |(at, (x, class)): (usize, &(f64, &str))| {
            let bbox = BBox::new(*x, 20.0, x + 30.0, 50.0).expect("a box");
            Object::new(ObjectId(format!("{annotator}-{at}")), bbox, *class)
        };
        let labels = Labels { objects: boxes.iter().enumerate().map(object).collect(), ..Labels::default() };
        let reader = self.desk.project.reader().expect("a reader");
        let Versions { stamp, .. } = self.desk.project.versions(&reader).expect("they are published");
        let key = LabelSetKey { sample: self.sample.clone(), annotator: annotator.to_owned() };
        let source = "file".to_owned();
        self.desk.commit(Decision::LabelsImported { key, revision: 1, stamp, labels, source }).expect("they fit");
    }
}

#[test]
fn a_file_with_comments_keeps_them() {
    let belt = Belt::new(COMMENTED);
    let added = belt.add(&belt.example("bolt", 40.0));
    assert_eq!((added.class.as_str(), added.version, added.begins_version), ("bolt", 2, true));
    let picture = &added.example.picture;
    assert!(picture.starts_with("examples/bolt-positive-"), "{picture}");
    // Only these lines are new, and one number is another.
    let entry = format!(
        "\n[[examples.bolt]]\npicture = \"{picture}\"\ncaption = \"Head and shaft in one box\"\nverdict = \"positive\"\n"
    );
    let expected =
        COMMENTED.replace("version = 1 #", "version = 2 #").replace("'positive'\n", &format!("'positive'\n{entry}"));
    assert_eq!(belt.policy(), expected);
}

#[test]
fn a_draft_stays_the_draft_of_its_version_until_it_is_published() {
    let belt = Belt::new("name = 'p'\nversion = 1\n");
    let added = [40.0, 80.0, 120.0].map(|x| belt.add(&belt.example("nut", x)));
    assert_eq!(added.each_ref().map(|a| (a.version, a.begins_version)), [(2, true), (2, false), (2, false)]);
    assert_eq!(belt.pictures(), 3);
    publish(&belt.desk, Existing::BringAlong).expect("it is a policy");
    let reader = belt.desk.project.reader().expect("a reader");
    let policy = reader.policy().expect("it can be read").expect("it is published");
    assert_eq!((policy.version, policy.examples_of("nut").len()), (2, 3));
    assert_eq!(policy.examples_of("nut")[1], added[1].example);
    assert_eq!(belt.add(&belt.example("bolt", 40.0)).version, 3, "the next one begins");
}

#[test]
fn every_way_to_write_examples_is_added_to() {
    let one = "{ picture = 'a.png', verdict = 'negative' }";
    let head = "name = 'p'\nversion = 1\n";
    for (policy, class) in [
        (format!("{head}[[examples.bolt]]\npicture = 'a.png'\nverdict = 'negative'\n[review]\nshare = 0.5\n"), "bolt"),
        (format!("{head}[[examples.bolt]]\npicture = 'a.png'\nverdict = 'negative'\n[review]\nshare = 0.5\n"), "nut"),
        (format!("{head}[examples]\nbolt = [{one}]\n"), "bolt"),
        (format!("{head}[examples]\nbolt = [{one}]\n"), "hex / bolt"),
        (format!("{head}[examples]\nbolt = []\n"), "bolt"),
        (format!("{head}examples = {{ bolt = [{one}] }}\n"), "nut"),
        (format!("{head}examples.bolt = [{one}]\n[review]\nshare = 0.5\n"), "nut"),
        (format!("{head}examples.bolt = [{one}]\n[review]\nshare = 0.5\n"), "bolt"),
        (format!("{head}[examples]\nbolt = [\n  # seen often\n  {one}, # by ada\n]\n"), "bolt"),
        (format!("{head}[examples]\nbolt = [\n  {one} # by ada\n]\n"), "bolt"),
        (format!("{head}[examples]\nbolt = [\n  {one}\n]\n"), "bolt"),
        (format!("{head}guideline = '''\n## bolt\n'''\n"), "nut"),
        (head.replace('\n', "\r\n"), "nut"),
    ] {
        let belt = Belt::new(&policy);
        let added = belt.add(&belt.example(class, 40.0));
        let text = belt.policy();
        let read = Policy::from_toml(&text, "").expect("it is a policy");
        assert_eq!(read.examples_of(class).last(), Some(&added.example), "{text}");
        let comments = |text: &str| text.matches('#').count();
        assert_eq!(comments(&text), comments(&policy), "{text}");
        assert_eq!(text.matches("# by ada").count(), policy.matches("# by ada").count());
        if policy.contains("by ada") {
            let line = text.lines().find(|line| line.contains("by ada")).expect("it stays");
            assert!(line.contains("a.png"), "a comment stays with what it is about: {text}");
        }
        assert_eq!(policy.contains("\r\n"), text.contains("\r\n"));
        assert_eq!(text.matches("\r\n").count(), if policy.contains("\r\n") { text.matches('\n').count() } else { 0 });
    }
}

#[test]
fn what_cannot_be_added_leaves_nothing_behind() {
    let belt = Belt::new(COMMENTED);
    assert!(belt.refused(&belt.example("gear", 40.0)).contains("no class \"gear\"; the classes are bolt, nut"));
    let outside = NewExample {
        what: Shown::Outline(Geometry::Box(BBox::new(300.0, 0.0, 310.0, 5.0).expect("a box"))),
        ..belt.example("bolt", 0.0)
    };
    assert!(belt.refused(&outside).contains("outside the image"));
    let unnamed = NewExample { class: None, ..belt.example("bolt", 40.0) };
    assert!(belt.refused(&unnamed).contains("name the class"));
    assert_eq!(belt.policy(), COMMENTED);
    for broken in ["name = 'p'\nversion = ", "name = 'p'\nversion = 0\n", "version = 1\nsize = 3\n"] {
        std::fs::write(belt.path("policy.toml"), broken).expect("it is writable");
        let why = belt.refused(&belt.example("bolt", 40.0));
        assert!(why.contains("policy.toml"), "{why}");
        assert_eq!(belt.policy(), broken);
    }
    std::fs::write(belt.path("policy.toml"), COMMENTED).expect("it is writable");
    std::fs::write(belt.path("ontology.toml"), "name = 'o'\nversion = 2\n[[class]]\nname = 'nut'\n").expect("writable");
    let why = belt.refused(&belt.example("nut", 40.0));
    assert!(why.contains("examples of the class \"bolt\""), "the draft would not fit: {why}");
    std::fs::remove_file(belt.path("policy.toml")).expect("it was there");
    assert!(belt.refused(&belt.example("nut", 40.0)).contains("there is no"));
    assert_eq!(belt.pictures(), 0);
}

#[test]
fn the_same_example_is_not_added_twice() {
    let belt = Belt::new(COMMENTED);
    let added = belt.add(&belt.example("bolt", 40.0));
    let before = belt.policy();
    let why = belt.refused(&NewExample { caption: Some("other words".to_owned()), ..belt.example("bolt", 40.0) });
    assert!(why.contains(&added.example.picture), "{why}");
    assert_eq!((belt.policy(), belt.pictures()), (before, 1));
    // Of another class it is another statement.
    belt.add(&belt.example("nut", 40.0));
}

/// What a stop between the two writes leaves is a picture that nothing names: the next attempt takes it.
#[test]
fn a_stop_between_the_writes_leaves_an_unused_picture() {
    let belt = Belt::new(COMMENTED);
    let new = belt.example("bolt", 40.0);
    let reader = belt.desk.project.reader().expect("a reader");
    let draft = Draft::read(&belt.desk.project, &reader).expect("a draft");
    let sample = reader.sample(&belt.sample).expect("read").expect("it is there");
    let Shown::Outline(geometry) = &new.what else { panic!("an outline") };
    let png = encode_png(&picture::of(&belt.desk.project, &sample, geometry, new.verdict).expect("a picture"));
    let name = free_name(&belt.desk.project.dir, draft.examples(), "bolt", new.verdict, &png).expect("a name");
    assert!(put_picture(&belt.desk.project.dir, &name, &png).expect("written"));
    assert_eq!(belt.policy(), COMMENTED, "the policy is whole");
    assert_eq!(belt.add(&new).example.picture, name);
    assert_eq!(belt.pictures(), 1);
}

#[test]
fn another_picture_of_that_name_is_left_alone() {
    let belt = Belt::new(COMMENTED);
    let first = belt.add(&belt.example("bolt", 40.0)).example.picture;
    std::fs::write(belt.path("policy.toml"), COMMENTED).expect("it is writable");
    std::fs::write(belt.path(&first), b"something else").expect("it is writable");
    let second = belt.add(&belt.example("bolt", 40.0)).example.picture;
    assert_ne!(first, second);
    assert_eq!(std::fs::read(belt.path(&first)).expect("it stays"), b"something else");
}

#[test]
fn a_policy_that_somebody_alters_meanwhile_is_left_as_it_is() {
    let belt = Belt::new(COMMENTED);
    let reader = belt.desk.project.reader().expect("a reader");
    let draft = Draft::read(&belt.desk.project, &reader).expect("a draft");
    let example =
        Example { picture: "examples/x.png".to_owned(), caption: String::new(), verdict: ExampleVerdict::Negative };
    let text = draft.with("bolt", &example).expect("it can be added");
    let altered = COMMENTED.replace("4.0", "5.0");
    std::fs::write(belt.path("policy.toml"), &altered).expect("it is writable");
    let why = draft.replace(&text).expect_err("it is refused").to_string();
    assert!(why.contains("altered"), "{why}");
    assert_eq!(belt.policy(), altered);
}

#[test]
fn a_disagreement_gives_the_outline_and_the_class() {
    let belt = Belt::new(COMMENTED);
    belt.label("ana", &[(40.0, "bolt"), (150.0, "bolt")]);
    belt.label("ben", &[(40.0, "nut")]);
    let of = |number: usize, of: Option<&str>| NewExample {
        what: Shown::Disagreement { number, of: of.map(str::to_owned) },
        class: None,
        verdict: ExampleVerdict::Negative,
        caption: None,
        ..belt.example("", 0.0)
    };
    // The worse one first: what Ben does not have, then the class.
    let named = belt.add(&of(2, Some("ben")));
    assert_eq!((named.class.as_str(), named.example.caption.as_str()), ("nut", "ana says bolt, ben says nut"));
    assert_eq!(belt.add(&of(1, None)).class, "bolt");
    assert!(belt.refused(&of(1, Some("ben"))).contains("ben has no object in disagreement 1"));
    assert!(belt.refused(&of(3, None)).contains("2 disagreements, and none with number 3"));
    assert!(belt.refused(&of(0, None)).contains("none with number 0"));
    let own = |object: &str| NewExample {
        what: Shown::Object { annotator: "ana".to_owned(), object: ObjectId(object.to_owned()) },
        ..of(1, None)
    };
    assert!(belt.refused(&own("ana-7")).contains("no object ana-7"));
    assert!(belt.refused(&own("ana-1")).contains("already"), "that is what disagreement 1 showed");
    let dispute = dispute(&belt.desk.project, &belt.sample).expect("two people");
    let words = |place: usize| {
        let found = dispute.disagreement(place).expect("it is there");
        said(&dispute, found).iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(
        (words(0), words(1)),
        ("ana says bolt, ben says nothing".to_owned(), "ana says bolt, ben says nut".to_owned())
    );
}

/// A JPEG that says it must be turned by 90° clockwise: the crop is of the upright image, whose frame coordinates are in.
#[test]
fn a_turned_image_is_cropped_upright() {
    // Stored 120 × 200; the upright pixel (x, y) is the stored (y, 199 − x).
    let upright = plan(Size::new(200, 120));
    let stored = Rgb8::from_fn(Size::new(120, 200), |x, y| upright.pixel(199 - y, x));
    let jpeg = encode_jpeg(&stored, 95);
    let tiff = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let mut bytes = jpeg[..2].to_vec();
    bytes.extend([0xff, 0xe1, 0, (2 + 6 + tiff.len()) as u8]);
    bytes.extend(b"Exif\0\0");
    bytes.extend(tiff);
    bytes.extend(&jpeg[2..]);
    let turned = Belt::of_image(COMMENTED, &bytes, "belt.jpg");
    let plain = Belt::new(COMMENTED);
    let [a, b] = [&turned, &plain].map(|belt| {
        let picture = belt.add(&belt.example("bolt", 40.0)).example.picture;
        decode_file(&belt.path(&picture), &Limits::default()).expect("a picture")
    });
    // 62 × 62 pixels of the image, four times as large.
    assert_eq!((a.size, b.size), (Size::new(248, 248), Size::new(248, 248)));
    let differing = a.data.iter().zip(&b.data).filter(|(a, b)| a.abs_diff(**b) > 12).count();
    assert!(differing < a.data.len() / 100, "{differing} of {} bytes differ: it is not the same part", a.data.len());
}

#[test]
fn names_of_classes_become_names_of_files() {
    assert_eq!(for_a_file("hex / bolt"), "hex---bolt");
    assert_eq!(for_a_file("Schraube_ä.b:c"), "Schraube_ä-b-c");
    let belt = Belt::new(COMMENTED);
    let picture = belt.add(&belt.example("hex / bolt", 40.0)).example.picture;
    assert!(picture.starts_with("examples/hex---bolt-positive-"), "{picture}");
    assert!(belt.policy().contains("[[examples.\"hex / bolt\"]]"), "{}", belt.policy());
}
