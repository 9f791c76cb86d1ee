//! Agreement on attributes of objects that both gave one class, and on tags of images.

use concord_domain::object::{AttributeValue, Object};
use concord_domain::ontology::{Attribute, AttributeKind, OCCLUSION, Ontology};
use concord_metrics::attributes::{AttributeAgreement, AttributePairs, attribute_agreement};
use concord_metrics::kappa::{Kappa, cohen};
use concord_metrics::prevalence::{Prevalence, prevalence};
use serde::Serialize;

use super::{Cells, SaidBy, Shared};

/// Agreement on one attribute.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AttributeRow {
    /// Name of the attribute.
    pub name: String,
    /// The names of the table's rows and columns, "not set" last; empty for numbers and texts.
    pub values: Vec<String>,
    /// The figures.
    #[serde(flatten)]
    pub figures: AttributeAgreement,
    /// Which samples stand behind each cell of the table; empty for numbers and texts.
    #[serde(skip)]
    pub cells: Cells,
}

/// Agreement on one tag.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TagRow {
    /// Name of the tag.
    pub tag: String,
    /// Cohen's κ of whether an image has it.
    pub cohen: Kappa,
    /// PABAK, and how far prevalence and bias bear on κ.
    pub prevalence: Prevalence,
    /// Images that both gave it, only the first, only the second, neither.
    pub counts: [u64; 4],
    /// Which samples stand behind each cell of the table of two rows and columns, "given" first.
    #[serde(skip)]
    pub cells: Cells,
}

