//! Drawing an image: one instance a tile, written into a buffer that lives on, and textures that live on as well.

use std::sync::{Mutex, PoisonError};

use egui::epaint::PaintCallbackInfo;
use egui_wgpu::{CallbackResources, CallbackTrait, RenderState, ScreenDescriptor};

use super::Budget;
use super::pipelines::{INSTANCE_FLOATS, Pipelines, Reading};
use super::textures::Textures;
use crate::canvas::histogram::Histogram;
use crate::canvas::image::{CanvasImage, Source, Tiled};
use crate::canvas::look::{Adjust, Channel, OverlayStyle};
use crate::canvas::overlay::OverlayMap;
use crate::canvas::pyramid::TileId;
use crate::canvas::quads::{BORDER, Piece, Plan, Quad, in_thumbnail, in_tile};
use crate::canvas::raster::PixelKind;
use crate::canvas::versioned::Versioned;
use crate::colormap::ColorMap;

/// Screen points an image pixel from which on a grid separates the pixels.
const GRID_FROM: f64 = 16.0;

type Instance = [f32; INSTANCE_FLOATS];

/// Prepares a window for images.
pub(super) fn install(render_state: &RenderState, budget: Budget) {
    let resources = Resources::new(render_state, budget);
    render_state.renderer.write().callback_resources.insert(resources);
}

/// The bytes of textures held now.
pub(super) fn held_bytes(render_state: &RenderState) -> Option<u64> {
    render_state.renderer.read().callback_resources.get::<Resources>().map(|resources| resources.textures.bytes())
}

struct Resources {
    device: wgpu::Device,
    queue: wgpu::Queue,
    pipelines: Pipelines,
    textures: Textures,
    instances: Instances,
    sampler: wgpu::Sampler,
    color_maps: wgpu::TextureView,
    nothing: wgpu::TextureView,
    /// What tiles share when there is neither overlay nor equalisation.
    plain: wgpu::BindGroup,
    wants_linear: bool,
}

impl Resources {
    fn new(state: &RenderState, budget: Budget) -> Self {
        let (device, queue) = (state.device.clone(), state.queue.clone());
        let pipelines = Pipelines::new(state);
        let textures = Textures::new(state, budget);
        let sampler = device.create_sampler(&wgpu::SamplerDescriptor {
            label: Some("canvas image"),
            mag_filter: wgpu::FilterMode::Linear,
            min_filter: wgpu::FilterMode::Linear,
            mipmap_filter: wgpu::MipmapFilterMode::Linear,
            ..Default::default()
        });
        let tables: Vec<u8> = ColorMap::ALL
            .into_iter()
            .flat_map(|map| map.table().chunks_exact(3).flat_map(|row| [row[0], row[1], row[2], 255]))
            .collect();
        let maps = ColorMap::ALL.len() as u32;
        let view = |texture: wgpu::Texture| texture.create_view(&wgpu::TextureViewDescriptor::default());
        let color_maps = view(textures.create(wgpu::TextureFormat::Rgba8Unorm, [256, maps], &[&tables]));
        let nothing = view(textures.create(wgpu::TextureFormat::R32Float, [1, 1], &[&[0; 4]]));
        let plain = bind(&device, &pipelines, &sampler, [&nothing, &color_maps, &nothing]);
        let instances = Instances::new(&device, 256);
        let wants_linear = state.target_format.is_srgb();
        Self { device, queue, pipelines, textures, instances, sampler, color_maps, nothing, plain, wants_linear }
    }

    /// What the tiles of one canvas share.
    fn shared(&self, overlay: Option<&wgpu::TextureView>, table: Option<&wgpu::TextureView>) -> wgpu::BindGroup {
        if overlay.is_none() && table.is_none() {
            return self.plain.clone();
        }
        let or_nothing = |view: Option<&wgpu::TextureView>| view.unwrap_or(&self.nothing).clone();
        let views = [&or_nothing(overlay), &self.color_maps, &or_nothing(table)];
        bind(&self.device, &self.pipelines, &self.sampler, views)
    }
}

fn bind(
    device: &wgpu::Device,
    pipelines: &Pipelines,
    sampler: &wgpu::Sampler,
    [overlay, color_maps, table]: [&wgpu::TextureView; 3],
) -> wgpu::BindGroup {
    let texture = |binding, view| wgpu::BindGroupEntry { binding, resource: wgpu::BindingResource::TextureView(view) };
    device.create_bind_group(&wgpu::BindGroupDescriptor {
        label: Some("canvas"),
        layout: &pipelines.shared,
        entries: &[
            wgpu::BindGroupEntry { binding: 0, resource: wgpu::BindingResource::Sampler(sampler) },
            texture(1, overlay),
            texture(2, color_maps),
            texture(3, table),
        ],
    })
}

