//! One outline from those of several people: STAPLE of their masks.

use concord_domain::disagreement::Disagreement;
use concord_domain::label_set::LabelSet;
use concord_domain::object::Object;
use concord_geometry::{BBox, Geometry, GeometryKind, Mask, Rle, Size};
use concord_metrics::staple::{StapleOptions, staple};

/// How far the window of the estimate reaches beyond the masks, in pixels: how much background it holds bears on the
/// result.
const MARGIN_PX: f64 = 16.0;
/// How far a polygon may leave the outline of the fused mask, in pixels.
const TOLERANCE_PX: f64 = 0.5;

/// The fused outline of three or more people's masks and polygons by STAPLE (Warfield, Zou & Wells 2004), in a window 16
/// pixels larger than all of them; a polygon where all drew polygons, else a mask.
///
/// `None` where fewer than three drew one, where one drew something else, and where nothing is left: then objects are
/// fused as boxes and other shapes are. Of two who differ nothing tells who is right.
pub(super) fn geometry(disagreement: &Disagreement, sets: &[&LabelSet], size: Size) -> Option<Geometry> {
    let objects: Vec<&Object> = disagreement
        .members
        .iter()
        .filter_map(|member| {
            let set = sets.iter().find(|set| set.key.annotator == member.annotator)?;
            set.labels.object(&member.object)
        })
        .collect();
    let is = |kind: GeometryKind| move |object: &&Object| object.geometry.kind() == kind;
    let polygons = objects.iter().filter(|o| is(GeometryKind::Polygon)(o)).count();
    let masks = objects.iter().filter(|o| is(GeometryKind::Mask)(o)).count();
    if objects.len() < 3 || polygons + masks < objects.len() {
        return None;
    }
    let masks: Vec<Mask> = objects.iter().filter_map(|object| object.geometry.to_mask(size)).collect();
    let all = masks.iter().map(Mask::bounds).reduce(|a, b| a.union(&b))?;
    let grown = BBox::new(all.x1() - MARGIN_PX, all.y1() - MARGIN_PX, all.x2() + MARGIN_PX, all.y2() + MARGIN_PX);
    let window = Window::of(&grown.ok()?.clipped(size)?);
    let decisions: Vec<Vec<bool>> = masks.iter().map(|mask| window.pixels(mask.rle())).collect();
    let fused = staple(&decisions.iter().map(Vec::as_slice).collect::<Vec<_>>(), &StapleOptions::default()).ok()?;
    let mask = Geometry::Mask(Mask::new(window.placed(&fused.mask, size)).ok()?);
    if polygons < objects.len() {
        return Some(mask);
    }
    mask.converted(GeometryKind::Polygon, size, TOLERANCE_PX)
}

/// A part of an image, in whole pixels.
struct Window {
    left: u32,
    top: u32,
    width: u32,
    height: u32,
}

impl Window {
    fn of(bounds: &BBox) -> Self {
        let [left, top] = [bounds.x1(), bounds.y1()].map(|at| at.floor() as u32);
        let [right, bottom] = [bounds.x2(), bounds.y2()].map(|at| at.ceil() as u32);
        Self { left, top, width: right - left, height: bottom - top }
    }

    /// The pixels of a mask in the window, row by row.
    fn pixels(&self, mask: &Rle) -> Vec<bool> {
        let mut pixels = vec![false; self.width as usize * self.height as usize];
        for (x, from, to) in mask.column_runs() {
            for y in from..to {
                let (column, row) = ((x - self.left) as usize, (y - self.top) as usize);
                pixels[row * self.width as usize + column] = true;
            }
        }
        pixels
    }

    /// Pixels of the window as a mask of the whole image.
    fn placed(&self, pixels: &[bool], size: Size) -> Rle {
        let at = |x: u32, y: u32| pixels[y as usize * self.width as usize + x as usize];
        let runs = (0..self.width).flat_map(|x| {
            let mut runs = Vec::new();
            let mut from = None;
            for y in 0..=self.height {
                match (y < self.height && at(x, y), from) {
                    (true, None) => from = Some(y),
                    (false, Some(start)) => {
                        runs.push((x + self.left, start + self.top, y + self.top));
                        from = None;
                    }
                    _ => {}
                }
            }
            runs
        });
        Rle::from_column_runs(size.width, size.height, runs)
    }
}

#[cfg(test)]
mod tests {
    use concord_domain::disagreement::{Opinion, compare};
    use concord_domain::label_set::{LabelSetKey, Labels, Stamp};
    use concord_domain::object::ObjectId;
    use concord_domain::policy::ReviewRules;
    use concord_domain::sample::SampleId;

    use super::*;

    const SIZE: Size = Size::new(60, 60);

    fn set(annotator: &str, geometry: Geometry) -> LabelSet {
        let key = LabelSetKey { sample: SampleId("s".to_owned()), annotator: annotator.to_owned() };
        let none = String::new;
        let stamp = Stamp { ontology_version: 1, ontology_digest: none(), policy_version: 1, policy_digest: none() };
        let object = Object::new(ObjectId(format!("{annotator}-1")), geometry, "bolt");
        LabelSet { labels: Labels { objects: vec![object], ..Labels::default() }, ..LabelSet::draft(key, stamp) }
    }

    fn mask(x1: f64, y1: f64, x2: f64, y2: f64) -> Geometry {
        let bbox = BBox::new(x1, y1, x2, y2).expect("a box");
        Geometry::Mask(Mask::new(Rle::of_box(&bbox, SIZE)).expect("a mask"))
    }

    fn fused(geometries: Vec<Geometry>) -> Option<Geometry> {
        let names = ["ana", "ben", "cleo"];
        let sets: Vec<LabelSet> = geometries.into_iter().zip(names).map(|(g, name)| set(name, g)).collect();
        let opinions: Vec<Opinion<'_>> =
            sets.iter().map(|s| Opinion { annotator: &s.key.annotator, labels: &s.labels }).collect();
        let comparison = compare(&opinions, &ReviewRules::default());
        let sets: Vec<&LabelSet> = sets.iter().collect();
        geometry(comparison.disagreements.first()?, &sets, SIZE)
    }

    /// Two say the same square and a third one that is cut in half: the two are believed.
    #[test]
    fn the_outline_of_most_is_believed() {
        let square = || mask(20.0, 20.0, 40.0, 40.0);
        let half = mask(20.0, 20.0, 40.0, 32.0);
        assert_eq!(fused(vec![square(), half, square()]), Some(square()));
        // At the edge of the image the window ends with it.
        let corner = || mask(0.0, 0.0, 20.0, 20.0);
        assert_eq!(fused(vec![corner(), mask(0.0, 0.0, 20.0, 12.0), corner()]), Some(corner()));
    }

    #[test]
    fn two_people_and_boxes_are_not_fused_so() {
        let square = || mask(20.0, 20.0, 40.0, 40.0);
        assert_eq!(fused(vec![square(), mask(20.0, 20.0, 40.0, 32.0)]), None);
        let bbox = Geometry::Box(BBox::new(20.0, 20.0, 40.0, 30.0).expect("a box"));
        assert_eq!(fused(vec![square(), square(), bbox]), None);
    }

    #[test]
    fn polygons_stay_polygons() {
        let polygon =
            |y2: f64| mask(20.0, 20.0, 40.0, y2).converted(GeometryKind::Polygon, SIZE, 0.5).expect("an outline");
        let got = fused(vec![polygon(40.0), polygon(40.0), polygon(32.0)]).expect("fused");
        assert_eq!((got.kind(), got.bounds()), (GeometryKind::Polygon, polygon(40.0).bounds()));
    }
}
