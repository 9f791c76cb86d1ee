//! Putting objects of several people together where they show one thing.

use std::collections::{BTreeMap, BTreeSet};

use concord_geometry::{BoxIndex, GeometryKind};
use concord_metrics::matching::{Candidate, ClassRule, box_candidates, match_pairs};

use super::similarity::reach;
use super::{Group, Opinion, similarity};
use crate::object::Object;
use crate::policy::ReviewRules;

/// An object, and the place of who drew it among the opinions.
type Drawn<'a> = (usize, &'a Object);

/// The groups of all objects. Two people's are matched one to one with the largest total overlap (A.6 of the methods:
/// objects of one class first, then what is left); of three and more, pairs are gone through by falling overlap and joined
/// where every two members overlap enough.
pub(super) fn of<'a>(opinions: &'a [Opinion<'a>], rules: &ReviewRules) -> Vec<Group<'a>> {
    let drawn: Vec<Drawn<'a>> = opinions
        .iter()
        .enumerate()
        .flat_map(|(who, o)| o.labels.objects.iter().map(move |object| (who, object)))
        .collect();
    let pairs = overlapping(&drawn, rules.match_iou);
    let grouped = if opinions.len() == 2 { matched(&drawn, &pairs, rules) } else { linked(&drawn, &pairs) };
    let overlaps: BTreeMap<(usize, usize), f64> = pairs.iter().map(|(i, j, s)| ((*i, *j), *s)).collect();
    let group = |places: Vec<usize>| {
        let pairs = places.iter().enumerate().flat_map(|(n, i)| places[n + 1..].iter().map(move |j| (*i, *j)));
        let overlap = pairs.filter_map(|pair| overlaps.get(&pair).copied()).reduce(f64::min);
        Group { objects: places.into_iter().map(|at| drawn[at]).collect(), overlap, people: opinions }
    };
    grouped.into_iter().map(group).collect()
}

/// Groups of which not everybody has a part are put together where they have one class and overlap a little: one thing at
/// two places is less wrong than two things that one person each sees.
pub(super) fn with_near_ones<'a>(groups: Vec<Group<'a>>, rules: &ReviewRules) -> Vec<Group<'a>> {
    let everybody = groups.first().map_or(0, |group| group.people.len());
    let lonely: Vec<(usize, &Object)> = (0..)
        .zip(&groups)
        .filter(|(_, group)| group.objects.len() == 1 && everybody > 1)
        .map(|(at, group)| (at, group.objects[0].1))
        .collect();
    let who = |at: usize| groups[at].objects[0].0;
    let mut index = BoxIndex::new();
    for (at, object) in &lonely {
        index.insert(*at as u64, reach(object));
    }
    let mut near: Vec<(f64, usize, usize)> = Vec::new();
    for (at, object) in &lonely {
        for other in index.touching(&reach(object)).into_iter().map(|id| id as usize).filter(|other| other > at) {
            let second = groups[other].objects[0].1;
            let overlap = similarity(object, second);
            let fits = overlap >= rules.near_iou && object.class == second.class && who(*at) != who(other);
            if fits {
                near.push((overlap, *at, other));
            }
        }
    }
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let mut joined: BTreeMap<usize, (f64, usize)> = BTreeMap::new();
    let mut gone: BTreeSet<usize> = BTreeSet::new();
    for (overlap, first, second) in near {
        if !joined.contains_key(&first)
            && !joined.contains_key(&second)
            && !gone.contains(&first)
            && !gone.contains(&second)
        {
            joined.insert(first, (overlap, second));
            gone.insert(second);
        }
    }
    let moved: BTreeMap<usize, (usize, &'a Object)> = gone.iter().map(|at| (*at, groups[*at].objects[0])).collect();
    let mut result = Vec::with_capacity(groups.len());
    for (at, mut group) in groups.into_iter().enumerate() {
        if gone.contains(&at) {
            continue;
        }
        if let Some((overlap, other)) = joined.get(&at) {
            group.objects.extend(moved.get(other).copied());
            group.objects.sort_by_key(|(who, _)| *who);
            group.overlap = Some(*overlap);
        }
        result.push(group);
    }
    result
}

