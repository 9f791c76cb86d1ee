//! Time to estimate true classes from a million opinions and to fuse the masks of five people.

use concord_metrics::dawid_skene::{DawidSkeneOptions, Opinion, Sizes, dawid_skene};
use concord_metrics::rng::Stream;
use concord_metrics::staple::{StapleOptions, staple};
use divan::Bencher;

fn main() {
    divan::main();
}

/// 200 000 items by five of fifty annotators each, twenty classes, fifty iterations.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn a_million_opinions(bencher: Bencher) {
    let sizes = Sizes { items: 200_000, annotators: 50, classes: 20 };
    let mut stream = Stream::new(1, "bench", "dawid_skene", 0);
    let mut opinions = Vec::new();
    for item in 0..sizes.items as u32 {
        let truth = stream.below(20) as u32;
        for _ in 0..5 {
            let class = if stream.below(3) == 0 { stream.below(20) as u32 } else { truth };
            opinions.push(Opinion { item, annotator: stream.below(50) as u32, class });
        }
    }
    let options = DawidSkeneOptions { iterations: 50, tolerance: 0.0, ..DawidSkeneOptions::default() };
    bencher.bench(|| dawid_skene(&opinions, sizes, &options));
}

/// A window of a megapixel.
#[divan::bench(sample_count = 10)]
fn five_masks_of_a_megapixel(bencher: Bencher) {
    let mut stream = Stream::new(1, "bench", "staple", 0);
    let mut mask = || -> Vec<bool> {
        let (x0, y0) = (450.0 + 100.0 * stream.next_f64(), 450.0 + 100.0 * stream.next_f64());
        let inside = |at: usize| {
            let (dx, dy) = ((at % 1000) as f64 - x0, (at / 1000) as f64 - y0);
            dx * dx + dy * dy < 90_000.0
        };
        (0..1_000_000).map(inside).collect()
    };
    let masks: Vec<Vec<bool>> = (0..5).map(|_| mask()).collect();
    let views: Vec<&[bool]> = masks.iter().map(Vec::as_slice).collect();
    bencher.bench(|| staple(&views, &StapleOptions::default()));
}
