//! The methods with their parameters: what is chosen, kept, and part of the key that a finished map is found by.

use std::fmt;

use concord_imaging::Rgb8;
use serde::{Deserialize, Serialize};

use super::drise::{DRise, DRiseOptions};
use super::error::SaliencyError;
use super::masks::Upsampling;
use super::occlusion::{Occlusion, OcclusionOptions};
use super::probe::{Probe, Target};
use super::{drise, eigen_cam, grad_cam, occlusion};

/// A method with all that its result depends on beside the model, the image, the target and the sample's id.
///
/// As text (`Display`) every set of parameters has one form, fit for a cache key.
///
/// ```
/// use concord_inference::saliency::{Method, OcclusionOptions};
/// let method = Method::Occlusion(OcclusionOptions::default());
/// assert_eq!(method.to_string(), "occlusion window=0.125 stride=0.5");
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "method", rename_all = "lowercase")]
pub enum Method {
    /// The strongest pattern of a feature map; for no class alone.
    EigenCam {
        /// The tensor, an output or an inner one; `None` is the model's own choice.
        tensor: Option<String>,
    },
    /// Features weighed by a gradient that the model file brings.
    GradCam {
        /// The output that holds the activations.
        activations: String,
        /// The output that holds the gradients.
        gradients: String,
    },
    /// Windows covered one after the other.
    Occlusion(OcclusionOptions),
    /// Random masks.
    DRise(DRiseOptions),
    /// A map that another tool computed.
    Imported {
        /// SHA-256 of the file, 64 lower-case hexadecimal digits.
        sha256: String,
    },
}

impl Method {
    /// The name that a map of this method carries: `eigencam`, `gradcam`, `occlusion`, `drise` or `imported`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::EigenCam { .. } => eigen_cam::NAME,
            Self::GradCam { .. } => grad_cam::NAME,
            Self::Occlusion(_) => occlusion::NAME,
            Self::DRise(_) => drise::NAME,
            Self::Imported { .. } => super::import::NAME,
        }
    }

    /// Starts a method that asks the model about changed pictures; `None` for one that does not.
    ///
    /// See [`Probe`] for the size of the image, and [`Occlusion::new`] and [`DRise::new`] for the rest.
    pub fn probe(
        &self,
        image: Rgb8,
        target: Option<Target>,
        sample: &str,
    ) -> Result<Option<Box<dyn Probe>>, SaliencyError> {
        Ok(match self {
            Self::Occlusion(options) => Some(Box::new(Occlusion::new(image, target, *options)?)),
            Self::DRise(options) => Some(Box::new(DRise::new(image, target, *options, sample)?)),
            Self::EigenCam { .. } | Self::GradCam { .. } | Self::Imported { .. } => None,
        })
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self {
            Self::EigenCam { tensor: None } => Ok(()),
            Self::EigenCam { tensor: Some(tensor) } => write!(f, " tensor={tensor:?}"),
            Self::GradCam { activations, gradients } => {
                write!(f, " activations={activations:?} gradients={gradients:?}")
            }
            Self::Occlusion(OcclusionOptions { window, stride }) => write!(f, " window={window} stride={stride}"),
            Self::DRise(DRiseOptions { grid, p, masks, seed, upsampling, mean_corrected }) => {
                let upsampling = match upsampling {
                    Upsampling::Bilinear => "bilinear",
                    Upsampling::Nearest => "nearest",
                };
                let weights = if *mean_corrected { "mean-corrected" } else { "plain" };
                write!(f, " grid={grid} p={p} masks={masks} seed={seed} {upsampling} {weights}")
            }
            Self::Imported { sha256 } => write!(f, " sha256={sha256}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use concord_geometry::Size;

    use super::*;

    fn methods() -> Vec<Method> {
        let rise = DRiseOptions::default();
        vec![
            Method::EigenCam { tensor: None },
            Method::EigenCam { tensor: Some("a b".into()) },
            Method::EigenCam { tensor: Some("a".into()) },
            Method::GradCam { activations: "a".into(), gradients: "b".into() },
            Method::GradCam { activations: "a\" gradients=\"b".into(), gradients: "b".into() },
            Method::Occlusion(OcclusionOptions::default()),
            Method::Occlusion(OcclusionOptions { window: 0.1, ..OcclusionOptions::default() }),
            Method::Occlusion(OcclusionOptions { stride: 1.0, ..OcclusionOptions::default() }),
            Method::DRise(rise),
            Method::DRise(DRiseOptions { grid: 8, ..rise }),
            Method::DRise(DRiseOptions { p: 0.25, ..rise }),
            Method::DRise(DRiseOptions { masks: 300, ..rise }),
            Method::DRise(DRiseOptions { seed: u64::MAX, ..rise }),
            Method::DRise(DRiseOptions { upsampling: Upsampling::Nearest, ..rise }),
            Method::DRise(DRiseOptions { mean_corrected: false, ..rise }),
            Method::Imported { sha256: "ab".into() },
        ]
    }

    #[test]
    fn every_set_of_parameters_has_a_text_of_its_own() {
        let texts: BTreeSet<String> = methods().iter().map(Method::to_string).collect();
        assert_eq!(texts.len(), methods().len(), "{texts:?}");
    }

    #[test]
    fn methods_come_back_from_json() {
        for method in methods() {
            let json = serde_json::to_string(&method).expect("plain data");
            assert!(json.starts_with(&format!("{{\"method\":\"{}\"", method.name())), "{json}");
            assert_eq!(serde_json::from_str::<Method>(&json).expect("what was written"), method);
        }
    }

    #[test]
    fn only_methods_that_change_the_picture_can_be_started() {
        for method in methods() {
            let image = Rgb8::filled(Size::new(32, 32), [1; 3]);
            let probe = method.probe(image, None, "img").expect("parameters within their ranges");
            assert_eq!(probe.is_some(), matches!(method.name(), "occlusion" | "drise"), "{method}");
        }
    }
}
