//! Example pictures of a guideline: read behind the same limits as any picture, on a thread of their own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use concord_imaging::{Limits, decode_file, thumbnail};
use egui::ColorImage;
use egui::load::{ImageLoadResult, ImageLoader, ImagePoll, LoadError, SizeHint};

/// What stands before the path of a picture that this loader reads.
const SCHEME: &str = "guideline://";

/// Longest side of a picture beside the text, in pixels.
const LONGEST_SIDE: u32 = 512;

#[derive(Clone)]
enum Slot {
    Pending,
    Ready(Arc<ColorImage>),
    Failed(String),
}

/// Reads pictures for the guideline; a picture that cannot be read shows why.
#[derive(Clone, Default)]
pub(crate) struct PictureLoader {
    slots: Arc<Mutex<BTreeMap<String, Slot>>>,
}

/// What to put before the relative paths of a guideline whose project is in `dir`.
pub(crate) fn scheme_of(dir: &Path) -> String {
    format!("{SCHEME}{}/", dir.display())
}

impl PictureLoader {
    fn put(&self, uri: &str, slot: Slot) {
        if let Ok(mut slots) = self.slots.lock() {
            slots.insert(uri.to_owned(), slot);
        }
    }

    fn read(&self, egui: &egui::Context, uri: &str, path: PathBuf) {
        self.put(uri, Slot::Pending);
        let (loader, egui, name) = (self.clone(), egui.clone(), uri.to_owned());
        let work = move || {
            let slot = match decode_file(&path, &Limits::default()) {
                Ok(image) => {
                    let small = thumbnail(&image, LONGEST_SIDE);
                    let size = [small.size.width as usize, small.size.height as usize];
                    Slot::Ready(Arc::new(ColorImage::from_rgb(size, &small.data)))
                }
                Err(error) => Slot::Failed(error.to_string()),
            };
            loader.put(&name, slot);
            egui.request_repaint();
        };
        if let Err(error) = std::thread::Builder::new().name("guideline picture".to_owned()).spawn(work) {
            self.put(uri, Slot::Failed(error.to_string()));
        }
    }
}

impl ImageLoader for PictureLoader {
    fn id(&self) -> &'static str {
        "concord_app::pictures"
    }

    fn load(&self, egui: &egui::Context, uri: &str, _: SizeHint) -> ImageLoadResult {
        let Some(path) = uri.strip_prefix(SCHEME) else { return Err(LoadError::NotSupported) };
        let slot = self.slots.lock().ok().and_then(|slots| slots.get(uri).cloned());
        match slot {
            Some(Slot::Ready(image)) => Ok(ImagePoll::Ready { image }),
            Some(Slot::Failed(why)) => Err(LoadError::Loading(why)),
            Some(Slot::Pending) => Ok(ImagePoll::Pending { size: None }),
            None => {
                self.read(egui, uri, PathBuf::from(path));
                Ok(ImagePoll::Pending { size: None })
            }
        }
    }

    fn forget(&self, uri: &str) {
        if let Ok(mut slots) = self.slots.lock() {
            slots.remove(uri);
        }
    }

    fn forget_all(&self) {
        if let Ok(mut slots) = self.slots.lock() {
            slots.clear();
        }
    }

    fn byte_size(&self) -> usize {
        let held = |slot: &Slot| if let Slot::Ready(image) = slot { image.as_raw().len() } else { 0 };
        self.slots.lock().map_or(0, |slots| slots.values().map(held).sum())
    }
}
