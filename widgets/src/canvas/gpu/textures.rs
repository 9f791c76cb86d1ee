//! Textures on the graphics adapter, within a budget of bytes.

use std::collections::BTreeMap;

use concord_geometry::Size;
use egui_wgpu::RenderState;

use super::Budget;
use super::pipelines::{Pipelines, Reading};
use super::uploads::Uploads;
use crate::canvas::image::{CanvasImage, ImageKey, Tiled};
use crate::canvas::look::{Channel, Window};
use crate::canvas::overlay::OverlayMap;
use crate::canvas::pyramid::{Pyramid, TileId};
use crate::canvas::quads::BORDER;
use crate::canvas::raster::{PixelKind, Raster};
use crate::canvas::tiles::{LEVELS, Rows, Tile};
use crate::canvas::versioned::Versioned;

/// The places of a tile's neighbours, as columns and rows to go.
const AROUND: [(i32, i32); 8] = [(-1, -1), (0, -1), (1, -1), (-1, 0), (1, 0), (-1, 1), (0, 1), (1, 1)];

/// Levels by which the first sight of a tile is coarser than it should be, when there is no time for more: a sixteenth
/// of the bytes.
const FIRST_SIGHT: u32 = 2;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum TextureKey {
    Tile { image: ImageKey, tile: usize, base: u32 },
    Raster { image: ImageKey, id: TileId },
    Thumbnail(ImageKey),
    Overlay(ImageKey),
    Equalisation { image: ImageKey, version: u64, channel: Channel, window: [u32; 2] },
}

/// A texture, and how its tile is bound.
struct Held {
    texture: wgpu::Texture,
    group: Option<wgpu::BindGroup>,
    bytes: u64,
    used_at: u64,
    /// Which version of the pixels it shows; 0 where there is only one.
    version: u64,
    /// Which versions of the neighbours' pixels are in the border, in the order of [`AROUND`]; 0 for none.
    neighbours: [u64; 8],
    /// The revision of the cache when they were last looked for.
    looked_at: u64,
}

pub(super) struct Textures {
    device: wgpu::Device,
    queue: wgpu::Queue,
    held: BTreeMap<TextureKey, Held>,
    bytes: u64,
    budget: u64,
    uploads: Uploads,
    tick: u64,
    frame_began_at: u64,
}

