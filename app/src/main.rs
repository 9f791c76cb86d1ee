//! A workstation for the people who make vision models trustworthy.

fn main() -> std::process::ExitCode {
    concord_app::cli::main()
}
