//! What can be wrong with the input of an evaluation.

/// Which list an entry comes from, for messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The ground truth.
    GroundTruth,
    /// The detections.
    Detections,
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::GroundTruth => "ground truth",
            Self::Detections => "detections",
        })
    }
}

/// Why an evaluation could not be carried out. Entries are counted from 0.
#[derive(Debug, thiserror::Error)]
pub enum MetricsError {
    /// A COCO file does not parse. NaN and Infinity are no JSON numbers and end up here.
    #[error("cannot read the {from} as COCO JSON: {source}")]
    Json {
        /// Which file.
        from: Source,
        /// What the parser says, with line and column.
        source: serde_json::Error,
    },
    /// An entry belongs to an image that is not in the list of images.
    #[error("cannot evaluate: entry {index} of the {from} belongs to image {image}, which is not among the images")]
    UnknownImage {
        /// Which list.
        from: Source,
        /// Position in the list.
        index: usize,
        /// The image it names.
        image: u64,
    },
    /// A ground-truth box has a category that is not in the list of categories.
    #[error("cannot evaluate: entry {index} of the ground truth has category {category}, which is not declared")]
    UnknownCategory {
        /// Position in the list.
        index: usize,
        /// The category it names.
        category: u64,
    },
    /// A ground-truth entry has no box.
    #[error("cannot evaluate boxes: entry {index} of the ground truth (image {image}) has no bbox")]
    MissingBox {
        /// Position in the list.
        index: usize,
        /// Its image.
        image: u64,
    },
    /// A score, area or coordinate is NaN or infinite.
    #[error("cannot evaluate: entry {index} of the {from} (image {image}) has a {field} that is not a finite number")]
    NotFinite {
        /// Which list.
        from: Source,
        /// Position in the list.
        index: usize,
        /// Its image.
        image: u64,
        /// `score`, `area` or `bbox`.
        field: &'static str,
    },
    /// A box has negative width or height.
    #[error("cannot evaluate: entry {index} of the {from} (image {image}) has a negative size, {width} × {height}")]
    NegativeSize {
        /// Which list.
        from: Source,
        /// Position in the list.
        index: usize,
        /// Its image.
        image: u64,
        /// Width as given.
        width: f64,
        /// Height as given.
        height: f64,
    },
    /// A slice names an image that was not evaluated.
    #[error("cannot evaluate the slice: image {image} is not among the evaluated images")]
    UnknownSliceImage {
        /// The image it names.
        image: u64,
    },
    /// Two lists that belong together differ in length.
    #[error("cannot {task}: {left} {left_name} for {right} {right_name}")]
    Lengths {
        /// What was attempted, such as `fit a temperature`.
        task: &'static str,
        /// What the first list holds.
        left_name: &'static str,
        /// Length of the first list.
        left: usize,
        /// What the second list holds.
        right_name: &'static str,
        /// Length that it asks for.
        right: usize,
    },
    /// A number lies outside of what the method is defined for (NaN lies outside of everything).
    #[error("cannot {task}: the {field} of entry {index} is {value}; it has to be {expected}")]
    OutOfRange {
        /// What was attempted.
        task: &'static str,
        /// Position in the list.
        index: usize,
        /// Which number of the entry.
        field: &'static str,
        /// The number.
        value: f64,
        /// What is allowed, such as `between 0 and 1`.
        expected: &'static str,
    },
    /// Too few labelled examples for a result that means anything.
    #[error("cannot {task}: it takes {needed} labelled examples, and there are {got}")]
    TooFew {
        /// What was attempted.
        task: &'static str,
        /// How many are needed.
        needed: usize,
        /// How many there are.
        got: usize,
    },
    /// A list of weights does not fit the images.
    #[error("cannot weight the images: {got} weights for {expected} images")]
    WeightCount {
        /// Number of images.
        expected: usize,
        /// Number of weights.
        got: usize,
    },
}
