//! The simulation: a labelled project is labelled again in different orders, to see how many labels each takes until
//! every slice reaches its recall.
//!
//! The model stays as it is. A labelled sample has all its objects, for a person's labels stand in for the model's; in
//! all others there is what the model finds. The recall of a slice after n labels is therefore
//! `(found in unlabelled samples + objects in labelled samples) / objects`, and the figure is the least n at which it
//! reaches the target. Labels are counted wherever they fall, in the slice or beside it.
//!
//! The ranked order knows no more than it would have known: after each batch the weights of the slices are computed anew
//! from what is labelled so far.

use std::collections::BTreeMap;

use concord_domain::draw::{Purpose, number};
use concord_domain::policy::{AssignmentRules, QueueRules};
use concord_domain::sample::{Sample, SampleId};
use concord_domain::slice::Slice;
use concord_domain::suggestion::Run;
use concord_metrics::ranking::{Replayed, labels_to_recall, recall_after};
use concord_metrics::{interval, rng::Stream};
use concord_store::Reader;
use serde::{Deserialize, Serialize};

use super::batch::{self, Picked};
use super::compose::{self, Lists};
use super::ranking::Ranking;
use super::{policy_of, slices};
use crate::evaluation::{self, Reference};
use crate::{Project, ProjectError};

/// Most rounds in which the ranked order is computed anew; with more samples a round has more than a batch.
const MOST_ROUNDS: usize = 200;

/// What is simulated.
#[derive(Debug, Clone)]
pub struct SimulationOptions {
    /// The orders that are compared with a random one.
    pub strategies: Vec<Strategy>,
    /// The recall every slice has to reach, in `(0, 1]`; `None` for the targets of `slices.toml`.
    pub target_recall: Option<f64>,
    /// The model whose latest run is replayed; `None` for the latest of all.
    pub model: Option<String>,
    /// How many random orders are drawn, at least 1.
    pub random_orders: u64,
}

impl Default for SimulationOptions {
    fn default() -> Self {
        Self { strategies: Strategy::ALL.to_vec(), target_recall: None, model: None, random_orders: 20 }
    }
}

/// An order of labelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// As the queue gives the samples to one annotator: the policy's score, batches and shares.
    Ranked,
    /// By the policy's score alone, without batches and shares.
    Score,
    /// By the uncertainty of the model alone.
    Uncertainty,
    /// By the weights of the slices alone.
    Importance,
}

impl Strategy {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Ranked, Self::Score, Self::Uncertainty, Self::Importance];

    /// The word of the command line and of files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ranked => "ranked",
            Self::Score => "score",
            Self::Uncertainty => "uncertainty",
            Self::Importance => "importance",
        }
    }

    /// Reads the word; `None` for any other.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.name() == name)
    }

    /// The rules of the queue with what the strategy leaves out left out.
    fn rules(self, policy: &QueueRules) -> QueueRules {
        let plain = QueueRules { random_share: 0.0, blank_share: 0.0, diversity: 0.0, ..policy.clone() };
        let off = QueueRules { disagreement: 0.0, rarity: 0.0, drift: 0.0, ..plain.clone() };
        match self {
            Self::Ranked => policy.clone(),
            Self::Score => plain,
            Self::Uncertainty => QueueRules { importance_exponent: 0.0, ..off },
            Self::Importance => QueueRules { uncertainty_exponent: 0.0, ..off },
        }
    }
}

/// What a simulation found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Simulation {
    /// The model that was replayed, and its run.
    pub model: String,
    /// The run.
    pub run: String,
    /// What its predictions are held against, in words.
    pub reference: String,
    /// Score from which a prediction counts.
    pub score: f64,
    /// Samples that have both a reference and predictions.
    pub samples: u64,
    /// Number of random orders.
    pub random_orders: u64,
    /// How many samples were labelled before the order was computed anew.
    pub batch: u64,
    /// One entry a slice with a target and an object.
    pub slices: Vec<SliceSimulation>,
    /// All these slices together: the labels until the last of them reaches its target.
    pub all: SliceSimulation,
}

