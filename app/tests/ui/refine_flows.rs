//! A picture too large to be read at once, whose first sight comes from samples.

use concord_geometry::Size;
use concord_project::Progress;
use concord_project::new::{NewProject, create};
use concord_widgets::canvas::{PixelValue, Pyramid};

use crate::common::{labelling, wait};
use crate::striped_tiff::{mean_at, striped_tiff};

#[test]
fn a_large_image_that_is_looked_at_gets_better_by_itself() {
    let size = Size::new(8192, 5184);
    let dir = tempfile::tempdir().expect("a temporary folder");
    let folder = dir.path().join("scans");
    std::fs::create_dir_all(&folder).expect("the folder is writable");
    std::fs::write(folder.join("striped.tif"), striped_tiff(size)).expect("the folder is writable");
    let mut new = NewProject { classes: vec!["bolt".to_owned()], ..NewProject::default() };
    new.sources.images.push(folder);
    let place = dir.path().join("scan");
    drop(create(&place, &new, "ada", "test", || 1_767_225_600_000, &Progress::default()).expect("a project"));
    let mut harness = labelling(dir.path(), place);
    wait(&mut harness, "an exact overview", |c| {
        let label = c.project.as_ref().map(|p| &p.label);
        let loaded = label.and_then(|label| label.shelf.images.get(label.sample()?));
        loaded.is_some_and(|loaded| loaded.tiles.as_ref().is_some_and(|tiles| tiles.is_exact))
    });
    wait(&mut harness, "the tiles", |c| c.decoding == 0);
    let project = harness.state().context().project.as_ref().expect("a project is open");
    let overview = Pyramid::new(size, Pyramid::TILE_SIDE).expect("a valid pyramid").overview();
    let key = project.label.image().expect("an image is shown").key().clone();
    let raster = project.label.shelf.tiles.get(&key, overview).expect("the overview is always wanted");
    for (x, y) in [(0, 0), (7, 150), (300, 200), (511, 323)] {
        let Some(PixelValue::Rgb8([red, ..])) = raster.value(x, y) else { panic!("({x}, {y}) is in the picture") };
        let expected = mean_at(overview.level, x, y);
        assert!((f64::from(red) - expected).abs() <= 1.5, "{red} for {expected} at ({x}, {y})");
    }
}
