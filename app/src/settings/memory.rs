//! How much memory this machine has.

/// The bytes of main memory; `None` where the system does not tell in a way that is read here.
pub(super) fn total_bytes() -> Option<u64> {
    parse(&std::fs::read_to_string("/proc/meminfo").ok()?)
}

/// Reads the line `MemTotal:  16303428 kB` of Linux.
fn parse(text: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib << 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_total_is_read_from_its_line() {
        assert_eq!(parse("MemFree: 12 kB\nMemTotal:       16303428 kB\n"), Some(16_303_428 << 10));
        assert_eq!(parse("MemTotal: lots"), None);
    }
}
