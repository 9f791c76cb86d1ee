//! Which results are still wanted: identity and generation of every request.

use std::collections::BTreeMap;

use concord_domain::sample::SampleId;
use concord_widgets::canvas::TileId;

use super::Pick;
use super::models::ModelWork;
use super::policies::PolicyWork;

/// What a job is about. At most one answer to each is wanted at a time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Request {
    /// The image of a sample.
    Image(SampleId),
    /// The thumbnail of a sample.
    Thumbnail(SampleId),
    /// The session on a sample.
    Session(SampleId),
    /// The saliency on a sample.
    Saliency(SampleId),
    /// Bringing in saliency maps.
    Maps,
    /// Reading a sample for prompts, or the answer to a prompt on it.
    Prompt(SampleId),
    /// The queue.
    Queue,
    /// Taking a sample to work on it.
    Lease(SampleId),
    /// What waits for a second person.
    Waiting,
    /// What is disputed on a sample.
    Dispute(SampleId),
    /// Working out a verdict on a sample.
    Ruling(SampleId),
    /// Adding an example to the policy.
    Example,
    /// The agreement.
    Agreement,
    /// What was done.
    Activity,
    /// A page of the history.
    History,
    /// Work on versions, campaigns and people.
    Policy(PolicyWork),
    /// Work on models.
    Model(ModelWork),
    /// Opening or making a project.
    Open,
    /// Looking at what was dropped.
    Look,
    /// A file dialog.
    Pick(Pick),
    /// Copying objects to other samples.
    Copies,
    /// A tile of a large image.
    Tile(SampleId, TileId),
    /// Making the coarse levels of a large image exact.
    Refine(SampleId),
    /// Making a row of the log durable, for a label set of this sample.
    Save(SampleId, u64),
    /// Making a comment or a working time durable, for this sample.
    Note(SampleId, u64),
    /// Making a decision about this sample durable.
    Judge(SampleId, u64),
}

/// Identity and generation of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// What was asked.
    pub request: Request,
    /// Which time of asking.
    pub generation: u64,
}

/// The newest generation of everything that is asked for and not answered yet.
#[derive(Debug, Default)]
pub struct Outstanding {
    newest: BTreeMap<Request, u64>,
    given: u64,
}

impl Outstanding {
    /// A number that no other request has.
    pub fn next_number(&mut self) -> u64 {
        self.given += 1;
        self.given
    }

    /// A ticket for a request. Earlier tickets for the same request become stale.
    pub fn issue(&mut self, request: Request) -> Ticket {
        self.given += 1;
        self.newest.insert(request.clone(), self.given);
        Ticket { request, generation: self.given }
    }

    /// Takes in an answer: true when it is wanted, false when it is stale and must be dropped.
    pub fn settle(&mut self, ticket: &Ticket) -> bool {
        let wanted = self.is_open(ticket);
        if wanted {
            self.newest.remove(&ticket.request);
        }
        wanted
    }

    /// True when this is the newest ticket of its request and not answered yet.
    pub fn is_open(&self, ticket: &Ticket) -> bool {
        self.newest.get(&ticket.request) == Some(&ticket.generation)
    }

    /// True while an answer to the request is awaited.
    pub fn awaits(&self, request: &Request) -> bool {
        self.newest.contains_key(request)
    }

    /// How many rows are on their way to the log.
    pub fn saving(&self) -> usize {
        self.newest.keys().filter(|r| matches!(r, Request::Save(..) | Request::Note(..) | Request::Judge(..))).count()
    }

    /// Makes everything that was asked stale, except what `keep` holds for.
    pub fn forget(&mut self, keep: impl Fn(&Request) -> bool) {
        self.newest.retain(|request, _| keep(request));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_newest_answer_is_wanted() {
        let mut outstanding = Outstanding::default();
        let request = Request::Image(SampleId("a".to_owned()));
        let first = outstanding.issue(request.clone());
        let second = outstanding.issue(request.clone());
        assert!(outstanding.is_open(&second) && !outstanding.is_open(&first));
        assert!(!outstanding.settle(&first), "the first was asked again");
        assert!(outstanding.awaits(&request));
        assert!(outstanding.settle(&second));
        assert!(!outstanding.settle(&second), "nothing is answered twice");
    }

    #[test]
    fn what_was_asked_of_another_project_is_stale() {
        let mut outstanding = Outstanding::default();
        let image = outstanding.issue(Request::Image(SampleId("a".to_owned())));
        let pick = outstanding.issue(Request::Pick(Pick::Project));
        outstanding.forget(|r| matches!(r, Request::Pick(_)));
        assert!(!outstanding.settle(&image));
        assert!(outstanding.settle(&pick));
    }
}