/// A buffer that the canvases of a frame fill one after the other.
struct Instances {
    buffer: wgpu::Buffer,
    capacity: usize,
    used: usize,
}

impl Instances {
    fn new(device: &wgpu::Device, capacity: usize) -> Self {
        let buffer = device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("canvas tiles"),
            size: (capacity * size_of::<Instance>()) as u64,
            usage: wgpu::BufferUsages::VERTEX | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        Self { buffer, capacity, used: 0 }
    }

    /// Appends instances; gives the buffer and where they begin in it.
    fn append(&mut self, device: &wgpu::Device, queue: &wgpu::Queue, added: &[Instance]) -> (wgpu::Buffer, u32) {
        if self.used + added.len() > self.capacity {
            *self = Self::new(device, (2 * self.capacity).max(added.len()));
        }
        let first = self.used;
        let offset = (first * size_of::<Instance>()) as u64;
        queue.write_buffer(&self.buffer, offset, bytemuck::cast_slice(added.as_flattened()));
        self.used += added.len();
        (self.buffer.clone(), first as u32)
    }
}

/// Paints an image into a viewport.
pub(crate) struct ImagePaint {
    /// Whom to ask for another frame when some pixels did not fit this one.
    egui: egui::Context,
    image: CanvasImage,
    overlay: Option<(OverlayMap, OverlayStyle)>,
    adjust: Adjust,
    plan: Plan,
    ready: Mutex<Option<Ready>>,
}

/// What the draw calls need.
struct Ready {
    shared: wgpu::BindGroup,
    buffer: wgpu::Buffer,
    first: u32,
    tiles: Vec<(Reading, wgpu::BindGroup)>,
}

/// What all instances of a canvas have in common.
struct Frame {
    screen_px: [f64; 2],
    wants_linear: bool,
    has_table: bool,
    range: Option<(f64, f64)>,
    heat: [f32; 3],
}

/// A texture as an instance needs to know it.
struct Texels {
    kind: PixelKind,
    side: [f32; 2],
    /// The corners of the quad in texels: x1, y1, x2, y2.
    corners: [f64; 4],
    /// Level of detail in the texture.
    lod: f32,
    /// Texels a screen pixel, or 0 where levels of detail care for it.
    per_pixel: f64,
    /// True at full resolution.
    is_finest: bool,
}

impl ImagePaint {
    pub(crate) fn new(egui: &egui::Context, image: CanvasImage, adjust: Adjust, plan: Plan) -> Self {
        Self { egui: egui.clone(), image, overlay: None, adjust, plan, ready: Mutex::default() }
    }

    pub(crate) fn with_overlay(mut self, overlay: Option<(OverlayMap, OverlayStyle)>) -> Self {
        self.overlay = overlay;
        self
    }

    /// The shape to add to a painter; `rect` is where it may draw, in points.
    pub(crate) fn into_shape(self, rect: egui::Rect) -> egui::Shape {
        egui_wgpu::Callback::new_paint_callback(rect, self).into()
    }

    /// The texture of a quad, and what its instance needs to know of it; `None` where there is nothing to show yet.
    fn texels(&self, quad: &Quad, resources: &mut Resources) -> Option<(wgpu::BindGroup, Texels)> {
        let (textures, pipelines, key) = (&mut resources.textures, &resources.pipelines, self.image.key());
        match (&quad.piece, self.image.source()) {
            (Piece::Tile(index), Source::Whole(tiles)) => {
                let (tile, detail) = (&tiles[*index], self.plan.detail);
                let (group, base) = textures.tile(pipelines, key, (*index, tile), detail.base);
                let lod = (detail.level - f64::from(base)).max(0.0) as f32;
                let (kind, side) = (PixelKind::Rgba8, tile.side.map(|side| side as f32));
                Some((group, Texels { kind, side, corners: quad.texels, lod, per_pixel: 0.0, is_finest: true }))
            }
            (Piece::Raster(id, pixels), Source::Tiled(tiled)) => {
                let Some(group) = textures.raster(pipelines, key, (*id, pixels), tiled, false) else {
                    return self.stand_in(quad, *id, tiled, resources);
                };
                let side = [pixels.raster.size().width, pixels.raster.size().height].map(|side| side + 2 * BORDER);
                Some((
                    group,
                    Texels { is_finest: id.level == 0, ..texels_of(quad, quad.texels, side, self.image.kind()) },
                ))
            }
            (Piece::Thumbnail(pixels), Source::Tiled(_)) => Some(self.thumbnail(quad, pixels, resources)),
            _ => unreachable!("a plan is made from the image it is for"),
        }
    }

