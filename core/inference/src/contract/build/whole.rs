//! Heads that speak of pixels or of the whole image.

use super::super::head::{Activation, Background, Classification, Head, Semantic};
use super::super::{ContractError, Family};
use super::{Built, Context};

pub(super) fn semantic(context: &Context<'_>) -> Result<Built, ContractError> {
    let maps: Vec<_> = context.free.all.iter().filter(|(_, s)| (3..=4).contains(&s.len())).collect();
    let name = match (&context.keys.classes, maps.as_slice()) {
        (Some(name), _) => name.clone(),
        (None, [(name, _)]) => (*name).to_owned(),
        _ => return Err(ContractError::new(Family::Semantic.outputs(), context.outputs.listed())),
    };
    let shape = context.outputs.shape_of(&name)?;
    let unfit = || ContractError::new("classes [1, C, h, w], [1, h, w, C] or [1, h, w]", format!("{name} {shape:?}"));
    let found = match (shape, context.classes) {
        ([1, _, _], Some(names)) => names,
        ([1, _, _], None) => {
            return Err(ContractError::new(
                "names of the classes that the numbers stand for",
                context.outputs.listed(),
            ));
        }
        // Channels first unless only the last side can be the classes.
        ([1, a, _, c], names) => match names {
            Some(n) if n == *a => *a,
            Some(n) if n == *c => *c,
            Some(n) => return Err(ContractError::new(format!("{n} classes, one a name"), format!("{name} {shape:?}"))),
            None if a <= c => *a,
            None => *c,
        },
        _ => return Err(unfit()),
    };
    if shape.contains(&0) {
        return Err(unfit());
    }
    let activation = context.keys.activation.unwrap_or(if found == 1 { Activation::None } else { Activation::Softmax });
    let background = context.keys.background.unwrap_or(Background::None);
    let threshold = context.keys.threshold.unwrap_or(0.5);
    let head =
        Semantic { classes: name, activation, background, threshold, min_area: context.keys.min_area.unwrap_or(0) };
    Ok(Built::new(Head::Semantic(head), found))
}

pub(super) fn classification(context: &Context<'_>) -> Result<Built, ContractError> {
    let flat = context.free.of_rank(2);
    let (name, shape) = match (&context.keys.logits, flat.as_slice()) {
        (Some(name), _) => (name.clone(), context.outputs.shape_of(name)?),
        (None, [(name, shape)]) => ((*name).to_owned(), *shape),
        (None, several) => {
            let fits = |(name, shape): &&(&str, &[usize])| {
                Some(shape[1]) == context.classes
                    || (context.classes.is_none()
                        && ["logit", "prob", "class", "score"].iter().any(|p| name.to_ascii_lowercase().contains(p)))
            };
            several
                .iter()
                .find(fits)
                .map(|(name, shape)| ((*name).to_owned(), *shape))
                .ok_or_else(|| ContractError::new("`logits` in model.toml", context.outputs.listed()))?
        }
    };
    let &[1, columns] = shape else {
        return Err(ContractError::new("logits [1, C]", format!("{name} {shape:?}")));
    };
    let classes = context.classes(columns, |n| format!("{n} logits, one a name"), format!("{name} {shape:?}"))?;
    let embedding = flat.iter().find(|(other, _)| **other != name).map(|(other, _)| (*other).to_owned());
    let activation = context.keys.activation.unwrap_or(Activation::Softmax);
    let assumed = match context.keys.activation {
        None => vec!["activation softmax".to_owned()],
        Some(_) => Vec::new(),
    };
    let head = Head::Classification(Classification { logits: name, activation });
    Ok(Built { embedding, assumed, ..Built::new(head, classes) })
}

pub(super) fn embedding(context: &Context<'_>) -> Result<Built, ContractError> {
    let name = match (&context.keys.embedding, context.free.of_rank(2).as_slice()) {
        (Some(name), _) => name.clone(),
        (None, [(name, _)]) => (*name).to_owned(),
        _ => return Err(ContractError::new("one embedding [1, D]", context.outputs.listed())),
    };
    match context.outputs.shape_of(&name)? {
        [1, length] if *length > 0 => Ok(Built { embedding: Some(name), ..Built::new(Head::Embedding, 0) }),
        shape => Err(ContractError::new("an embedding [1, D]", format!("{name} {shape:?}"))),
    }
}