impl Textures {
    pub(super) fn new(state: &RenderState, budget: Budget) -> Self {
        let (device, queue) = (state.device.clone(), state.queue.clone());
        let uploads = Uploads::new(budget.uploads_a_frame);
        Self {
            device,
            queue,
            held: BTreeMap::new(),
            bytes: 0,
            budget: budget.textures,
            uploads,
            tick: 0,
            frame_began_at: 0,
        }
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// To be called before the textures of one canvas are asked for.
    pub(super) fn begin(&mut self) {
        self.tick += 1;
    }

    /// True once after something had to wait for the next frame.
    pub(super) fn take_deferred(&mut self) -> bool {
        self.uploads.take_deferred()
    }

    /// The texture of one tile of a whole image, and the level it starts at: `base` or a finer one, or a coarser one
    /// while there is no time for that.
    pub(super) fn tile(
        &mut self,
        pipelines: &Pipelines,
        image: &ImageKey,
        (index, tile): (usize, &Tile),
        base: u32,
    ) -> (wgpu::BindGroup, u32) {
        let key = |base| TextureKey::Tile { image: image.clone(), tile: index, base };
        let mut held = |base| Some((self.used(&key(base))?.group.clone()?, base));
        if let Some(found) = (0..=base).rev().find_map(&mut held) {
            return found;
        }
        let coarser = (base + 1..LEVELS).find_map(held);
        let fits = self.uploads.affords(tile.bytes_from(base));
        if let Some(found) = coarser.filter(|_| !fits) {
            return found;
        }
        let base = if fits { base } else { (base + FIRST_SIGHT).min(LEVELS - 1) };
        let levels: Vec<Rows<'_>> = (base..LEVELS).map(|level| tile.level(level)).collect();
        let texture = self.create_of_rows(wgpu::TextureFormat::Rgba8Unorm, tile.side.map(|side| side >> base), &levels);
        let group = self.bind(pipelines, Reading::Filtered, &texture);
        self.uploads.note(tile.bytes_from(base));
        self.hold(key(base), texture, Some(group.clone()), tile.bytes_from(base));
        (group, base)
    }

    /// The texture of one tile of a pyramid, with a border of [`BORDER`] texels: that of these pixels, an older one
    /// while there is no time for that, or `None` when there is none either. What `is_urgent` does not wait.
    pub(super) fn raster(
        &mut self,
        pipelines: &Pipelines,
        image: &ImageKey,
        (id, pixels): (TileId, &Versioned),
        tiled: &Tiled,
        is_urgent: bool,
    ) -> Option<wgpu::BindGroup> {
        let key = TextureKey::Raster { image: image.clone(), id };
        let held = self.used(&key).map(|held| (held.version, held.group.clone()));
        if held.as_ref().is_none_or(|(version, _)| *version != pixels.version) {
            let bytes = pixels.raster.byte_len() as u64;
            if !self.uploads.affords(bytes) && !is_urgent {
                return held?.1;
            }
            self.uploads.note(bytes);
            self.upload_tile(pipelines, &key, pixels);
        }
        self.write_borders(&key, pixels.raster.size(), tiled);
        self.held.get(&key)?.group.clone()
    }

    /// The texture of a tile of a pyramid as it is held, and its sides in texels.
    pub(super) fn held_raster(&mut self, image: &ImageKey, id: TileId) -> Option<(wgpu::BindGroup, [u32; 2])> {
        let held = self.used(&TextureKey::Raster { image: image.clone(), id })?;
        Some((held.group.clone()?, [held.texture.width(), held.texture.height()]))
    }

    /// Uploads a tile, its own edge repeated as the border, into the texture that it has already or a new one.
    fn upload_tile(&mut self, pipelines: &Pipelines, key: &TextureKey, pixels: &Versioned) {
        // All of the texture at once: one that is written in parts is cleared first.
        let bordered = pixels.raster.bordered();
        let (kind, side) = (bordered.kind(), [bordered.size().width, bordered.size().height]);
        let fits = |held: &&Held| {
            [held.texture.width(), held.texture.height()] == side && held.texture.format() == format(kind)
        };
        if let Some(texture) = self.held.get(key).filter(fits).map(|held| held.texture.clone()) {
            self.write(&texture, [0, 0], &bordered);
        } else {
            let texture = self.create(format(kind), side, &[]);
            self.write(&texture, [0, 0], &bordered);
            let group = self.bind(pipelines, Reading::of(kind), &texture);
            let bytes = u64::from(side[0]) * u64::from(side[1]) * kind.bytes_per_pixel() as u64;
            self.hold(key.clone(), texture, Some(group), bytes);
        }
        if let Some(held) = self.held.get_mut(key) {
            (held.version, held.neighbours, held.looked_at) = (pixels.version, [0; 8], u64::MAX);
        }
    }

    /// Writes the neighbours' pixels into the border of a tile of this size, those that are there and not in it yet.
    fn write_borders(&mut self, key: &TextureKey, size: Size, tiled: &Tiled) {
        let TextureKey::Raster { image, id } = key else { return };
        let revision = tiled.cache.revision();
        let Some((texture, mut found)) =
            self.held.get(key).filter(|held| held.looked_at != revision).map(|h| (h.texture.clone(), h.neighbours))
        else {
            return;
        };
        for (way, known) in AROUND.into_iter().zip(&mut found) {
            let neighbour = neighbour(&tiled.pyramid, *id, way).and_then(|id| tiled.cache.newest(image, id));
            if let Some(neighbour) = neighbour.filter(|neighbour| neighbour.version != *known) {
                self.write_border(&texture, size, way, &neighbour.raster, facing(way, neighbour.raster.size()));
                *known = neighbour.version;
            }
        }
        if let Some(held) = self.held.get_mut(key) {
            (held.neighbours, held.looked_at) = (found, revision);
        }
    }

    /// Writes the border of a tile in one direction from pixels that lie at `from` in a raster.
    fn write_border(&self, texture: &wgpu::Texture, tile: Size, way: (i32, i32), raster: &Raster, from: [u32; 2]) {
        let place = |step: i32, length: u32| match step {
            -1 => (0, BORDER),
            0 => (BORDER, length),
            _ => (length + BORDER, BORDER),
        };
        let ((x, width), (y, height)) = (place(way.0, tile.width), place(way.1, tile.height));
        self.write(texture, [x, y], &raster.rectangle(from, Size::new(width, height)));
    }

    fn write(&self, texture: &wgpu::Texture, at: [u32; 2], raster: &Raster) {
        let safe = raster.without_nan();
        let raster = safe.as_ref().unwrap_or(raster);
        let stride = raster.size().width as usize * raster.kind().bytes_per_pixel();
        write(&self.queue, (texture, 0), at, raster.size(), Rows { bytes: raster.bytes(), stride });
    }

    /// The texture of a thumbnail, without a border; an older one while there is no time for a new one.
    pub(super) fn thumbnail(
        &mut self,
        pipelines: &Pipelines,
        image: &ImageKey,
        pixels: &Versioned,
    ) -> (wgpu::BindGroup, [u32; 2]) {
        let key = TextureKey::Thumbnail(image.clone());
        let bytes = pixels.raster.byte_len() as u64;
        let held = self.used(&key).map(|held| (held.version, held.texture.clone(), held.group.clone()));
        if let Some((version, texture, Some(group))) = held
            && (version == pixels.version || !self.uploads.affords(bytes))
        {
            return (group, [texture.width(), texture.height()]);
        }
        let size = [pixels.raster.size().width, pixels.raster.size().height];
        let texture = self.create(format(pixels.raster.kind()), size, &[]);
        self.write(&texture, [0, 0], &pixels.raster);
        let group = self.bind(pipelines, Reading::of(pixels.raster.kind()), &texture);
        self.uploads.note(bytes);
        self.hold(key.clone(), texture, Some(group.clone()), bytes);
        if let Some(held) = self.held.get_mut(&key) {
            held.version = pixels.version;
        }
        (group, size)
    }

    pub(super) fn overlay(&mut self, overlay: &OverlayMap) -> wgpu::TextureView {
        let (width, height) = overlay.side_lengths();
        self.numbers(TextureKey::Overlay(overlay.key().clone()), [width, height], || overlay.values().to_vec())
    }

    /// The table that equalises a channel of an image within a window; `None` while the image has no histogram.
    pub(super) fn equalisation(
        &mut self,
        image: &CanvasImage,
        channel: Channel,
        window: Window,
        entries: u32,
    ) -> Option<wgpu::TextureView> {
        let histogram = image.histogram()?;
        let bits = [window.low.to_bits(), window.high.to_bits()];
        let (image, version) = (image.key().clone(), image.histogram_version());
        let key = TextureKey::Equalisation { image, version, channel, window: bits };
        Some(self.numbers(key, [entries, 1], || histogram.equalisation(channel, window, entries as usize)))
    }

    fn numbers(&mut self, key: TextureKey, side: [u32; 2], make: impl FnOnce() -> Vec<f32>) -> wgpu::TextureView {
        let view = |texture: &wgpu::Texture| texture.create_view(&wgpu::TextureViewDescriptor::default());
        if let Some(held) = self.used(&key) {
            return view(&held.texture);
        }
        let values = make();
        let bytes: &[u8] = bytemuck::cast_slice(&values);
        let texture = self.create(wgpu::TextureFormat::R32Float, side, &[bytes]);
        let found = view(&texture);
        self.hold(key, texture, None, bytes.len() as u64);
        found
    }

    /// A texture with as many levels as are given, tightly packed, or an empty one with one level.
    pub(super) fn create(&self, format: wgpu::TextureFormat, side: [u32; 2], levels: &[&[u8]]) -> wgpu::Texture {
        let height = |level: usize| (side[1] >> level).max(1) as usize;
        let levels: Vec<Rows<'_>> =
            (0..).zip(levels).map(|(level, bytes)| Rows { bytes, stride: bytes.len() / height(level) }).collect();
        self.create_of_rows(format, side, &levels)
    }

    fn create_of_rows(&self, format: wgpu::TextureFormat, side: [u32; 2], levels: &[Rows<'_>]) -> wgpu::Texture {
        let extent = |level: usize| Size::new((side[0] >> level).max(1), (side[1] >> level).max(1));
        debug_assert!(levels.len() <= LEVELS as usize, "more levels than a tile has");
        let texture = self.device.create_texture(&wgpu::TextureDescriptor {
            label: Some("canvas"),
            size: wgpu::Extent3d { width: side[0], height: side[1], depth_or_array_layers: 1 },
            mip_level_count: levels.len().max(1) as u32,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format,
            usage: wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST,
            view_formats: &[],
        });
        for (level, rows) in levels.iter().enumerate() {
            write(&self.queue, (&texture, level as u32), [0, 0], extent(level), *rows);
        }
        texture
    }

    fn bind(&self, pipelines: &Pipelines, reading: Reading, texture: &wgpu::Texture) -> wgpu::BindGroup {
        let view = texture.create_view(&wgpu::TextureViewDescriptor::default());
        self.device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("canvas tile"),
            layout: &pipelines.draw(reading).tile,
            entries: &[wgpu::BindGroupEntry { binding: 0, resource: wgpu::BindingResource::TextureView(&view) }],
        })
    }

