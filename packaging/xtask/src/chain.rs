//! What the demo asks of the `concord` command line, as a table: change the tour here.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// One command of the tour.
#[derive(Debug)]
pub(crate) struct Stop {
    /// What it shows.
    pub(crate) title: &'static str,
    /// Words after `concord`; `{project}`, `{results}` and `{scenes}` stand for what the caller chose.
    words: &'static [&'static str],
    /// Exit codes that are an answer and not an accident, beside 0.
    answers: &'static [Answer],
}

/// An exit code other than 0 that is expected, and what it means.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The exit code.
    code: u8,
    /// What it says about the sample project.
    meaning: &'static str,
}

/// The places and numbers that the words of a stop may name.
#[derive(Debug)]
pub(crate) struct Places {
    /// The sample project.
    pub(crate) project: PathBuf,
    /// The folder that takes what the commands write.
    pub(crate) results: PathBuf,
    /// Number of scenes of a new sample project; `None` leaves it to `concord sample`.
    pub(crate) scenes: Option<u32>,
}

/// Makes the sample project: images, model, ontology, policy, and the labels of three people.
pub(crate) const SAMPLE: Stop =
    Stop { title: "Make the sample project", words: &["sample", "{project}", "--scenes={scenes}"], answers: &[] };

/// Opens the window on the sample project.
pub(crate) const OPEN: Stop = Stop { title: "Open the window", words: &["open", "{project}"], answers: &[] };

/// Runs the model, so that there are suggestions and a rank; a second equal run is found again at once.
pub(crate) const RUN: Stop = Stop {
    title: "Run the model over every sample",
    words: &["run", "{project}", "--model", "conveyor"],
    answers: &[],
};

/// The whole way of the data without a window.
pub(crate) const TOUR: &[Stop] = &[
    RUN,
    Stop {
        title: "Rank what to label next, with the reasons",
        words: &["queue", "{project}", "--top", "10"],
        answers: &[],
    },
    Stop { title: "Measure how far the three people agree", words: &["agree", "{project}"], answers: &[] },
    Stop {
        title: "Release the gold labels",
        words: &["release", "{project}", "--out", "{results}/release"],
        answers: &[],
    },
    Stop { title: "Verify the release: hashes of every file", words: &["verify", "{results}/release"], answers: &[] },
    Stop {
        title: "Verify the project: the chain of the log, and the state rebuilt from it",
        words: &["verify", "{project}"],
        answers: &[],
    },
    Stop {
        title: "Validate the model, slice by slice, against the gates",
        words: &["validate", "{project}", "--model", "conveyor", "--out", "{results}/validation"],
        answers: &[
            Answer {
                code: 3,
                meaning: "a blocking gate failed: the model is weak on the dim slice, and the gate is there to say so",
            },
            Answer { code: 4, meaning: "there are too few scenes for a verdict: make more than these" },
        ],
    },
    Stop {
        title: "Stress the model with perturbed images",
        words: &["stress", "{project}", "--model", "conveyor", "--limit", "60", "--out", "{results}/stress"],
        answers: &[Answer { code: 3, meaning: "a robustness gate failed; the report shows under which perturbation" }],
    },
    Stop {
        title: "Look for drift between two windows of time",
        words: &["drift", "{project}", "--reference", "2026-03-01..2026-03-20", "--window", "2026-03-21..2026-04-09"],
        answers: &[Answer { code: 3, meaning: "a high alert is open: the sample data holds a change to be found" }],
    },
];

impl Stop {
    /// The words with their places filled in. A word whose number was not chosen is left out.
    pub(crate) fn filled(&self, places: &Places) -> Vec<OsString> {
        self.words.iter().filter_map(|word| fill(word, places)).collect()
    }

    /// What this exit code says: nothing to add at 0, the meaning of an expected one, `None` for an accident.
    pub(crate) fn meaning(&self, code: u8) -> Option<&'static str> {
        if code == 0 {
            return Some("");
        }
        self.answers.iter().find(|answer| answer.code == code).map(|answer| answer.meaning)
    }
}

fn fill(word: &str, places: &Places) -> Option<OsString> {
    if let Some(start) = word.strip_suffix("{scenes}") {
        return places.scenes.map(|count| format!("{start}{count}").into());
    }
    Some(match word.split_once('}') {
        Some(("{project", rest)) => joined(&places.project, rest),
        Some(("{results", rest)) => joined(&places.results, rest),
        _ => word.into(),
    })
}

fn joined(folder: &Path, rest: &str) -> OsString {
    let rest = rest.trim_start_matches('/');
    if rest.is_empty() { folder.into() } else { folder.join(rest).into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(scenes: Option<u32>) -> Places {
        Places { project: "a b/p".into(), results: "r".into(), scenes }
    }

    #[test]
    fn places_are_filled_in_whatever_characters_they_hold() {
        assert_eq!(SAMPLE.filled(&places(Some(40))), ["sample", "a b/p", "--scenes=40"]);
        assert_eq!(SAMPLE.filled(&places(None)), ["sample", "a b/p"]);
        let release = TOUR.iter().find(|stop| stop.words.first() == Some(&"release")).expect("the tour releases");
        assert_eq!(release.filled(&places(None)), ["release", "a b/p", "--out", "r/release"]);
    }

    #[test]
    fn no_place_is_left_unfilled() {
        for stop in TOUR.iter().chain([&SAMPLE, &OPEN]) {
            for word in stop.filled(&places(Some(1))) {
                assert!(!word.to_string_lossy().contains(['{', '}']), "{}: {word:?}", stop.title);
            }
        }
    }

    #[test]
    fn an_expected_answer_is_explained_and_an_accident_is_not() {
        let validate = TOUR.iter().find(|stop| stop.words.first() == Some(&"validate")).expect("the tour validates");
        assert_eq!(validate.meaning(0), Some(""));
        assert!(validate.meaning(3).is_some_and(|text| text.contains("dim slice")));
        assert_eq!(validate.meaning(1), None);
        assert_eq!(SAMPLE.meaning(3), None);
    }

    #[test]
    fn what_a_stop_reads_was_written_by_one_before_it() {
        let position = |word: &str, place: &str| {
            TOUR.iter().position(|stop| stop.words.first() == Some(&word) && stop.words.contains(&place))
        };
        let release = position("release", "{results}/release").expect("the tour releases");
        let verify = position("verify", "{results}/release").expect("the tour verifies the release");
        let run = position("run", "{project}").expect("the tour runs the model");
        assert!(release < verify);
        assert!(TOUR.iter().skip(run + 1).any(|stop| stop.words.first() == Some(&"validate")));
    }
}