    /// What is shown in the place of a tile that did not fit this frame: the closest coarser one that the adapter has,
    /// else the overview, which is small, or the thumbnail.
    fn stand_in(
        &self,
        quad: &Quad,
        id: TileId,
        tiled: &Tiled,
        resources: &mut Resources,
    ) -> Option<(wgpu::BindGroup, Texels)> {
        let (textures, key) = (&mut resources.textures, self.image.key());
        let overview = tiled.pyramid.overview();
        let coarser = (id.level + 1..tiled.pyramid.levels()).map(|level| id.ancestor(level));
        let mut found = coarser.into_iter().find_map(|above| Some((above, textures.held_raster(key, above)?)));
        if found.is_none()
            && let Some(pixels) = tiled.cache.newest(key, overview)
        {
            textures.raster(&resources.pipelines, key, (overview, &pixels), tiled, true);
            found = textures.held_raster(key, overview).map(|held| (overview, held));
        }
        if let Some((above, (group, side))) = found {
            let corners = quad.texels_in(self.image.size(), in_tile(&tiled.pyramid, above));
            return Some((group, texels_of(quad, corners, side, self.image.kind())));
        }
        tiled.thumbnail.as_ref().map(|pixels| self.thumbnail(quad, pixels, resources))
    }

    fn thumbnail(&self, quad: &Quad, pixels: &Versioned, resources: &mut Resources) -> (wgpu::BindGroup, Texels) {
        let key = self.image.key();
        let (group, side) = resources.textures.thumbnail(&resources.pipelines, key, pixels);
        let corners = quad.texels_in(self.image.size(), in_thumbnail(side, self.image.size()));
        (group, texels_of(quad, corners, side, pixels.raster.kind()))
    }

    fn instance(&self, quad: &Quad, texels: &Texels, frame: &Frame) -> Instance {
        let [width, height] = frame.screen_px;
        let [x1, y1, x2, y2] = quad.screen_px;
        let device = [2.0 * x1 / width - 1.0, 1.0 - 2.0 * y1 / height, 2.0 * x2 / width - 1.0, 1.0 - 2.0 * y2 / height];
        // A window and a table are for the image's own kind of values, not for those of a thumbnail of 8 bits.
        let is_own = texels.kind == self.image.kind();
        let adjust = if is_own { self.adjust } else { Adjust { window: None, ..self.adjust } };
        let tone = adjust.tone(texels.kind, frame.range);
        let channel = match self.adjust.channel {
            Channel::All => 0.0,
            Channel::Red => 1.0,
            Channel::Green => 2.0,
            Channel::Blue => 3.0,
            Channel::Luminance => 4.0,
        };
        let flag = |on: bool| f32::from(u8::from(on));
        let is_square = self.plan.detail.square && texels.is_finest;
        let tile = [texels.side[0], texels.side[1], texels.lod, flag(is_square)];
        let look = [tone.power, channel, flag(frame.wants_linear), flag(adjust.invert)];
        let [opacity, threshold, map] = frame.heat;
        let heat = [opacity, threshold, map, flag(frame.has_table && is_own)];
        let has_grid = is_square && self.plan.scale_px / self.plan.pixels_per_point >= GRID_FROM;
        // A line is one point wide, in whole pixels.
        let grid = if has_grid { self.plan.scale_px / self.plan.pixels_per_point.round().max(1.0) } else { 0.0 };
        let grain = [grid as f32, texels.per_pixel as f32, flag(texels.kind.is_gray()), 0.0];
        let rows = [device.map(|v| v as f32), texels.corners.map(|v| v as f32), quad.share.map(|v| v as f32)];
        let mut instance = [0.0; INSTANCE_FLOATS];
        let all = rows.into_iter().chain([tile, tone.levels, look, heat, grain]).flatten();
        for (slot, value) in instance.iter_mut().zip(all) {
            *slot = value;
        }
        instance
    }

