//! The image that a model takes.

use concord_geometry::{Fit, Size};
use serde::{Deserialize, Serialize};

use super::card::InputKeys;
use super::{ContractError, Family};

/// Where the channels stand in the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layout {
    /// `[batch, channels, height, width]`.
    Nchw,
    /// `[batch, height, width, channels]`.
    Nhwc,
}

/// Order of the channels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Colour {
    /// Red first.
    Rgb,
    /// Blue first.
    Bgr,
    /// One channel of luma, as Pillow's `convert("L")`.
    Grey,
}

impl Colour {
    /// Number of channels.
    pub fn channels(self) -> usize {
        match self {
            Self::Rgb | Self::Bgr => 3,
            Self::Grey => 1,
        }
    }
}

/// How pixels are made of others where the size changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Resample {
    /// Bilinear between the four nearest pixels, as OpenCV's `INTER_LINEAR`: what detectors are mostly trained with.
    #[default]
    Linear,
    /// Bilinear over the area that a pixel covers, as Pillow and torchvision do it: smooth where an image shrinks.
    Smooth,
}

/// [`Fit`] by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FitName {
    /// [`Fit::Letterbox`].
    Letterbox,
    /// [`Fit::LetterboxTopLeft`].
    LetterboxTopLeft,
    /// [`Fit::Stretch`].
    Stretch,
    /// [`Fit::Cover`].
    Cover,
}

impl From<FitName> for Fit {
    fn from(name: FitName) -> Self {
        match name {
            FitName::Letterbox => Self::Letterbox,
            FitName::LetterboxTopLeft => Self::LetterboxTopLeft,
            FitName::Stretch => Self::Stretch,
            FitName::Cover => Self::Cover,
        }
    }
}

/// Element type of the input tensor; values are worked out as 32-bit floats and converted last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Element {
    /// 32-bit floats.
    Float32,
    /// 16-bit floats.
    Float16,
    /// 64-bit floats.
    Float64,
    /// Bytes; values are rounded and held to 0..=255.
    Uint8,
}

impl Element {
    /// The type of that name, when a model may take it.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "float32" => Some(Self::Float32),
            "float16" => Some(Self::Float16),
            "float64" => Some(Self::Float64),
            "uint8" => Some(Self::Uint8),
            _ => None,
        }
    }
}

/// The image that a model takes, and what is done to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Input {
    /// Name of the tensor.
    pub name: String,
    /// Its elements.
    pub element: Element,
    /// Where the channels stand.
    pub layout: Layout,
    /// Width and height in pixels.
    pub size: Size,
    /// True when the model takes any number of images at once, false when exactly one.
    pub any_batch: bool,
    /// How an image is brought to `size`.
    pub fit: FitName,
    /// How its pixels are made.
    pub resample: Resample,
    /// Grey level of the padding.
    pub pad: u8,
    /// Order of the channels.
    pub colour: Colour,
    /// What a level of 0..=255 is multiplied by.
    pub scale: f64,
    /// What is taken off then, a number a channel in the order of `colour`.
    pub mean: Vec<f64>,
    /// What that is divided by, a number a channel.
    pub std: Vec<f64>,
}

impl Input {
    /// `[batch, channels, height, width]` or `[batch, height, width, channels]`, for a batch of `batch` images.
    pub fn shape(&self, batch: usize) -> [usize; 4] {
        let (channels, height, width) = (self.colour.channels(), self.size.height as usize, self.size.width as usize);
        match self.layout {
            Layout::Nchw => [batch, channels, height, width],
            Layout::Nhwc => [batch, height, width, channels],
        }
    }

    /// An input of that shape whose pixels are treated as Ultralytics does: letterboxed with grey 114, RGB in 0..=1.
    pub fn plain(name: &str, element: Element, layout: Layout, channels: usize, size: Size, any_batch: bool) -> Self {
        Self {
            name: name.to_owned(),
            element,
            layout,
            size,
            any_batch,
            fit: FitName::Letterbox,
            resample: Resample::Linear,
            pad: 114,
            colour: if channels == 1 { Colour::Grey } else { Colour::Rgb },
            scale: 1.0 / 255.0,
            mean: vec![0.0; channels],
            std: vec![1.0; channels],
        }
    }

