//! `[prompted]` in an encoder's card: its decoder, and what the decoder's names do not tell.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// `[prompted]`: the decoder that belongs to an encoder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PromptedKeys {
    /// The decoder's file, beside the encoder's.
    pub decoder: String,
    /// The value that a pixel's logit exceeds where it belongs to the object; 0 when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mask_threshold: Option<f64>,
    /// Width and height that the coordinates of points are counted in; the encoder's input size when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coordinates: Option<[u32; 2]>,
    /// Whether a point of the label -1 is added where there is no box. Segment Anything's export wants it; SAM 2's,
    /// EfficientSAM's and those of transformers add their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub padding_point: Option<bool>,
    /// Names of the decoder's tensors where they are not the usual ones.
    #[serde(default, skip_serializing_if = "TensorKeys::is_empty")]
    pub tensors: TensorKeys,
    /// Input of the decoder to output of the encoder, where the two have different names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub embeddings: BTreeMap<String, String>,
}

/// `[prompted.tensors]`: the decoder's tensors by what they hold; `N` is the number of points, `M` that of masks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TensorKeys {
    /// Input `[1, N, 2]` or `[1, 1, N, 2]`: x and y of the points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub points: Option<String>,
    /// Input `[1, N]` or `[1, 1, N]`: their labels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<String>,
    /// Input `[1, 1, h, w]`: the logits of an earlier mask.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mask: Option<String>,
    /// Input `[1]`: 1 where there is an earlier mask, else 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub has_mask: Option<String>,
    /// Input `[2]`: height and width that the masks are to have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_size: Option<String>,
    /// Output `[1, M, h, w]` or `[1, 1, M, h, w]`: logits of the masks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub masks: Option<String>,
    /// Output `[1, M]` or `[1, 1, M]`: the IoU that each mask is predicted to have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scores: Option<String>,
    /// Output `[1, M, h, w]`: the masks as the decoder takes them back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low_res: Option<String>,
}

impl TensorKeys {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
