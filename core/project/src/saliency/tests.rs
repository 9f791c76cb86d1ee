//! The cache by itself: what comes back, what is damaged, and what has to go.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use concord_inference::Heatmap;
use concord_inference::saliency::Method;

use super::cache::Cache;

const METHOD: Method = Method::EigenCam { tensor: None };

fn map(value: f32) -> Heatmap {
    Heatmap {
        width: 16,
        height: 16,
        values: (0..256).map(|at| if at == 7 { 1.0 } else { value }).collect(),
        range: [-0.1, 1.0 / 3.0],
        method: "eigencam",
        constant: false,
        not_finite: true,
    }
}

/// A key as they are made: `b3:` and digits.
fn key(n: u8) -> String {
    format!("b3:{n:02x}{:062}", 0)
}

fn cache(most_bytes: u64) -> (tempfile::TempDir, Cache) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let cache = Cache::with_room(dir.path().join("maps"), most_bytes);
    (dir, cache)
}

#[test]
fn a_map_comes_back_to_the_last_bit() {
    let (_dir, cache) = cache(1 << 20);
    assert_eq!(cache.find(&key(1), &METHOD), None);
    cache.keep(&key(1), &map(0.123_456_79)).expect("written");
    assert_eq!(cache.find(&key(1), &METHOD), Some(map(0.123_456_79)));
    cache.keep(&key(1), &map(0.5)).expect("written again");
    assert_eq!(cache.find(&key(1), &METHOD), Some(map(0.5)));
    assert_eq!(cache.find(&key(2), &METHOD), None);
}

#[test]
fn a_damaged_file_is_as_good_as_none() {
    let (_dir, cache) = cache(1 << 20);
    cache.keep(&key(1), &map(0.25)).expect("written");
    let path = cache.path(&key(1));
    let whole = std::fs::read(&path).expect("it is there");
    let mut flipped = whole.clone();
    flipped[100] ^= 1;
    let longer = [whole.as_slice(), &[0]].concat();
    for bad in [&whole[..0], &whole[..31], &whole[..whole.len() / 2], &flipped, &longer, b"{}\n"] {
        std::fs::write(&path, bad).expect("damaged");
        assert_eq!(cache.find(&key(1), &METHOD), None, "{} bytes", bad.len());
    }
    std::fs::write(&path, &whole).expect("mended");
    assert_eq!(cache.find(&key(1), &METHOD), Some(map(0.25)));
}

#[test]
fn what_was_used_longest_ago_makes_room() {
    let (_dir, cache) = cache(5_000);
    let used = |n: u8, seconds: u64| {
        let file = std::fs::File::options().append(true).open(cache.path(&key(n))).expect("it is there");
        file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)).expect("set");
    };
    // Each file has a little over 1 024 bytes: four fit.
    for n in 0..4 {
        cache.keep(&key(n), &map(0.5)).expect("written");
        used(n, 1_000 + u64::from(n));
    }
    assert!(cache.find(&key(0), &METHOD).is_some(), "this one was used now");
    cache.keep(&key(4), &map(0.5)).expect("written");
    let there: Vec<PathBuf> = (0..5).map(|n| cache.path(&key(n))).filter(|path| path.is_file()).collect();
    // Four fit; the one goes that was used longest ago.
    assert_eq!(there, [0, 2, 3, 4].map(|n| cache.path(&key(n))));
}