    /// Sets how pixels are treated: what the card says, else what exports of the family usually want. Gives what was
    /// taken for granted, for people.
    pub(crate) fn treat(&mut self, keys: &InputKeys, family: Family) -> Result<Vec<String>, ContractError> {
        let channels = self.colour.channels();
        let (fit, colour, scale) = self.habits(family);
        let mut assumed = Vec::new();
        if keys.fit.is_none() {
            assumed.push(format!("fit {}", word(&fit)));
        }
        if keys.colour.is_none() && channels > 1 {
            assumed.push(format!("colour {}", word(&colour)));
        }
        if keys.scale.is_none() && keys.mean.is_none() && keys.std.is_none() {
            assumed.push(format!("levels 0..=255 times {scale:.6}, no mean or standard deviation"));
        }
        self.fit = keys.fit.unwrap_or(fit);
        self.resample = keys.resample.unwrap_or_default();
        self.pad = keys.pad.unwrap_or(114);
        self.colour = keys.colour.unwrap_or(colour);
        if self.colour.channels() != channels {
            let expected = format!("{} channels for the colour {}", self.colour.channels(), word(&self.colour));
            return Err(ContractError::new(expected, format!("{channels} in {}", self.name)));
        }
        self.scale = keys.scale.unwrap_or(scale);
        self.mean = per_channel(keys.mean.as_deref(), 0.0, channels, "mean")?;
        self.std = per_channel(keys.std.as_deref(), 1.0, channels, "std")?;
        if self.std.contains(&0.0) || !self.scale.is_finite() {
            let found = format!("scale {} and std {:?}", self.scale, self.std);
            return Err(ContractError::new("a finite scale and standard deviations other than 0", found));
        }
        Ok(assumed)
    }

    /// What a family's exports usually want: fit, colour and scale.
    fn habits(&self, family: Family) -> (FitName, Colour, f64) {
        let scale = if self.element == Element::Uint8 { 1.0 } else { 1.0 / 255.0 };
        match family {
            Family::Yolox if self.colour == Colour::Rgb => (FitName::LetterboxTopLeft, Colour::Bgr, 1.0),
            Family::Yolox => (FitName::LetterboxTopLeft, self.colour, 1.0),
            Family::Yolov5 | Family::Yolov8 | Family::Yolov10 => (FitName::Letterbox, self.colour, scale),
            Family::Classification | Family::Embedding => (FitName::Cover, self.colour, scale),
            Family::Gfl | Family::Listed | Family::Detr | Family::Anchors | Family::Semantic => {
                (FitName::Stretch, self.colour, scale)
            }
        }
    }

    pub(crate) fn to_keys(&self) -> InputKeys {
        InputKeys {
            tensor: Some(self.name.clone()),
            layout: Some(self.layout),
            size: Some([self.size.width, self.size.height]),
            fit: Some(self.fit),
            resample: Some(self.resample),
            pad: Some(self.pad),
            colour: Some(self.colour),
            scale: Some(self.scale),
            mean: Some(self.mean.clone()),
            std: Some(self.std.clone()),
        }
    }
}

/// A value's name in `model.toml`.
fn word(value: &impl Serialize) -> String {
    toml::Value::try_from(value).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

fn per_channel(values: Option<&[f64]>, otherwise: f64, channels: usize, name: &str) -> Result<Vec<f64>, ContractError> {
    match values {
        None => Ok(vec![otherwise; channels]),
        Some(values) if !values.iter().all(|v| v.is_finite()) => {
            Err(ContractError::new(format!("finite numbers as {name}"), format!("{values:?}")))
        }
        Some([one]) => Ok(vec![*one; channels]),
        Some(values) if values.len() == channels => Ok(values.to_vec()),
        Some(values) => Err(ContractError::new(format!("{channels} numbers as {name}"), format!("{values:?}"))),
    }
}
