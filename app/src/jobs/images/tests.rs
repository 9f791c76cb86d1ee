//! Large images whose coarse levels are sampled at first, and what refining makes of them.

use concord_geometry::Size;
use concord_widgets::canvas::{Channel, PixelValue, Pyramid};

use super::*;
use striped_tiff::{mean_at, striped_tiff};

#[path = "../../../tests/ui/striped_tiff.rs"]
mod striped_tiff;

const SIZE: Size = Size::new(8192, 640);

/// An image whose coarse levels are sampled, all its tiles of level 3 and its overview in a cache.
fn sampled(cache: &TileCache) -> (LoadedImage, SampleId) {
    let sample = SampleId("striped".to_owned());
    let source = ImageSource::from_bytes("striped.tif", striped_tiff(SIZE), &Limits::default(), 0);
    let loaded = large(source.expect("a TIFF"), &sample, cache).expect("it has an overview");
    (loaded, sample)
}

fn read_coarse(loaded: &LoadedImage, sample: &SampleId, cache: &TileCache) -> Vec<TileId> {
    let pyramid = Pyramid::new(SIZE, Pyramid::TILE_SIDE).expect("a valid pyramid");
    let ids: Vec<TileId> = (3..pyramid.levels())
        .flat_map(|level| (0..pyramid.grid(level).0).map(move |column| TileId { level, column, row: 0 }))
        .collect();
    for id in &ids {
        let event = tile(loaded.tiles.as_ref().expect("it is large"), sample, *id, cache);
        assert!(matches!(event, JobEvent::Tile(Ok(()))), "{event:?}");
    }
    ids
}

fn refined(loaded: &LoadedImage, sample: &SampleId, cache: &TileCache, interrupt: bool) -> Refined {
    let event = refine(loaded.tiles.as_ref().expect("it is large"), sample, cache, &AtomicBool::new(interrupt));
    let JobEvent::Refined(Ok(refined)) = event else { panic!("{event:?}") };
    refined
}

fn gray(raster: &Raster, x: u32, y: u32) -> f64 {
    let Some(PixelValue::Rgb8([red, green, blue])) = raster.value(x, y) else { panic!("there is no such pixel") };
    assert!(red == green && green == blue);
    f64::from(red)
}

/// The mean of all pixels, and how far the worst one is from the mean of what it stands for.
fn compare(raster: &Raster, level: u32, left: u32) -> (f64, f64) {
    let size = raster.size();
    let places = (0..size.height).flat_map(|y| (0..size.width).map(move |x| (x, y)));
    let (sum, worst) = places.fold((0.0, 0.0), |(sum, worst): (f64, f64), (x, y)| {
        let found = gray(raster, x, y);
        (sum + found, worst.max((found - mean_at(level, left + x, y)).abs()))
    });
    (sum / size.area_px() as f64, worst)
}

#[test]
fn refining_turns_samples_into_means() {
    let cache = TileCache::new(1 << 26);
    let (mut loaded, sample) = sampled(&cache);
    let ids = read_coarse(&loaded, &sample, &cache);
    assert_eq!(ids.len(), 3, "two tiles of level 3, and the overview");
    let held = |id: &TileId| cache.get(loaded.image.key(), *id).expect("it is in the cache");
    for id in &ids {
        let (mean, _) = compare(&held(id), id.level, id.column * Pyramid::TILE_SIDE);
        assert!(mean > 250.0, "every row that was looked at is white: {mean}");
    }
    let mut last = None;
    for _ in 0..100 {
        let brought = refined(&loaded, &sample, &cache, false);
        let is_exact = brought.is_exact;
        last = brought.thumbnail.clone();
        assert_eq!(brought.histogram.is_some(), is_exact);
        loaded.improve(brought);
        if is_exact {
            break;
        }
    }
    assert!(loaded.tiles.as_ref().is_some_and(|tiles| tiles.is_exact));
    // Each halving rounds once.
    for id in &ids {
        let raster = cache.get(loaded.image.key(), *id).expect("it is in the cache");
        let (_, worst) = compare(&raster, id.level, id.column * Pyramid::TILE_SIDE);
        assert!(worst <= 1.0, "{worst} of {id:?}");
    }
    let (mean, worst) = compare(&last.expect("a thumbnail"), 3, 0);
    let all = (0..SIZE.height).flat_map(|y| (0..SIZE.width).map(move |x| (x, y)));
    let truth = all.map(|(x, y)| f64::from(striped_tiff::gray_at(x, y))).sum::<f64>() / SIZE.area_px() as f64;
    assert!(worst <= 1.0 && (mean - truth).abs() <= 0.5, "{mean} for {truth}, {worst} off");
    // A pixel of the overview is the mean of eight rows, of which one is white at most.
    let histogram = loaded.image.histogram().expect("it came with the last part");
    let counts = histogram.counts(Channel::Red);
    assert!(counts[200..].iter().all(|count| *count == 0) && counts[..200].iter().any(|count| *count > 0));
}

#[test]
fn refining_ends_when_it_is_interrupted_and_goes_on_later() {
    let cache = TileCache::new(1 << 26);
    let (mut loaded, sample) = sampled(&cache);
    let stopped = refined(&loaded, &sample, &cache, true);
    assert!(!stopped.is_exact && stopped.thumbnail.is_none());
    loaded.improve(stopped);
    assert!((0..100).any(|_| refined(&loaded, &sample, &cache, false).is_exact));
}

#[test]
fn what_was_refined_of_a_file_that_was_opened_before_is_dropped() {
    let cache = TileCache::new(1 << 26);
    let (before, sample) = sampled(&cache);
    let (mut now, _) = sampled(&cache);
    let last = (0..100).map(|_| refined(&before, &sample, &cache, false)).find(|refined| refined.is_exact);
    now.improve(last.expect("it ends"));
    assert!(now.tiles.is_some_and(|tiles| !tiles.is_exact), "its own coarse levels are still sampled");
}