/// The pairs of objects of two lists that are similar by `least` at least and above 0, by the first, then the second.
pub fn candidates(a: &[&Object], b: &[&Object], least: f64) -> Vec<Candidate> {
    let are_boxes = |objects: &[&Object]| objects.iter().all(|o| o.geometry.kind() == GeometryKind::Box);
    if are_boxes(a) && are_boxes(b) {
        let boxes = |objects: &[&Object]| objects.iter().map(|o| o.bounds()).collect::<Vec<_>>();
        return box_candidates(&boxes(a), &boxes(b), least);
    }
    let mut index = BoxIndex::new();
    for (at, object) in b.iter().enumerate() {
        index.insert(at as u64, reach(object));
    }
    let mut found = Vec::new();
    for (i, object) in a.iter().enumerate() {
        let mut near = index.touching(&reach(object));
        near.sort_unstable();
        for j in near.into_iter().map(|id| id as usize) {
            let overlap = similarity(object, b[j]);
            if overlap >= least && overlap > 0.0 {
                found.push(Candidate::new(i, j, overlap));
            }
        }
    }
    found
}

/// (i, j, similarity) with i < j of different people that overlap by `least` at least, in order.
fn overlapping(drawn: &[Drawn<'_>], least: f64) -> Vec<(usize, usize, f64)> {
    let objects: Vec<&Object> = drawn.iter().map(|(_, object)| *object).collect();
    let pairs = candidates(&objects, &objects, least).into_iter().map(|c| (c.a as usize, c.b as usize, c.similarity));
    let mut pairs: Vec<_> = pairs.filter(|(i, j, _)| i < j && drawn[*i].0 != drawn[*j].0).collect();
    pairs.sort_by_key(|(i, j, _)| (*i, *j));
    pairs
}

/// Two people's objects one to one.
fn matched(drawn: &[Drawn<'_>], pairs: &[(usize, usize, f64)], rules: &ReviewRules) -> Vec<Vec<usize>> {
    let of_first = drawn.iter().take_while(|(who, _)| *who == 0).count();
    let names: BTreeSet<&str> = drawn.iter().map(|(_, object)| object.class.as_str()).collect();
    let names: BTreeMap<&str, usize> = names.into_iter().zip(0..).collect();
    let classes: Vec<usize> = drawn.iter().map(|(_, object)| names[object.class.as_str()]).collect();
    let (a, b) = classes.split_at(of_first);
    let candidates: Vec<Candidate> =
        pairs.iter().map(|(i, j, similarity)| Candidate::new(*i, j - of_first, *similarity)).collect();
    let rule = if rules.class_blind { ClassRule::Ignored } else { ClassRule::TwoStage };
    let matching = match_pairs(&candidates, a, b, rule, rules.match_iou);
    let mut groups: Vec<Vec<usize>> = matching.pairs.iter().map(|(i, j, _)| vec![*i, j + of_first]).collect();
    groups.extend(matching.only_a.iter().map(|i| vec![*i]));
    groups.extend(matching.only_b.iter().map(|j| vec![j + of_first]));
    groups.sort_unstable();
    groups
}

/// Complete linkage: each person at most once a group, and every pair in it among the overlapping ones. Pairs are gone
/// through by falling overlap, ties by position.
fn linked(drawn: &[Drawn<'_>], pairs: &[(usize, usize, f64)]) -> Vec<Vec<usize>> {
    let fits: BTreeSet<(usize, usize)> = pairs.iter().map(|(i, j, _)| (*i, *j)).collect();
    let mut order: Vec<&(usize, usize, f64)> = pairs.iter().collect();
    order.sort_by(|a, b| b.2.total_cmp(&a.2).then((a.0, a.1).cmp(&(b.0, b.1))));
    let mut members: Vec<Vec<usize>> = (0..drawn.len()).map(|at| vec![at]).collect();
    let mut home: Vec<usize> = (0..drawn.len()).collect();
    for (i, j, _) in order {
        let (a, b) = (home[*i].min(home[*j]), home[*i].max(home[*j]));
        let is_one = |p: usize, q: usize| drawn[p].0 != drawn[q].0 && fits.contains(&(p.min(q), p.max(q)));
        if a != b && members[a].iter().all(|p| members[b].iter().all(|q| is_one(*p, *q))) {
            let moved = std::mem::take(&mut members[b]);
            for at in &moved {
                home[*at] = a;
            }
            members[a].extend(moved);
        }
    }
    let mut groups: Vec<Vec<usize>> = members.into_iter().filter(|group| !group.is_empty()).collect();
    for group in &mut groups {
        group.sort_unstable();
    }
    groups.sort_unstable();
    groups
}
