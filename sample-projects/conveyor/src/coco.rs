//! COCO JSON as the belt writes it: truth and label sets with the same keys and attributes.

use serde::{Deserialize, Serialize};

use crate::render::{SIZE, Scene, TruthObject, scene_name};
use crate::vocabulary::PartClass;

/// A whole COCO file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CocoFile {
    /// What the file is.
    pub info: Info,
    /// Pictures that were looked at, those left empty included.
    pub images: Vec<Image>,
    /// Objects, ids from 1.
    pub annotations: Vec<Annotation>,
    /// The five classes, ids from 1.
    pub categories: Vec<Category>,
}

/// The head of a COCO file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Info {
    /// One sentence on the content.
    pub description: String,
    /// Version of the description's format.
    pub version: String,
}

/// A picture in a COCO file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// The scene's index plus 1.
    pub id: u64,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// File name, relative to the `images` folder.
    pub file_name: String,
    /// ISO 8601 in UTC.
    pub date_captured: String,
}

/// An object in a COCO file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Annotation {
    /// Id from 1, unique in the file.
    pub id: u64,
    /// Id of the picture.
    pub image_id: u64,
    /// Id of the class.
    pub category_id: u64,
    /// `[x, y, width, height]` in pixels.
    pub bbox: [f64; 4],
    /// Pixels of the mask where there is one, else of the box.
    pub area: f64,
    /// Always 0: every annotation is one object.
    pub iscrowd: u8,
    /// The visible mask; boxes drawn by annotators have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segmentation: Option<Segmentation>,
    /// The object's attributes.
    pub attributes: Attributes,
}

/// A compressed run-length mask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segmentation {
    /// Height and width in pixels.
    pub size: [u32; 2],
    /// The runs, compressed as the COCO tools do.
    pub counts: String,
}

/// The attributes of an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attributes {
    /// Name of the sub-class.
    pub subclass: String,
    /// Whether the part is damaged.
    pub damaged: bool,
    /// `none`, `partial` or `heavy`.
    pub occlusion: String,
}

/// A class in a COCO file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    /// Id from 1.
    pub id: u64,
    /// Name of the class.
    pub name: String,
    /// Always `part`.
    pub supercategory: String,
}

impl CocoFile {
    /// A file without pictures or objects.
    pub fn empty(description: &str) -> Self {
        let category = |c: PartClass| Category {
            id: c.category_id(),
            name: c.name().to_owned(),
            supercategory: "part".to_owned(),
        };
        Self {
            info: Info { description: description.to_owned(), version: "1".to_owned() },
            images: Vec::new(),
            annotations: Vec::new(),
            categories: PartClass::ALL.map(category).to_vec(),
        }
    }

    /// The truth of the scenes, masks included.
    pub fn truth(scenes: &[Scene]) -> Self {
        let mut file = Self::empty("Rendered inspection belt: exact visible masks");
        for scene in scenes {
            file.push_image(scene.index, &scene.capture.captured_at);
            for object in &scene.objects {
                file.push_truth(scene.index, object);
            }
        }
        file
    }

    /// Adds all pictures and objects of another file, the objects under new ids.
    pub fn append(&mut self, other: Self) {
        self.images.extend(other.images);
        for mut annotation in other.annotations {
            annotation.id = self.annotations.len() as u64 + 1;
            self.annotations.push(annotation);
        }
    }

    /// Adds the picture of a scene.
    pub fn push_image(&mut self, index: u32, captured_at: &str) {
        self.images.push(Image {
            id: u64::from(index) + 1,
            width: SIZE.width,
            height: SIZE.height,
            file_name: format!("{}.jpg", scene_name(index)),
            date_captured: captured_at.to_owned(),
        });
    }

    fn push_truth(&mut self, index: u32, object: &TruthObject) {
        self.annotations.push(Annotation {
            id: self.annotations.len() as u64 + 1,
            image_id: u64::from(index) + 1,
            category_id: object.class().category_id(),
            bbox: object.bbox.to_xywh(),
            area: object.mask.area_px() as f64,
            iscrowd: 0,
            segmentation: Some(Segmentation {
                size: [object.mask.height, object.mask.width],
                counts: object.mask.to_coco_string(),
            }),
            attributes: Attributes {
                subclass: object.subclass.name().to_owned(),
                damaged: object.damaged,
                occlusion: object.occlusion.name().to_owned(),
            },
        });
    }
}