/// What a simulation found for a slice.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SliceSimulation {
    /// Name of the slice.
    pub slice: String,
    /// Recall that is to be reached; `None` for all slices together.
    pub target: Option<f64>,
    /// Samples in it.
    pub samples: u64,
    /// Objects in it.
    pub objects: u64,
    /// Recall of the model before anything is labelled.
    pub recall: f64,
    /// Labels that a random order takes, the mean over the orders.
    pub random_mean: f64,
    /// The fewest and the most of them.
    pub random_range: [u64; 2],
    /// Standard deviation over the orders; 0 for one.
    pub random_deviation: f64,
    /// One entry a strategy.
    pub strategies: Vec<StrategyOutcome>,
}

/// What a strategy takes for a slice.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct StrategyOutcome {
    /// The strategy.
    pub strategy: Strategy,
    /// The least number of labels with which the slice reaches its target.
    pub labels: u64,
    /// That by the mean of the random orders; `None` when these take none.
    pub ratio: Option<f64>,
}

/// Labels a project again in the order of each strategy; an error that says what is missing when there is nothing to
/// hold a model against.
pub fn simulate(project: &Project, options: &SimulationOptions) -> Result<Simulation, ProjectError> {
    if options.random_orders == 0 {
        return Err(ProjectError::usage("a simulation takes at least one random order"));
    }
    if options.target_recall.is_some_and(|target| !(target > 0.0 && target <= 1.0)) {
        return Err(ProjectError::usage("the recall to reach must lie above 0 and at most at 1"));
    }
    let reader = project.reader()?;
    let run = match &options.model {
        Some(name) => reader.latest_run_of(name)?,
        None => reader.latest_run()?,
    };
    let run = run.ok_or_else(|| {
        let which =
            options.model.as_deref().map_or("no model".to_owned(), |name| format!("the model \"{name}\" never"));
        ProjectError::usage(format!("{which} ran on this project: use `concord run` first"))
    })?;
    let replay = Replay::load(project, &reader, &run)?;
    let targets = targets(project, options, &replay)?;
    let rules = policy_of(&reader)?.queue;
    let mut orders: Vec<(Strategy, Vec<usize>)> = Vec::new();
    for strategy in &options.strategies {
        orders.push((*strategy, replay.order(project, &reader, &run, *strategy, &rules)?));
    }
    let random: Vec<Vec<usize>> = (0..options.random_orders).map(|n| replay.random_order(rules.seed, n)).collect();
    let slices: Vec<SliceLabels> =
        targets.iter().map(|(slice, target)| SliceLabels::count(&replay, slice, *target, &orders, &random)).collect();
    let batch = replay.round(&rules) as u64;
    Ok(Simulation {
        all: SliceLabels::all(&replay, &slices).outcome(&orders),
        slices: slices.into_iter().map(|labels| labels.outcome(&orders)).collect(),
        model: run.model,
        run: run.id,
        reference: Reference::for_project(project).describe(),
        score: project.config.validation.score,
        samples: replay.samples.len() as u64,
        random_orders: options.random_orders,
        batch,
    })
}

/// The slices with the recall they have to reach, those with objects only.
fn targets(project: &Project, options: &SimulationOptions, replay: &Replay) -> Result<Vec<(Slice, f64)>, ProjectError> {
    let all = options.target_recall.map(|_| Slice::all());
    let slices = all.into_iter().chain(project.slices.iter().cloned());
    let targets: Vec<(Slice, f64)> = slices
        .filter_map(|slice| {
            let target = options.target_recall.or(slice.target_recall)?;
            replay.part(&slice).iter().any(|s| s.counts && s.objects > 0).then_some((slice, target))
        })
        .collect();
    if targets.is_empty() {
        return Err(ProjectError::usage(
            "no slice with reference objects has a target: set target_recall in slices.toml or give --target-recall",
        ));
    }
    Ok(targets)
}

/// What is replayed: samples with their objects and what the model finds of them.
struct Replay {
    samples: Vec<Sample>,
    /// Objects, and those of them that are found.
    counts: Vec<(u64, u64)>,
}

