//! Fuzzy matching of what is typed against a title: its letters in order, best where words begin.

/// How well a text matches, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FuzzyMatch {
    /// Higher is better; comparable between texts for the same query.
    pub score: i64,
    /// Indices of the matched characters (not bytes) of the text, rising.
    pub positions: Vec<usize>,
}

const MATCH: i64 = 16;
const WORD_START: i64 = 12;
const FOLLOWS: i64 = 14;
const NEVER: i64 = i64::MIN / 4;

/// Matches `query` against `text`, ignoring case and the spaces of the query; `None` when some letter is missing.
///
/// Among all ways to place the letters the best one is taken: letters that begin words or follow each other count
/// more, letters late in a long text a little less. An empty query matches everything with score 0.
///
/// ```
/// use concord_widgets::fuzzy::fuzzy_match;
/// assert_eq!(fuzzy_match("zin", "Zoom in").unwrap().positions, [0, 5, 6]);
/// assert!(fuzzy_match("xyz", "Zoom in").is_none());
/// ```
pub fn fuzzy_match(query: &str, text: &str) -> Option<FuzzyMatch> {
    let query: Vec<char> = query.chars().filter(|c| !c.is_whitespace()).map(folded).collect();
    if query.is_empty() {
        return Some(FuzzyMatch { score: 0, positions: Vec::new() });
    }
    let original: Vec<char> = text.chars().collect();
    let text: Vec<char> = original.iter().copied().map(folded).collect();
    if query.len() > text.len() {
        return None;
    }
    // best[i][j]: the best score with query letter i placed at text letter j; came[i][j]: where letter i − 1 was.
    let mut best = vec![vec![NEVER; text.len()]; query.len()];
    let mut came = vec![vec![0; text.len()]; query.len()];
    for (i, letter) in query.iter().enumerate() {
        let mut before = (NEVER, 0);
        for j in 0..text.len() {
            if i > 0 && j > 0 && best[i - 1][j - 1] > before.0 {
                before = (best[i - 1][j - 1], j - 1);
            }
            if text[j] != *letter {
                continue;
            }
            let own = MATCH + if starts_word(&original, j) { WORD_START } else { 0 };
            let (score, from) = if i == 0 {
                (own - (j as i64).min(MATCH / 2), 0)
            } else {
                let adjacent = if j > 0 { best[i - 1][j - 1] + FOLLOWS } else { NEVER };
                let (score, from) = if adjacent >= before.0 { (adjacent, j.saturating_sub(1)) } else { before };
                (score + own, from)
            };
            if score > NEVER / 2 {
                best[i][j] = score;
                came[i][j] = from;
            }
        }
    }
    trace(&best, &came, text.len())
}

fn trace(best: &[Vec<i64>], came: &[Vec<usize>], text_len: usize) -> Option<FuzzyMatch> {
    let last = best.last()?;
    let (mut at, score) = last.iter().copied().enumerate().rev().max_by_key(|(_, score)| *score)?;
    if score <= NEVER / 2 {
        return None;
    }
    let mut positions = vec![at];
    for row in came.iter().skip(1).rev() {
        at = row[at];
        positions.push(at);
    }
    positions.reverse();
    Some(FuzzyMatch { score: score - (text_len as i64).min(60) / 8, positions })
}

fn folded(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

fn starts_word(text: &[char], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).map(|index| text[index]) else {
        return true;
    };
    !before.is_alphanumeric() || (before.is_lowercase() && text[at].is_uppercase())
}

/// The indices of the texts that match, best first; equal scores keep their order. An empty query keeps all.
pub fn rank<'a>(query: &str, texts: impl IntoIterator<Item = &'a str>) -> Vec<(usize, FuzzyMatch)> {
    let mut found: Vec<(usize, FuzzyMatch)> =
        texts.into_iter().enumerate().filter_map(|(index, text)| Some((index, fuzzy_match(query, text)?))).collect();
    found.sort_by_key(|(_, found)| std::cmp::Reverse(found.score));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(query: &str, texts: &[&str]) -> Vec<usize> {
        rank(query, texts.iter().copied()).into_iter().map(|(index, _)| index).collect()
    }

    #[test]
    fn word_starts_and_runs_win() {
        assert_eq!(order("zi", &["Resize image", "Zoom in", "Zip"]), [2, 1, 0]);
        assert_eq!(order("open", &["Toggle pen", "Open project", "Reopen"]), [1, 2, 0]);
        assert_eq!(order("sn", &["Submit and next", "Snap", "Listen"]), [1, 0, 2]);
    }

    #[test]
    fn the_best_placement_is_found_not_the_first() {
        let found = fuzzy_match("in", "Mint: zoom in").expect("both letters are there");
        assert_eq!(found.positions, [11, 12]);
    }

    #[test]
    fn case_and_spaces_do_not_matter() {
        assert_eq!(fuzzy_match("Z IN", "zoom in").map(|m| m.positions), Some(vec![0, 5, 6]));
        assert_eq!(fuzzy_match("ÄÖ", "äö").map(|m| m.positions), Some(vec![0, 1]));
    }

    #[test]
    fn letters_must_all_be_there_in_order() {
        assert_eq!(fuzzy_match("ab", "ba"), None);
        assert_eq!(fuzzy_match("aa", "a"), None);
        assert_eq!(fuzzy_match("a", ""), None);
        assert_eq!(order("", &["b", "a"]), [0, 1]);
    }
}