    fn used(&mut self, key: &TextureKey) -> Option<&mut Held> {
        let held = self.held.get_mut(key)?;
        held.used_at = self.tick;
        Some(held)
    }

    fn hold(&mut self, key: TextureKey, texture: wgpu::Texture, group: Option<wgpu::BindGroup>, bytes: u64) {
        let (used_at, neighbours) = (self.tick, [0; 8]);
        let held = Held { texture, group, bytes, used_at, version: 0, neighbours, looked_at: u64::MAX };
        let before = self.held.insert(key, held).map_or(0, |old| old.bytes);
        self.bytes = self.bytes + bytes - before;
    }

    /// Once a frame, drops what was unused longest until the budget holds; what this frame uses stays. True when a
    /// frame has ended.
    pub(super) fn make_room(&mut self) -> bool {
        if self.tick == self.frame_began_at {
            return false;
        }
        while self.bytes > self.budget {
            let unused = self.held.iter().filter(|(_, held)| held.used_at <= self.frame_began_at);
            let Some(key) = unused.min_by_key(|(_, held)| held.used_at).map(|(key, _)| key.clone()) else {
                break;
            };
            if let Some(held) = self.held.remove(&key) {
                self.bytes -= held.bytes;
            }
        }
        self.frame_began_at = self.tick;
        self.uploads.next_frame();
        true
    }
}