impl Replay {
    fn load(project: &Project, reader: &Reader, run: &Run) -> Result<Self, ProjectError> {
        let reference = evaluation::reference_objects(project, reader, Reference::for_project(project))?;
        let predictions = evaluation::predictions_of(reader, &run.id)?;
        let ontology = reader.ontology()?;
        let classes = ontology.map(|o| o.classes.into_iter().map(|c| c.name).collect()).unwrap_or_default();
        let evaluated = evaluation::evaluate(reader.samples()?, classes, &reference, &predictions)?;
        if evaluated.samples.is_empty() {
            return Err(ProjectError::usage(format!(
                "no sample of the run {} has reference labels ({}): label some first",
                run.id,
                Reference::for_project(project).describe()
            )));
        }
        let per_image = evaluated.operating.per_image(project.config.validation.score);
        let counts = per_image.iter().map(|c| (c.true_positives + c.false_negatives, c.true_positives)).collect();
        Ok(Self { samples: evaluated.samples, counts })
    }

    /// The samples as a slice sees them.
    fn part(&self, slice: &Slice) -> Vec<Replayed> {
        let replayed = |(sample, (objects, found)): (&Sample, &(u64, u64))| Replayed {
            objects: *objects,
            found: *found,
            counts: slice.contains(sample),
        };
        self.samples.iter().zip(&self.counts).map(replayed).collect()
    }

    fn random_order(&self, seed: u64, n: u64) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.samples.len()).collect();
        Stream::new(seed, "queue", "simulate", n).shuffle(&mut order);
        order
    }

    /// How many samples are labelled before the order is computed anew.
    fn round(&self, rules: &QueueRules) -> usize {
        (rules.batch_size as usize).max(self.samples.len().div_ceil(MOST_ROUNDS))
    }

    /// All samples in the order in which a strategy has them labelled.
    fn order(
        &self,
        project: &Project,
        reader: &Reader,
        run: &Run,
        strategy: Strategy,
        policy: &QueueRules,
    ) -> Result<Vec<usize>, ProjectError> {
        let rules = strategy.rules(policy);
        let place_of: BTreeMap<&SampleId, usize> = self.samples.iter().map(|s| &s.id).zip(0..).collect();
        let keep = |s: &Sample| place_of.contains_key(&s.id);
        let mut ranking = Ranking::load_run(project, &rules, 0, Some(run.clone()), keep)?;
        ranking.forget_waiting()?;
        // Places in the ranking, whose samples stand in another order than here.
        let own: Vec<usize> = ranking.samples().iter().filter_map(|s| place_of.get(&s.id).copied()).collect();
        let mut labelled = vec![false; own.len()];
        let mut order: Vec<usize> = Vec::with_capacity(own.len());
        while order.len() < own.len() {
            let known: Vec<usize> = order.iter().map(|place| own[*place]).collect();
            ranking.set_weights(self.weights(project, &known))?;
            let next = next_round(&ranking, reader, &rules, &labelled, order.len(), self.round(&rules))?;
            for place in next {
                labelled[place] = true;
                order.push(place);
            }
        }
        Ok(order.into_iter().map(|place| own[place]).collect())
    }

    /// The weights of the slices by the recall on what is labelled; where nothing is, it may be 0.
    fn weights(&self, project: &Project, labelled: &[usize]) -> Vec<slices::Weighted> {
        let low = |slice: &Slice| {
            let of_slice = labelled.iter().filter(|at| slice.contains(&self.samples[**at]));
            let (objects, found) = of_slice.fold((0, 0), |sum, at| {
                let (objects, found) = self.counts[*at];
                (sum.0 + objects, sum.1 + found)
            });
            interval::wilson(found, objects, 0.95).map_or(0.0, |recall| recall.low)
        };
        project.slices.iter().map(|slice| slices::weighted(slice, Some(low(slice)))).collect()
    }
}