    /// The table for equalising, where that is asked for and known.
    fn table(&self, range: Option<(f64, f64)>, textures: &mut Textures) -> Option<wgpu::TextureView> {
        let window = self.adjust.tone(self.image.kind(), range).window;
        let entries = if self.image.kind() == PixelKind::Rgba8 { 256 } else { 1024 };
        textures.equalisation(&self.image, self.adjust.channel, window, entries)
    }

    fn make_ready(&self, screen: &ScreenDescriptor, resources: &mut Resources) -> Ready {
        resources.textures.begin();
        let wants_histogram = self.adjust.equalise || self.image.kind() == PixelKind::GrayF32;
        let range =
            if wants_histogram { self.image.histogram().map(Histogram::range) } else { self.image.known_range() };
        let overlay = self.overlay.as_ref().map(|(overlay, _)| resources.textures.overlay(overlay));
        let table = self.adjust.equalise.then(|| self.table(range, &mut resources.textures)).flatten();
        let frame = Frame {
            screen_px: screen.size_in_pixels.map(f64::from),
            wants_linear: resources.wants_linear,
            has_table: table.is_some(),
            range,
            heat: self.overlay.as_ref().map_or([0.0; 3], |(_, style)| {
                [style.opacity.clamp(0.0, 1.0), style.threshold.clamp(0.0, 1.0), style.map.texture_row() as f32]
            }),
        };
        let count = self.plan.quads.len();
        let (mut instances, mut tiles) = (Vec::with_capacity(count), Vec::with_capacity(count));
        for quad in &self.plan.quads {
            let Some((group, texels)) = self.texels(quad, resources) else { continue };
            instances.push(self.instance(quad, &texels, &frame));
            tiles.push((Reading::of(texels.kind), group));
        }
        if resources.textures.take_deferred() {
            self.egui.request_repaint();
        }
        let (buffer, first) = resources.instances.append(&resources.device, &resources.queue, &instances);
        Ready { shared: resources.shared(overlay.as_ref(), table.as_ref()), buffer, first, tiles }
    }
}

/// What an instance needs to know of a coarse tile or thumbnail with these sides.
fn texels_of(quad: &Quad, corners: [f64; 4], side: [u32; 2], kind: PixelKind) -> Texels {
    let per_pixel = (corners[2] - corners[0]) / (quad.screen_px[2] - quad.screen_px[0]);
    Texels { kind, side: side.map(|side| side as f32), corners, lod: 0.0, per_pixel, is_finest: false }
}

impl CallbackTrait for ImagePaint {
    fn prepare(
        &self,
        _device: &wgpu::Device,
        _queue: &wgpu::Queue,
        screen: &ScreenDescriptor,
        _encoder: &mut wgpu::CommandEncoder,
        resources: &mut CallbackResources,
    ) -> Vec<wgpu::CommandBuffer> {
        if let Some(resources) = resources.get_mut::<Resources>() {
            let ready = self.make_ready(screen, resources);
            *self.ready.lock().unwrap_or_else(PoisonError::into_inner) = Some(ready);
        }
        Vec::new()
    }

    fn finish_prepare(
        &self,
        _device: &wgpu::Device,
        _queue: &wgpu::Queue,
        _encoder: &mut wgpu::CommandEncoder,
        resources: &mut CallbackResources,
    ) -> Vec<wgpu::CommandBuffer> {
        if let Some(resources) = resources.get_mut::<Resources>()
            && resources.textures.make_room()
        {
            resources.instances.used = 0;
        }
        Vec::new()
    }

    fn paint(&self, info: PaintCallbackInfo, pass: &mut wgpu::RenderPass<'static>, resources: &CallbackResources) {
        let ready = self.ready.lock().unwrap_or_else(PoisonError::into_inner);
        let (Some(resources), Some(ready)) = (resources.get::<Resources>(), ready.as_ref()) else {
            return;
        };
        // Coordinates are those of the whole screen, so that a viewport partly off the screen does not squeeze it.
        let [width, height] = info.screen_size_px;
        pass.set_viewport(0.0, 0.0, width as f32, height as f32, 0.0, 1.0);
        let mut current = None;
        for (instance, (reading, tile)) in (ready.first..).zip(&ready.tiles) {
            if current != Some(*reading) {
                pass.set_pipeline(&resources.pipelines.draw(*reading).pipeline);
                pass.set_bind_group(0, &ready.shared, &[]);
                pass.set_vertex_buffer(0, ready.buffer.slice(..));
                current = Some(*reading);
            }
            pass.set_bind_group(1, tile, &[]);
            pass.draw(0..4, instance..instance + 1);
        }
    }
}
