//! Ambiguous pairs: what people confuse with what, and the working time that settling it costs. What stands at the top is
//! worth a sentence and an example in the policy.

use std::collections::{BTreeMap, BTreeSet};

use concord_domain::config::Cost;
use concord_domain::object::{AttributeValue, Object};
use concord_domain::ontology::{AttributeKind, Ontology};
use concord_metrics::Metric;
use concord_metrics::interval::proportion;
use serde::Serialize;

use self::effort::Efforts;
use super::groups::{Behind, MOST_BEHIND};
use super::{Pooled, SaidBy};

mod effort;

pub(super) use effort::Judging;

/// Two things that people say of one object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Confused {
    /// Two classes, in the order of the ontology.
    Classes {
        /// The first class.
        a: String,
        /// The second class.
        b: String,
    },
    /// Two values of an attribute of objects that both gave one class.
    Values {
        /// The class.
        class: String,
        /// The attribute.
        attribute: String,
        /// The first value, in the order of the ontology.
        a: String,
        /// The second value; `None` where it is not set.
        b: Option<String>,
    },
    /// An object of this class, and nothing.
    Nothing {
        /// The class.
        class: String,
    },
}

/// How often two things are confused, and what that costs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ambiguity {
    /// What is confused.
    #[serde(flatten)]
    pub what: Confused,
    /// How often, over all pairs of annotators.
    pub count: u64,
    /// How many of these are on samples that nobody has settled.
    pub open: u64,
    /// On how many samples.
    pub samples: u64,
    /// Between how many annotators.
    pub annotators: u64,
    /// `count` of the objects of which it could be said: of two classes or values, the matched objects that both gave one
    /// of the two (what nobody set is no value); of nothing, the objects to which one of two gave the class. With Wilson's interval.
    pub share: Metric,
    /// Working time that settling it took or will take, in hours; `None` until somebody has judged. See
    /// [`Ambiguities::hours_each`].
    pub hours: Option<f64>,
    /// What that costs; `None` without hours or where the project names no rate.
    pub money: Option<f64>,
    /// The samples behind it, those first on which it happens most; at most [`MOST_BEHIND`].
    #[serde(skip)]
    pub behind: Vec<Behind>,
}

/// What people confuse, the costliest first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ambiguities {
    /// By working time, then by how often, then by name.
    pub pairs: Vec<Ambiguity>,
    /// What one disagreement took so far, in hours: the median over those of settled samples for which judging time was
    /// noted. It stands for every disagreement that is open; `None` while there are none, and then the order follows how
    /// often something is confused.
    pub hours_each: Option<f64>,
    /// Disagreements that this median is of.
    pub judged: u64,
    /// What money is counted in; empty where the project names no rate.
    pub currency: String,
}

/// One time that two people differ.
struct Instance {
    what: Confused,
    /// The places of the sample and of the two annotators.
    of: (usize, usize, usize),
    /// Their objects by place; `None` for who has none.
    objects: (Option<usize>, Option<usize>),
}

/// Ranks what is confused.
pub(super) fn ambiguities(
    said: &SaidBy,
    pooled: &Pooled,
    classes: &[String],
    ontology: Option<&Ontology>,
    judging: &Judging,
    cost: &Cost,
    confidence: f64,
) -> Ambiguities {
    let mut counted = Counted::default();
    for at in 0..pooled.pairs.len() {
        counted.pair(said, pooled, at, classes, ontology);
    }
    let efforts = Efforts::of(said, &counted.instances, judging);
    let mut found: BTreeMap<&Confused, Gathered> = BTreeMap::new();
    for (at, instance) in counted.instances.iter().enumerate() {
        found.entry(&instance.what).or_default().add(
            instance,
            efforts.hours_of(at),
            judging.is_settled(said, instance.of.0),
        );
    }
    let mut pairs: Vec<Ambiguity> = found
        .into_iter()
        .map(|(what, gathered)| {
            let hours = efforts.hours_each().map(|_| gathered.hours);
            Ambiguity {
                count: gathered.count,
                open: gathered.open,
                samples: gathered.samples.len() as u64,
                annotators: gathered.annotators.len() as u64,
                share: proportion(gathered.count, counted.possible(what), confidence),
                hours,
                money: hours.and_then(|hours| cost.of_hours(0.0, hours)),
                behind: behind(said, &gathered.samples),
                what: what.clone(),
            }
        })
        .collect();
    // The map has given them in the order of their names, which stays among equals.
    pairs.sort_by(|a, b| {
        let hours = |ambiguity: &Ambiguity| ambiguity.hours.unwrap_or(0.0);
        hours(b).total_cmp(&hours(a)).then_with(|| b.count.cmp(&a.count))
    });
    let currency = if cost.per_hour.is_some() { cost.currency.clone() } else { String::new() };
    Ambiguities { pairs, hours_each: efforts.hours_each(), judged: efforts.judged(), currency }
}

/// What was found about one pair.
#[derive(Default)]
struct Gathered {
    count: u64,
    open: u64,
    hours: f64,
    annotators: BTreeSet<usize>,
    samples: BTreeMap<usize, u64>,
}

impl Gathered {
    fn add(&mut self, instance: &Instance, hours: f64, is_settled: bool) {
        let (sample, a, b) = instance.of;
        self.count += 1;
        self.open += u64::from(!is_settled);
        self.hours += hours;
        self.annotators.extend([a, b]);
        *self.samples.entry(sample).or_default() += 1;
    }
}

