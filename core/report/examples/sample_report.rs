//! Writes the sample reports of the tests into two folders below the given one, to be looked at in a browser.

use std::path::PathBuf;

#[path = "../tests/sample/mod.rs"]
mod sample;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let dir = std::env::args_os().nth(1).map(PathBuf::from).ok_or("name a folder to write into")?;
    concord_report::write_validation(&dir.join("validation"), &sample::validation())?;
    concord_report::write_stress(&dir.join("stress"), &sample::stress())?;
    Ok(())
}