/// The samples of the next round, by place in the ranking.
fn next_round(
    ranking: &Ranking,
    reader: &Reader,
    rules: &QueueRules,
    labelled: &[bool],
    done: usize,
    count: usize,
) -> Result<Vec<usize>, ProjectError> {
    let scores = ranking.scores(rules);
    let open: Vec<usize> = ranking.order(rules).into_iter().filter(|place| !labelled[*place]).collect();
    if rules.random_share + rules.blank_share == 0.0 && rules.diversity == 0.0 {
        return Ok(open.into_iter().take(count).collect());
    }
    let front = batch::front(ranking, reader, &open, &scores, rules, count)?;
    let drawn = |place: usize| number(rules.seed, Purpose::Random, &ranking.samples()[place].id.0);
    let mut random: Vec<(f64, usize)> = open.iter().map(|place| (drawn(*place), *place)).collect();
    random.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let random: Vec<usize> = random.into_iter().map(|(_, place)| place).collect();
    let lists = Lists {
        blank: random.iter().copied().filter(|place| ranking.is_blank(*place)).collect(),
        random,
        ranked: front.into_iter().chain(open.into_iter().map(Picked::by_rank)).collect(),
        honeypots: vec![],
    };
    let slot = |task: u64| compose::slot(rules, &AssignmentRules::default(), "", task);
    let tasks = compose::compose(lists, ranking.len(), slot, done as u64);
    Ok(tasks.into_iter().take(count).map(|(picked, _)| picked.place).collect())
}

/// Labels that each order takes for a slice.
struct SliceLabels {
    slice: String,
    target: Option<f64>,
    samples: u64,
    objects: u64,
    recall: f64,
    strategies: Vec<u64>,
    random: Vec<u64>,
}

impl SliceLabels {
    fn count(
        replay: &Replay,
        slice: &Slice,
        target: f64,
        orders: &[(Strategy, Vec<usize>)],
        random: &[Vec<usize>],
    ) -> Self {
        let part = replay.part(slice);
        // Every order holds all samples, so that a recall of 1 is reached at last.
        let labels = |order: &Vec<usize>| labels_to_recall(&part, order, target).unwrap_or(order.len() as u64);
        Self {
            slice: slice.name.clone(),
            target: Some(target),
            samples: part.iter().filter(|s| s.counts).count() as u64,
            objects: part.iter().filter(|s| s.counts).map(|s| s.objects).sum(),
            recall: recall_after(&part, |_| false).unwrap_or(0.0),
            strategies: orders.iter().map(|(_, order)| labels(order)).collect(),
            random: random.iter().map(labels).collect(),
        }
    }

    /// All slices together: of each order the slice that takes most.
    fn all(replay: &Replay, slices: &[Self]) -> Self {
        let most = |of: &dyn Fn(&Self) -> Vec<u64>| -> Vec<u64> {
            slices
                .iter()
                .map(of)
                .reduce(|a, b| a.into_iter().zip(b).map(|(a, b)| a.max(b)).collect())
                .unwrap_or_default()
        };
        let whole = replay.part(&Slice::all());
        Self {
            slice: "every slice".to_owned(),
            target: None,
            samples: whole.len() as u64,
            objects: whole.iter().map(|s| s.objects).sum(),
            recall: recall_after(&whole, |_| false).unwrap_or(0.0),
            strategies: most(&|labels| labels.strategies.clone()),
            random: most(&|labels| labels.random.clone()),
        }
    }

    fn outcome(self, orders: &[(Strategy, Vec<usize>)]) -> SliceSimulation {
        let n = self.random.len() as f64;
        let mean = self.random.iter().sum::<u64>() as f64 / n;
        let squares: f64 = self.random.iter().map(|v| (*v as f64 - mean).powi(2)).sum();
        let range = [self.random.iter().min(), self.random.iter().max()].map(|v| v.copied().unwrap_or(0));
        let outcome = |(labels, (strategy, _)): (&u64, &(Strategy, Vec<usize>))| StrategyOutcome {
            strategy: *strategy,
            labels: *labels,
            ratio: (mean > 0.0).then(|| *labels as f64 / mean),
        };
        SliceSimulation {
            slice: self.slice,
            target: self.target,
            samples: self.samples,
            objects: self.objects,
            recall: self.recall,
            random_mean: mean,
            random_range: range,
            random_deviation: if n > 1.0 { libm::sqrt(squares / (n - 1.0)) } else { 0.0 },
            strategies: self.strategies.iter().zip(orders).map(outcome).collect(),
        }
    }
}
