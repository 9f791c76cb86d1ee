//! Evaluates a COCO ground truth and a COCO results file: `coco_files GROUND_TRUTH.json DETECTIONS.json`.

use std::time::Instant;

#[expect(clippy::print_stdout, reason = "an example for the command line")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(gt), Some(dt)) = (arguments.next(), arguments.next()) else {
        return Err("usage: coco_files GROUND_TRUTH.json DETECTIONS.json".into());
    };
    let started = Instant::now();
    let (gt, dt) = (std::fs::read_to_string(gt)?, std::fs::read_to_string(dt)?);
    let evaluator = concord_metrics::coco::Evaluator::from_json(&gt, &dt)?;
    let read_and_matched = started.elapsed();
    let stats = evaluator.stats();
    for (name, metric) in stats.overall.named() {
        println!("{name:<6}{:.12}", metric.value_or(-1.0));
    }
    println!("read and matched after {read_and_matched:?}, summed after {:?}", started.elapsed());
    Ok(())
}
