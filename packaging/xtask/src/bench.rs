//! `cargo xtask bench`: the benchmarks, built optimised.

use crate::args::BenchOptions;
use crate::{exec, packages, say, workspace};

/// Builds and runs the benchmarks, and gives the exit code of cargo.
pub(crate) fn bench(options: &BenchOptions) -> u8 {
    if !packages::compiler() {
        return exec::FAILED;
    }
    let root = workspace::root();
    say::line("An optimised build from nothing takes several minutes; the next one is quick.");
    let mut command = exec::cargo(&root);
    command.args(words(options));
    exec::run(&mut command)
}

/// The words after `cargo`. Only benchmark targets: without a choice cargo would also start every test program.
fn words(options: &BenchOptions) -> Vec<String> {
    let mut words = vec!["bench".to_owned(), "--locked".to_owned()];
    let chosen = |names: &[&str]| options.cargo.iter().any(|word| names.iter().any(|name| word.starts_with(name)));
    if !chosen(&["-p", "--package", "--workspace"]) {
        words.push("--workspace".to_owned());
    }
    if !chosen(&["--bench"]) {
        words.extend(["--bench".to_owned(), "*".to_owned()]);
    }
    words.extend(options.cargo.iter().cloned());
    if !options.harness.is_empty() {
        words.push("--".to_owned());
        words.extend(options.harness.iter().cloned());
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cargo: &str, harness: &str, expect: &str) {
        let split = |line: &str| line.split_whitespace().map(str::to_owned).collect();
        let options = BenchOptions { cargo: split(cargo), harness: split(harness) };
        assert_eq!(words(&options).join(" "), expect);
    }

    #[test]
    fn all_benchmarks_run_unless_some_are_chosen() {
        check("", "", "bench --locked --workspace --bench *");
        check("", "kappa", "bench --locked --workspace --bench * -- kappa");
        check("-p concord-metrics", "", "bench --locked --bench * -p concord-metrics");
        check("--package=x --bench kappa", "", "bench --locked --package=x --bench kappa");
    }
}