fn format(kind: PixelKind) -> wgpu::TextureFormat {
    match kind {
        PixelKind::Rgba8 => wgpu::TextureFormat::Rgba8Unorm,
        PixelKind::Gray16 => wgpu::TextureFormat::R16Uint,
        PixelKind::Rgba16 => wgpu::TextureFormat::Rgba16Uint,
        PixelKind::GrayF32 => wgpu::TextureFormat::R32Float,
    }
}

/// The tile beside another one, where the pyramid has one.
fn neighbour(pyramid: &Pyramid, id: TileId, (dx, dy): (i32, i32)) -> Option<TileId> {
    let beside = TileId { column: id.column.checked_add_signed(dx)?, row: id.row.checked_add_signed(dy)?, ..id };
    pyramid.tile_size(beside).map(|_| beside)
}

/// Where a neighbour's pixels begin that lie at the common border.
fn facing((dx, dy): (i32, i32), neighbour: Size) -> [u32; 2] {
    let first = |step: i32, length: u32| if step < 0 { length - BORDER } else { 0 };
    [first(dx, neighbour.width), first(dy, neighbour.height)]
}

/// Writes pixels into a level of a texture.
fn write(queue: &wgpu::Queue, (texture, level): (&wgpu::Texture, u32), at: [u32; 2], size: Size, rows: Rows<'_>) {
    let target = wgpu::TexelCopyTextureInfo {
        texture,
        mip_level: level,
        origin: wgpu::Origin3d { x: at[0], y: at[1], z: 0 },
        aspect: wgpu::TextureAspect::All,
    };
    let layout =
        wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(rows.stride as u32), rows_per_image: None };
    let extent = wgpu::Extent3d { width: size.width, height: size.height, depth_or_array_layers: 1 };
    queue.write_texture(target, rows.bytes, layout, extent);
}
