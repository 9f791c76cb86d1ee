//! Agreement on attributes of objects that both gave one class, and on tags of images.

use concord_domain::object::{AttributeValue, Object};
use concord_domain::ontology::{Attribute, AttributeKind, OCCLUSION, Ontology};
use concord_metrics::agreement::ObjectPair;
use concord_metrics::attributes::{AttributeAgreement, AttributePairs, attribute_agreement};
use concord_metrics::kappa::{Kappa, cohen};
use concord_metrics::matching::Matching;
use concord_metrics::prevalence::{Prevalence, prevalence};
use serde::Serialize;

use super::SaidBy;

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
}

/// Agreement on every attribute of the ontology that a matched pair of one class has a value of.
pub(super) fn attributes(
    said: &SaidBy,
    (a, b): (usize, usize),
    common: &[(usize, ObjectPair)],
    matched: &[Matching],
    ontology: Option<&Ontology>,
) -> Vec<AttributeRow> {
    let mut pairs: Vec<(&Object, &Object)> = Vec::new();
    for ((sample, pair), matching) in common.iter().zip(matched) {
        let (Some(first), Some(second)) = (said.of(a, *sample), said.of(b, *sample)) else { continue };
        let same = matching.pairs.iter().filter(|(i, j, _)| pair.classes_a[*i] == pair.classes_b[*j]);
        pairs.extend(same.map(|(i, j, _)| (&first.labels.objects[*i], &second.labels.objects[*j])));
    }
    let declared = ontology.iter().flat_map(|ontology| &ontology.attributes);
    declared.filter_map(|attribute| row(attribute, &pairs)).collect()
}

fn row(attribute: &Attribute, pairs: &[(&Object, &Object)]) -> Option<AttributeRow> {
    let of = |object: &'_ Object| object.attributes.get(&attribute.name).cloned();
    let values: Vec<(Option<AttributeValue>, Option<AttributeValue>)> =
        pairs.iter().map(|(a, b)| (of(a), of(b))).filter(|(a, b)| a.is_some() || b.is_some()).collect();
    if values.is_empty() {
        return None;
    }
    let figures = match &attribute.kind {
        AttributeKind::Choice { values: known, ordered } => {
            let place = |value: &Option<AttributeValue>| match value {
                Some(AttributeValue::Text(text)) => known.iter().position(|k| k == text).map(|at| at as u32),
                _ => None,
            };
            let pairs: Vec<_> = values.iter().map(|(a, b)| (place(a), place(b))).collect();
            if *ordered || attribute.name == OCCLUSION {
                attribute_agreement(&AttributePairs::Ordinal { levels: known.len(), pairs: &pairs })
            } else {
                attribute_agreement(&AttributePairs::Nominal { categories: known.len(), pairs: &pairs })
            }
        }
        AttributeKind::Flag => {
            let place = |value: &Option<AttributeValue>| match value {
                Some(AttributeValue::Flag(flag)) => Some(u32::from(*flag)),
                _ => None,
            };
            let pairs: Vec<_> = values.iter().map(|(a, b)| (place(a), place(b))).collect();
            attribute_agreement(&AttributePairs::Nominal { categories: 2, pairs: &pairs })
        }
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
    let figures = figures.ok()?;
    let names = match &attribute.kind {
        AttributeKind::Choice { values, .. } => values.iter().cloned().chain(["not set".to_owned()]).collect(),
        AttributeKind::Flag => ["no", "yes", "not set"].map(str::to_owned).to_vec(),
        AttributeKind::Number | AttributeKind::Text => vec![],
    };
    Some(AttributeRow { name: attribute.name.clone(), values: names, figures })
}

/// Agreement on every tag that one of the two gave.
pub(super) fn tags(
    said: &SaidBy,
    (a, b): (usize, usize),
    common: &[(usize, ObjectPair)],
    ontology: Option<&Ontology>,
) -> Vec<TagRow> {
    let declared = ontology.iter().flat_map(|ontology| &ontology.tags);
    let row = |name: &String| {
        let mut counts = [0_u64; 4];
        for (sample, _) in common {
            let (Some(first), Some(second)) = (said.of(a, *sample), said.of(b, *sample)) else { continue };
            let place = match (first.labels.tags.contains(name), second.labels.tags.contains(name)) {
                (true, true) => 0,
                (true, false) => 1,
                (false, true) => 2,
                (false, false) => 3,
            };
            counts[place] += 1;
        }
        let [both, first, second, neither] = counts;
        let table = vec![vec![both, first], vec![second, neither]];
        (both + first + second > 0).then(|| TagRow {
            tag: name.clone(),
            cohen: cohen(&table),
            prevalence: prevalence(&table),
            counts,
        })
    };
    declared.filter_map(|tag| row(&tag.name)).collect()
}