/// Agreement on every attribute of the ontology that a matched pair of one class has a value of.
pub(super) fn attributes(
    said: &SaidBy,
    (a, b): (usize, usize),
    common: &[Shared<'_>],
    ontology: Option<&Ontology>,
) -> Vec<AttributeRow> {
    let mut pairs: Vec<(usize, &Object, &Object)> = Vec::new();
    for (sample, pair, matching) in common {
        let (Some(first), Some(second)) = (said.of(a, *sample), said.of(b, *sample)) else { continue };
        let same = matching.pairs.iter().filter(|(i, j, _)| pair.classes_a[*i] == pair.classes_b[*j]);
        pairs.extend(same.map(|(i, j, _)| (*sample, &first.labels.objects[*i], &second.labels.objects[*j])));
    }
    let declared = ontology.iter().flat_map(|ontology| &ontology.attributes);
    declared.filter_map(|attribute| row(attribute, &pairs, said)).collect()
}

fn row(attribute: &Attribute, pairs: &[(usize, &Object, &Object)], said: &SaidBy) -> Option<AttributeRow> {
    let of = |object: &'_ Object| object.attributes.get(&attribute.name).cloned();
    let set =
        pairs.iter().map(|(place, a, b)| (*place, (of(a), of(b)))).filter(|(_, (a, b))| a.is_some() || b.is_some());
    let (places, values): (Vec<usize>, Vec<SetByBoth>) = set.unzip();
    if values.is_empty() {
        return None;
    }
    let figures = figures(attribute, &values)?;
    let names: Vec<String> = match &attribute.kind {
        AttributeKind::Choice { values, .. } => values.iter().cloned().chain(["not set".to_owned()]).collect(),
        AttributeKind::Flag => ["no", "yes", "not set"].map(str::to_owned).to_vec(),
        AttributeKind::Number | AttributeKind::Text => vec![],
    };
    let cells = cells(attribute, names.len(), &places, &values, said);
    Some(AttributeRow { name: attribute.name.clone(), values: names, figures, cells })
}

/// What both set.
type SetByBoth = (Option<AttributeValue>, Option<AttributeValue>);

/// The samples behind the table of an attribute that has one.
fn cells(attribute: &Attribute, side: usize, places: &[usize], values: &[SetByBoth], said: &SaidBy) -> Cells {
    let Some(not_set) = side.checked_sub(1) else { return Cells::default() };
    let at = |value: &Option<AttributeValue>| category(attribute, value.as_ref()).map_or(not_set, |at| at as usize);
    let counted = values.iter().map(|(a, b)| (at(a), at(b))).zip(places.iter().copied());
    // Values that are not declared count as not set, and two that are not set are not in the table.
    let counted: Vec<_> = counted.filter(|(cell, _)| *cell != (not_set, not_set)).collect();
    Cells::new(side, &counted, said)
}

/// The place of a value in the attribute's table; none for what is not set or not declared.
fn category(attribute: &Attribute, value: Option<&AttributeValue>) -> Option<u32> {
    match (&attribute.kind, value) {
        (AttributeKind::Choice { values, .. }, Some(AttributeValue::Text(text))) => {
            values.iter().position(|known| known == text).map(|at| at as u32)
        }
        (AttributeKind::Flag, Some(AttributeValue::Flag(flag))) => Some(u32::from(*flag)),
        _ => None,
    }
}

fn figures(attribute: &Attribute, values: &[SetByBoth]) -> Option<AttributeAgreement> {
    let categories = || {
        values
            .iter()
            .map(|(a, b)| (category(attribute, a.as_ref()), category(attribute, b.as_ref())))
            .collect::<Vec<_>>()
    };
    let figures = match &attribute.kind {
        AttributeKind::Choice { values: known, ordered } if *ordered || attribute.name == OCCLUSION => {
            attribute_agreement(&AttributePairs::Ordinal { levels: known.len(), pairs: &categories() })
        }
        AttributeKind::Choice { values: known, .. } => {
            attribute_agreement(&AttributePairs::Nominal { categories: known.len(), pairs: &categories() })
        }
        AttributeKind::Flag => attribute_agreement(&AttributePairs::Nominal { categories: 2, pairs: &categories() }),
        AttributeKind::Number => {
            let number = |value: &Option<AttributeValue>| match value {
                Some(AttributeValue::Number(number)) => Some(*number),
                _ => None,
            };
            let pairs: Vec<_> = values.iter().map(|(a, b)| (number(a), number(b))).collect();
            attribute_agreement(&AttributePairs::Numeric(&pairs))
        }
        AttributeKind::Text => {
            let text = |value: &'_ Option<AttributeValue>| value.as_ref().map(ToString::to_string);
            let texts: Vec<_> = values.iter().map(|(a, b)| (text(a), text(b))).collect();
            let pairs: Vec<_> = texts.iter().map(|(a, b)| (a.as_deref(), b.as_deref())).collect();
            attribute_agreement(&AttributePairs::Text(&pairs))
        }
    };
    // The only error is a value outside the declared ones, and those count as not set.
    figures.ok()
}

/// Agreement on every tag that one of the two gave.
pub(super) fn tags(
    said: &SaidBy,
    (a, b): (usize, usize),
    common: &[Shared<'_>],
    ontology: Option<&Ontology>,
) -> Vec<TagRow> {
    let declared = ontology.iter().flat_map(|ontology| &ontology.tags);
    let row = |name: &String| {
        let mut counts = [0_u64; 4];
        let mut counted = Vec::new();
        for (sample, _, _) in common {
            let (Some(first), Some(second)) = (said.of(a, *sample), said.of(b, *sample)) else { continue };
            let place = match (first.labels.tags.contains(name), second.labels.tags.contains(name)) {
                (true, true) => 0,
                (true, false) => 1,
                (false, true) => 2,
                (false, false) => 3,
            };
            counts[place] += 1;
            counted.push(((place / 2, place % 2), *sample));
        }
        let [both, first, second, neither] = counts;
        let table = vec![vec![both, first], vec![second, neither]];
        (both + first + second > 0).then(|| TagRow {
            tag: name.clone(),
            cohen: cohen(&table),
            prevalence: prevalence(&table),
            counts,
            cells: Cells::new(2, &counted, said),
        })
    };
    declared.filter_map(|tag| row(&tag.name)).collect()
}
