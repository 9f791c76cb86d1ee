//! The `meta` box (ISO/IEC 14496-12 and 23008-12): which items a file has, where their bytes are and what they are like.

use std::collections::BTreeMap;

use super::Fault;
use super::boxes::{Fields, Kind, boxes};

/// Properties that are understood, or that change no pixel; any other must not be essential to an item.
const KNOWN: [Kind; 14] = [
    *b"ispe", *b"pixi", *b"colr", *b"auxC", *b"irot", *b"imir", *b"clap", *b"av1C", *b"a1op", *b"a1lx", *b"lsel",
    *b"pasp", *b"clli", *b"mdcv",
];

/// Most bytes of a `meta` box. A colour profile is the largest thing in one, and has some megabytes at most.
const MOST_BYTES: usize = 16 << 20;

/// What a `meta` box lists.
#[derive(Default)]
pub(super) struct Meta<'a> {
    file: &'a [u8],
    /// The content of `idat`, in which items may lie as well.
    data: &'a [u8],
    pub(super) primary: Option<u32>,
    kinds: BTreeMap<u32, Kind>,
    places: BTreeMap<u32, Place>,
    references: Vec<Reference>,
    properties: Vec<(Kind, &'a [u8])>,
    /// Of each item, the numbers of its properties, counted from 1, and whether each is essential.
    associations: BTreeMap<u32, Vec<(usize, bool)>>,
}

/// Where the bytes of an item are.
struct Place {
    /// 0: counted from the start of the file; 1: from that of `idat`.
    method: u8,
    /// Offset and length; a length of 0 reaches to the end.
    extents: Vec<(u64, u64)>,
}

struct Reference {
    kind: Kind,
    from: u32,
    to: Vec<u32>,
}

impl<'a> Meta<'a> {
    /// Finds and reads the `meta` box of a file.
    pub(super) fn find(file: &'a [u8]) -> Result<Self, Fault> {
        for next in boxes(file) {
            match next? {
                (kind, content) if kind == *b"meta" => return Self::read(file, content),
                // A sequence alone: its frames are samples of a track and no items.
                (kind, _) if kind == *b"moov" => {
                    return Err(Fault::unsupported("it is an image sequence without a still picture"));
                }
                _ => {}
            }
        }
        Err(Fault::corrupt("there is no meta box"))
    }

    fn read(file: &'a [u8], content: &'a [u8]) -> Result<Self, Fault> {
        if content.len() > MOST_BYTES {
            return Err(Fault::corrupt(format!("the meta box has {} bytes", content.len())));
        }
        let mut fields = Fields(content);
        fields.version()?;
        let mut meta = Self { file, ..Self::default() };
        for next in boxes(fields.0) {
            let (kind, content) = next?;
            let fields = Fields(content);
            match &kind {
                b"pitm" => meta.read_primary(fields)?,
                b"iinf" => meta.read_kinds(fields)?,
                b"iloc" => meta.read_places(fields)?,
                b"iref" => meta.read_references(fields)?,
                b"iprp" => meta.read_properties(content)?,
                b"idat" => meta.data = content,
                _ => {}
            }
        }
        Ok(meta)
    }

    fn read_primary(&mut self, mut fields: Fields<'a>) -> Result<(), Fault> {
        let (version, _) = fields.version()?;
        self.primary = Some(fields.item(version > 0)?);
        Ok(())
    }

    fn read_kinds(&mut self, mut fields: Fields<'a>) -> Result<(), Fault> {
        let (version, _) = fields.version()?;
        fields.item(version > 0)?;
        for next in boxes(fields.0) {
            let (kind, content) = next?;
            let mut fields = Fields(content);
            if kind != *b"infe" {
                continue;
            }
            // Versions 0 and 1 have no item type, so nothing to show.
            let (version @ 2.., _) = fields.version()? else { continue };
            let item = fields.item(version > 2)?;
            let protected = fields.u16()? != 0;
            let kind = fields.kind()?;
            // What is encrypted is of no kind that is read.
            self.kinds.insert(item, if protected { *b"encv" } else { kind });
        }
        Ok(())
    }

    fn read_places(&mut self, mut fields: Fields<'a>) -> Result<(), Fault> {
        let (version, _) = fields.version()?;
        let sizes = fields.u16()?;
        let [offset, length, base, index] = [12, 8, 4, 0].map(|shift| usize::from(sizes >> shift & 15));
        if [offset, length, base].iter().any(|size| !matches!(size, 0 | 4 | 8)) || index > 8 {
            return Err(Fault::corrupt("the item locations have fields of an unknown width"));
        }
        for _ in 0..fields.item(version > 1)? {
            let item = fields.item(version > 1)?;
            let method = if version > 0 { (fields.u16()? & 15) as u8 } else { 0 };
            fields.u16()?;
            let start = fields.uint(base)?;
            let mut extents = Vec::new();
            let count = fields.u16()?;
            // Parts that take no bytes to list would make much of few bytes.
            if count > 1 && offset + length == 0 {
                return Err(Fault::corrupt(format!("the parts of item {item} have no location")));
            }
            for _ in 0..count {
                fields.take(if version > 0 { index } else { 0 })?;
                let from = start.saturating_add(fields.uint(offset)?);
                extents.push((from, fields.uint(length)?));
            }
            self.places.insert(item, Place { method, extents });
        }
        Ok(())
    }