fn behind(said: &SaidBy, samples: &BTreeMap<usize, u64>) -> Vec<Behind> {
    let named = |(place, count): (&usize, &u64)| {
        let known = said.samples.get(*place)?;
        Some(Behind { sample: known.id.clone(), path: known.path.clone(), differing: *count })
    };
    let mut found: Vec<Behind> = samples.iter().filter_map(named).collect();
    found.sort_by(|a, b| b.differing.cmp(&a.differing).then_with(|| a.path.cmp(&b.path)));
    found.truncate(MOST_BEHIND);
    found
}

/// Instances, and what they are a share of.
#[derive(Default)]
struct Counted {
    instances: Vec<Instance>,
    /// How often both gave one class.
    same: BTreeMap<String, u64>,
    /// How often one of two who matched gave a class.
    found: BTreeMap<String, u64>,
    /// How often both gave one value, by class and attribute.
    same_value: BTreeMap<(String, String, Option<String>), u64>,
    /// How often each thing was confused.
    confused: BTreeMap<Confused, u64>,
}

impl Counted {
    /// Takes in what two annotators drew on one sample.
    fn pair(&mut self, said: &SaidBy, pooled: &Pooled, at: usize, classes: &[String], ontology: Option<&Ontology>) {
        let of = pooled.of[at];
        let (Some(first), Some(second)) = (said.of(of.1, of.0), said.of(of.2, of.0)) else { return };
        let (a, b) = (&first.labels.objects, &second.labels.objects);
        let matching = pooled.matched[at].matching();
        for (i, j, _) in &matching.pairs {
            let objects = (Some(*i), Some(*j));
            for what in self.matched(&a[*i], &b[*j], classes, ontology) {
                self.add(Instance { what, of, objects });
            }
        }
        let only_a = matching.only_a.iter().map(|i| (&a[*i], (Some(*i), None)));
        let only_b = matching.only_b.iter().map(|j| (&b[*j], (None, Some(*j))));
        for (object, objects) in only_a.chain(only_b) {
            self.add(Instance { what: Confused::Nothing { class: object.class.clone() }, of, objects });
        }
    }

    fn add(&mut self, instance: Instance) {
        *self.confused.entry(instance.what.clone()).or_default() += 1;
        self.instances.push(instance);
    }

    /// What two people confuse of an object that both found.
    fn matched(&mut self, a: &Object, b: &Object, classes: &[String], ontology: Option<&Ontology>) -> Vec<Confused> {
        *self.found.entry(a.class.clone()).or_default() += 1;
        if a.class != b.class {
            *self.found.entry(b.class.clone()).or_default() += 1;
            let place = |object: &Object| classes.iter().position(|class| *class == object.class);
            let (first, second) = if place(a) <= place(b) { (a, b) } else { (b, a) };
            return vec![Confused::Classes { a: first.class.clone(), b: second.class.clone() }];
        }
        *self.same.entry(a.class.clone()).or_default() += 1;
        let declared = ontology.iter().flat_map(|ontology| &ontology.attributes);
        declared.filter_map(|attribute| self.valued(a, b, &attribute.name, &attribute.kind)).collect()
    }

    /// What they confuse of one attribute that has values to choose from.
    fn valued(&mut self, a: &Object, b: &Object, name: &str, kind: &AttributeKind) -> Option<Confused> {
        let order = |value: &Option<String>| match (kind, value) {
            (_, None) => usize::MAX,
            (AttributeKind::Choice { values, .. }, Some(value)) => {
                values.iter().position(|known| known == value).unwrap_or(values.len())
            }
            (_, Some(value)) => usize::from(value != "no"),
        };
        if !matches!(kind, AttributeKind::Choice { .. } | AttributeKind::Flag) {
            return None;
        }
        let value = |object: &Object| object.attributes.get(name).map(AttributeValue::to_string);
        let mut values = [value(a), value(b)];
        if values == [None, None] {
            return None;
        }
        if values[0] == values[1] {
            let key = (a.class.clone(), name.to_owned(), values[0].clone());
            *self.same_value.entry(key).or_default() += 1;
            return None;
        }
        values.sort_by_key(|value| (order(value), value.clone()));
        let [first, second] = values;
        // Only one of two that differ can be unset, and it comes last.
        let (class, attribute) = (a.class.clone(), name.to_owned());
        Some(Confused::Values { class, attribute, a: first?, b: second })
    }

    /// Of how many objects it could be said.
    fn possible(&self, what: &Confused) -> u64 {
        let confused = self.confused.get(what).copied().unwrap_or_default();
        let of = |counts: &BTreeMap<String, u64>, class: &String| counts.get(class).copied().unwrap_or_default();
        confused
            + match what {
                Confused::Classes { a, b } => of(&self.same, a) + of(&self.same, b),
                Confused::Nothing { class } => of(&self.found, class),
                Confused::Values { class, attribute, a, b } => {
                    let same = |value: Option<&String>| {
                        let key = (class.clone(), attribute.clone(), value.cloned());
                        self.same_value.get(&key).copied().unwrap_or_default()
                    };
                    same(Some(a)) + same(b.as_ref())
                }
            }
    }
}

#[cfg(test)]
mod tests;
