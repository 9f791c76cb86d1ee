//! Keys: taking the keymap file in, and doing what the list of keys asks for.

use concord_language::{say, tr};

use crate::actions::Action;
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
            take_report(context, Report::Failed { doing: say!("doing-read-keymap"), path, why: error.to_string() });
        }
    }
}

/// Takes in what the thread of the settings came back with.
pub(super) fn take_report(context: &mut Context, report: Report) {
    match report {
        Report::Keymap(text) => {
            context.messages.info(tr!("keymap-read"));
            take_file(context, &text);
        }
        Report::Failed { doing, path, why } => context.messages.error(ErrorText {
            what: tr!("failed", doing = doing),
            why: format!("{}: {why}", path.display()),
            next: tr!("next-check-path").to_owned(),
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
        .map(|lost| {
            tr!("keymap-lost", key = lost.key.to_string(), holder = lost.holder.title(), action = lost.action.title())
        })
        .collect();
    if !lost.is_empty() {
        context.messages.info(tr!("keymap-changes", file = FILE, changes = lost.join("; ")));
    }
    if !problems.is_empty() {
        context.messages.error(told(&problems));
    }
}

/// The problems of a file as one message.
fn told(problems: &[Problem]) -> ErrorText {
    let lines: Vec<String> = problems.iter().take(MOST_TOLD).map(Problem::to_string).collect();
    let more = problems.len().saturating_sub(MOST_TOLD);
    let more = if more > 0 { format!("\n{}", tr!("keymap-more", count = more)) } else { String::new() };
    let all: Vec<String> = problems.iter().map(Problem::to_string).collect();
    ErrorText {
        what: tr!("keymap-not-taken", count = problems.len()),
        why: format!("{}{more}", lines.join("\n")),
        next: tr!("keymap-next", action = Action::ReloadKeymap.title()),
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