    fn read_references(&mut self, mut fields: Fields<'a>) -> Result<(), Fault> {
        let (version, _) = fields.version()?;
        for next in boxes(fields.0) {
            let (kind, content) = next?;
            let mut fields = Fields(content);
            let from = fields.item(version > 0)?;
            let to = (0..fields.u16()?).map(|_| fields.item(version > 0)).collect::<Result<_, _>>()?;
            self.references.push(Reference { kind, from, to });
        }
        Ok(())
    }

    fn read_properties(&mut self, content: &'a [u8]) -> Result<(), Fault> {
        for next in boxes(content) {
            let (kind, content) = next?;
            if kind == *b"ipco" {
                self.properties = boxes(content).collect::<Result<_, _>>()?;
            } else if kind == *b"ipma" {
                self.read_associations(Fields(content))?;
            }
        }
        Ok(())
    }

    fn read_associations(&mut self, mut fields: Fields<'a>) -> Result<(), Fault> {
        let (version, flags) = fields.version()?;
        for _ in 0..fields.u32()? {
            let item = fields.item(version > 0)?;
            let mut own = Vec::new();
            for _ in 0..fields.u8()? {
                let (field, top) = if flags & 1 == 1 { (fields.u16()?, 15) } else { (u16::from(fields.u8()?), 7) };
                own.push((usize::from(field & ((1 << top) - 1)), field >> top == 1));
            }
            if self.associations.insert(item, own).is_some() {
                return Err(Fault::corrupt(format!("the properties of item {item} are listed twice")));
            }
        }
        Ok(())
    }

    pub(super) fn kind(&self, item: u32) -> Option<Kind> {
        self.kinds.get(&item).copied()
    }

    /// References of one kind, each as the item it stands at and the item it names.
    pub(super) fn references(&self, kind: Kind) -> impl Iterator<Item = (u32, u32)> {
        let of_kind = self.references.iter().filter(move |reference| reference.kind == kind);
        of_kind.flat_map(|reference| reference.to.iter().map(|&to| (reference.from, to)))
    }

    /// The content of the properties of one kind that an item has.
    pub(super) fn properties(&self, item: u32, kind: Kind) -> impl Iterator<Item = &'a [u8]> {
        self.listed(item).filter(move |(found, _, _)| *found == kind).map(|(_, content, _)| content)
    }

    /// A property that an item cannot be shown without and that is not known.
    pub(super) fn unknown_essential(&self, item: u32) -> Option<Kind> {
        self.listed(item).find(|(kind, _, essential)| *essential && !KNOWN.contains(kind)).map(|(kind, _, _)| kind)
    }

    fn listed(&self, item: u32) -> impl Iterator<Item = (Kind, &'a [u8], bool)> {
        self.associations.get(&item).into_iter().flatten().filter_map(|&(number, essential)| {
            let &(kind, content) = self.properties.get(number.checked_sub(1)?)?;
            Some((kind, content, essential))
        })
    }

    /// The parts of the file that make up an item, in order.
    pub(super) fn bytes(&self, item: u32) -> Result<Vec<&'a [u8]>, Fault> {
        let place = self.places.get(&item).ok_or_else(|| Fault::corrupt(format!("item {item} has no location")))?;
        let source = match place.method {
            0 => self.file,
            1 => self.data,
            _ => return Err(Fault::unsupported("an item is made of parts of other items")),
        };
        let mut parts = Vec::new();
        let mut total = 0;
        for &(from, length) in &place.extents {
            let length = if length == 0 { (source.len() as u64).saturating_sub(from) } else { length };
            let end = from.checked_add(length).filter(|&end| end <= source.len() as u64);
            let end = end.ok_or_else(|| {
                Fault::corrupt(format!(
                    "item {item} lies at bytes {from} to {}, behind the end",
                    from.saturating_add(length)
                ))
            })?;
            parts.push(&source[from as usize..end as usize]);
            total += length;
            // Parts that overlap would make much of few bytes.
            if total > source.len() as u64 {
                return Err(Fault::corrupt(format!("the parts of item {item} overlap")));
            }
        }
        Ok(parts)
    }
}
