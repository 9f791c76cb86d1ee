//! Keys: taking the keymap file in, and doing what the list of keys asks for.

use crate::context::{Context, KeysAsk};
use crate::error_text::ErrorText;
use crate::keymap::{Keymap, Problem, UserKeys, file_beside};
use crate::settings::{Report, read_keymap};

/// The name of the file in messages.
const FILE: &str = "keymap.toml";
/// How many problems of a file a message names.
const MOST_TOLD: usize = 4;

/// Reads the keymap file at the start of the app.
pub(super) fn read_at_start(context: &mut Context) {
    let Some(path) = context.options.settings_file.as_deref().map(file_beside) else { return };
    match read_keymap(&path) {
        Ok(text) => take_file(context, &text),
        Err(error) => {
            take_report(context, Report::Failed { doing: "Reading the keymap file", path, why: error.to_string() });
        }
    }
}

/// Takes in what the thread of the settings came back with.
pub(super) fn take_report(context: &mut Context, report: Report) {
    match report {
        Report::Keymap(text) => {
            context.messages.info("The keymap file was read");
            take_file(context, &text);
        }
        Report::Failed { doing, path, why } => context.messages.error(ErrorText {
            what: format!("{doing} failed"),
            why: format!("{}: {why}", path.display()),
            next: "Check that the path exists and that you may read and write it".to_owned(),
            details: why,
        }),
    }
}

fn take_file(context: &mut Context, text: &str) {
    let (user, problems) = UserKeys::read(FILE, text);
    context.keymap = Keymap::new(user);
    let lost: Vec<String> = context
        .keymap
        .lost()
        .iter()
        .map(|lost| format!("{} belongs to “{}” now, not to “{}”", lost.key, title(lost.holder), title(lost.action)))
        .collect();
    if !lost.is_empty() {
        context.messages.info(format!("By your {FILE}: {}", lost.join("; ")));
    }
    if !problems.is_empty() {
        context.messages.error(told(&problems));
    }
}

fn title(action: crate::actions::Action) -> &'static str {
    action.info().title
}

/// The problems of a file as one message.
fn told(problems: &[Problem]) -> ErrorText {
    let lines: Vec<String> = problems.iter().take(MOST_TOLD).map(Problem::to_string).collect();
    let more = problems.len().saturating_sub(MOST_TOLD);
    let more = if more > 0 { format!("\nand {more} more, see the details") } else { String::new() };
    let what = if problems.len() == 1 { "One key was".to_owned() } else { format!("{} keys were", problems.len()) };
    let all: Vec<String> = problems.iter().map(Problem::to_string).collect();
    ErrorText {
        what: format!("{what} not taken over"),
        why: format!("{}{more}", lines.join("\n")),
        next: "The rest of the file counts. Correct it, then read it again (palette: Read the keymap file again)"
            .to_owned(),
        details: all.join("\n"),
    }
}

/// Does what the list of keys or the settings ask for.
pub(super) fn perform(context: &mut Context, ask: KeysAsk) {
    match ask {
        KeysAsk::Preset(preset) => context.keymap.set_preset(preset),
        KeysAsk::Bind(action, keys) => context.keymap.bind(action, &keys),
        KeysAsk::Reset(action) => context.keymap.reset(action),
    }
}
