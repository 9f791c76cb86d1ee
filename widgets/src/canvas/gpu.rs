//! Painting images with wgpu: the only file that names it.
//!
//! Call [`install`] once with the render state of the window; without it canvases draw everything but the image.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use concord_geometry::{BBox, View};
use egui::epaint::PaintCallbackInfo;
use egui_wgpu::{CallbackResources, CallbackTrait, RenderState, ScreenDescriptor};
use wgpu::util::DeviceExt;

use super::image::{CanvasImage, ImageKey, OverlayMap};
use super::look::{Adjust, Channel, OverlayStyle};
use super::quads::{Detail, Quad, visible};
use super::tiles::{LEVELS, Tile};
use crate::colormap::ColorMap;

/// Graphics memory that images and overlays may hold before the ones unused longest are dropped: 384 MiB.
pub const DEFAULT_BUDGET_BYTES: u64 = 384 << 20;

/// Prepares a window for canvases, with [`DEFAULT_BUDGET_BYTES`] of textures.
pub fn install(render_state: &RenderState) {
    install_with_budget(render_state, DEFAULT_BUDGET_BYTES);
}

/// As [`install`], with a budget of `bytes` for textures. What one frame shows is always kept, even beyond the budget.
///
/// The window must have neither multisampling nor a depth buffer, which is how egui makes it unless told otherwise.
pub fn install_with_budget(render_state: &RenderState, bytes: u64) {
    let resources = Resources::new(render_state, bytes);
    render_state.renderer.write().callback_resources.insert(resources);
}

/// The bytes of textures held now, or `None` before [`install`].
pub fn held_bytes(render_state: &RenderState) -> Option<u64> {
    render_state.renderer.read().callback_resources.get::<Resources>().map(|resources| resources.bytes)
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum TextureKey {
    Tile { image: ImageKey, tile: usize, base: u32 },
    Overlay(ImageKey),
}

struct Held {
    view: wgpu::TextureView,
    bytes: u64,
    used_at: u64,
}

struct Resources {
    device: wgpu::Device,
    queue: wgpu::Queue,
    pipeline: wgpu::RenderPipeline,
    layout: wgpu::BindGroupLayout,
    sampler: wgpu::Sampler,
    color_maps: wgpu::TextureView,
    no_overlay: wgpu::TextureView,
    wants_linear: bool,
    textures: BTreeMap<TextureKey, Held>,
    bytes: u64,
    budget: u64,
    tick: u64,
    frame_began_at: u64,
}

impl Resources {
    fn new(state: &RenderState, budget: u64) -> Self {
        let (device, queue) = (state.device.clone(), state.queue.clone());
        let layout = bind_group_layout(&device);
        let pipeline = pipeline(&device, &layout, state.target_format);
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
        let color_maps = upload(&device, &queue, wgpu::TextureFormat::Rgba8Unorm, [256, maps], &[&tables]);
        let no_overlay = upload(&device, &queue, wgpu::TextureFormat::R32Float, [1, 1], &[&[0; 4]]);
        Self {
            device,
            queue,
            pipeline,
            layout,
            sampler,
            color_maps,
            no_overlay,
            wants_linear: state.target_format.is_srgb(),
            textures: BTreeMap::new(),
            bytes: 0,
            budget,
            tick: 0,
            frame_began_at: 0,
        }
    }

    fn held(&mut self, key: &TextureKey) -> Option<wgpu::TextureView> {
        let held = self.textures.get_mut(key)?;
        held.used_at = self.tick;
        Some(held.view.clone())
    }

    fn hold(&mut self, key: TextureKey, view: &wgpu::TextureView, bytes: u64) {
        self.bytes += bytes;
        self.textures.insert(key, Held { view: view.clone(), bytes, used_at: self.tick });
    }

    /// The texture of one tile, from `base` or a finer level on, and the level it starts at.
    fn tile(&mut self, image: &ImageKey, index: usize, base: u32, tile: &Tile) -> (wgpu::TextureView, u32) {
        let key = |base| TextureKey::Tile { image: image.clone(), tile: index, base };
        for finer in (0..=base).step_by(2) {
            if let Some(view) = self.held(&key(finer)) {
                return (view, finer);
            }
        }
        let levels: Vec<&[u8]> = tile.levels[base as usize..].iter().map(AsRef::as_ref).collect();
        let side = tile.side.map(|side| side >> base);
        let view = upload(&self.device, &self.queue, wgpu::TextureFormat::Rgba8Unorm, side, &levels);
        let bytes = levels.iter().map(|level| level.len() as u64).sum();
        self.hold(key(base), &view, bytes);
        (view, base)
    }

    fn overlay(&mut self, overlay: &OverlayMap) -> wgpu::TextureView {
        let key = TextureKey::Overlay(overlay.key().clone());
        if let Some(view) = self.held(&key) {
            return view;
        }
        let bytes: Vec<u8> = overlay.values().iter().flat_map(|value| value.to_ne_bytes()).collect();
        let (width, height) = overlay.side_lengths();
        let view = upload(&self.device, &self.queue, wgpu::TextureFormat::R32Float, [width, height], &[&bytes]);
        self.hold(key, &view, bytes.len() as u64);
        view
    }

    fn bind(&self, uniform: &[f32], image: &wgpu::TextureView, overlay: &wgpu::TextureView) -> wgpu::BindGroup {
        let contents: Vec<u8> = uniform.iter().flat_map(|value| value.to_ne_bytes()).collect();
        let buffer = self.device.create_buffer_init(&wgpu::util::BufferInitDescriptor {
            label: Some("canvas quad"),
            contents: &contents,
            usage: wgpu::BufferUsages::UNIFORM,
        });
        let texture =
            |binding, view| wgpu::BindGroupEntry { binding, resource: wgpu::BindingResource::TextureView(view) };
        self.device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("canvas quad"),
            layout: &self.layout,
            entries: &[
                wgpu::BindGroupEntry { binding: 0, resource: buffer.as_entire_binding() },
                texture(1, image),
                wgpu::BindGroupEntry { binding: 2, resource: wgpu::BindingResource::Sampler(&self.sampler) },
                texture(3, overlay),
                texture(4, &self.color_maps),
            ],
        })
    }

    /// Once a frame, drops what was unused longest until the budget holds; what this frame uses stays.
    fn make_room(&mut self) {
        if self.tick == self.frame_began_at {
            return;
        }
        while self.bytes > self.budget {
            let unused = self.textures.iter().filter(|(_, held)| held.used_at <= self.frame_began_at);
            let Some(key) = unused.min_by_key(|(_, held)| held.used_at).map(|(key, _)| key.clone()) else {
                break;
            };
            if let Some(held) = self.textures.remove(&key) {
                self.bytes -= held.bytes;
            }
        }
        self.frame_began_at = self.tick;
    }
}

/// Paints an image into a viewport.
pub(crate) struct ImagePaint {
    image: CanvasImage,
    overlay: Option<(OverlayMap, OverlayStyle)>,
    adjust: Adjust,
    view: View,
    viewport: BBox,
    ready: Mutex<Vec<wgpu::BindGroup>>,
}

impl ImagePaint {
    /// `view` and `viewport` are in screen points.
    pub(crate) fn new(image: CanvasImage, adjust: Adjust, view: View, viewport: BBox) -> Self {
        Self { image, overlay: None, adjust, view, viewport, ready: Mutex::default() }
    }

    pub(crate) fn with_overlay(mut self, overlay: Option<(OverlayMap, OverlayStyle)>) -> Self {
        self.overlay = overlay;
        self
    }

    /// The shape to add to a painter; `rect` is where it may draw, in points.
    pub(crate) fn into_shape(self, rect: egui::Rect) -> egui::Shape {
        egui_wgpu::Callback::new_paint_callback(rect, self).into()
    }

    fn uniform(&self, quad: &Quad, detail: Detail, base: u32, screen_px: [u32; 2], wants_linear: bool) -> [f32; 28] {
        let [width, height] = screen_px.map(f64::from);
        let [x1, y1, x2, y2] = quad.screen_px;
        let device = [2.0 * x1 / width - 1.0, 1.0 - 2.0 * y1 / height, 2.0 * x2 / width - 1.0, 1.0 - 2.0 * y2 / height];
        let side = self.image.tiles()[quad.tile].side;
        let (tone, power) = self.adjust.in_range();
        let channel = match self.adjust.channel {
            Channel::All => 0.0,
            Channel::Red => 1.0,
            Channel::Green => 2.0,
            Channel::Blue => 3.0,
        };
        let heat = self.overlay.as_ref().map_or([0.0; 4], |(_, style)| {
            [style.opacity.clamp(0.0, 1.0), style.threshold.clamp(0.0, 1.0), style.map.texture_row() as f32, 0.0]
        });
        let level = (detail.level - f64::from(base)).max(0.0) as f32;
        let tile = [side[0] as f32, side[1] as f32, level, f32::from(u8::from(detail.square))];
        let look = [power, channel, f32::from(u8::from(wants_linear)), 0.0];
        let rows = [device.map(|v| v as f32), quad.texels.map(|v| v as f32), quad.share.map(|v| v as f32)];
        let mut uniform = [0.0; 28];
        for (slot, value) in uniform.iter_mut().zip(rows.into_iter().chain([tile, tone, look, heat]).flatten()) {
            *slot = value;
        }
        uniform
    }
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
        let Some(resources) = resources.get_mut::<Resources>() else {
            return Vec::new();
        };
        resources.tick += 1;
        let tiles = self.image.tiles();
        let per_point = f64::from(screen.pixels_per_point);
        let detail = Detail::at(self.view.scale * per_point, tiles.len());
        let overlay = match &self.overlay {
            Some((overlay, _)) => resources.overlay(overlay),
            None => resources.no_overlay.clone(),
        };
        let bound = visible(tiles, self.image.size(), self.view, &self.viewport, per_point)
            .iter()
            .map(|quad| {
                let (view, base) = resources.tile(self.image.key(), quad.tile, detail.base, &tiles[quad.tile]);
                let uniform = self.uniform(quad, detail, base, screen.size_in_pixels, resources.wants_linear);
                resources.bind(&uniform, &view, &overlay)
            })
            .collect();
        *self.ready.lock().unwrap_or_else(PoisonError::into_inner) = bound;
        Vec::new()
    }

    fn finish_prepare(
        &self,
        _device: &wgpu::Device,
        _queue: &wgpu::Queue,
        _encoder: &mut wgpu::CommandEncoder,
        resources: &mut CallbackResources,
    ) -> Vec<wgpu::CommandBuffer> {
        if let Some(resources) = resources.get_mut::<Resources>() {
            resources.make_room();
        }
        Vec::new()
    }

    fn paint(&self, info: PaintCallbackInfo, pass: &mut wgpu::RenderPass<'static>, resources: &CallbackResources) {
        let Some(resources) = resources.get::<Resources>() else {
            return;
        };
        // Coordinates are those of the whole screen, so that a viewport partly off the screen does not squeeze it.
        let [width, height] = info.screen_size_px;
        pass.set_viewport(0.0, 0.0, width as f32, height as f32, 0.0, 1.0);
        pass.set_pipeline(&resources.pipeline);
        for group in self.ready.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            pass.set_bind_group(0, group, &[]);
            pass.draw(0..4, 0..1);
        }
    }
}

/// A texture with all its levels written, tightly packed, four bytes a texel.
fn upload(
    device: &wgpu::Device,
    queue: &wgpu::Queue,
    format: wgpu::TextureFormat,
    side: [u32; 2],
    levels: &[&[u8]],
) -> wgpu::TextureView {
    let extent = |level: usize| wgpu::Extent3d {
        width: (side[0] >> level).max(1),
        height: (side[1] >> level).max(1),
        depth_or_array_layers: 1,
    };
    debug_assert!(levels.len() <= LEVELS as usize, "more levels than a tile has");
    let texture = device.create_texture(&wgpu::TextureDescriptor {
        label: Some("canvas"),
        size: extent(0),
        mip_level_count: levels.len() as u32,
        sample_count: 1,
        dimension: wgpu::TextureDimension::D2,
        format,
        usage: wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST,
        view_formats: &[],
    });
    for (level, bytes) in levels.iter().enumerate() {
        let size = extent(level);
        let target = wgpu::TexelCopyTextureInfo {
            texture: &texture,
            mip_level: level as u32,
            origin: wgpu::Origin3d::ZERO,
            aspect: wgpu::TextureAspect::All,
        };
        let rows = wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(4 * size.width), rows_per_image: None };
        queue.write_texture(target, bytes, rows, size);
    }
    texture.create_view(&wgpu::TextureViewDescriptor::default())
}

fn bind_group_layout(device: &wgpu::Device) -> wgpu::BindGroupLayout {
    let entry = |binding, visibility, ty| wgpu::BindGroupLayoutEntry { binding, visibility, ty, count: None };
    let texture = |binding, filterable| {
        let ty = wgpu::BindingType::Texture {
            sample_type: wgpu::TextureSampleType::Float { filterable },
            view_dimension: wgpu::TextureViewDimension::D2,
            multisampled: false,
        };
        entry(binding, wgpu::ShaderStages::FRAGMENT, ty)
    };
    let uniform = wgpu::BindingType::Buffer {
        ty: wgpu::BufferBindingType::Uniform,
        has_dynamic_offset: false,
        min_binding_size: None,
    };
    let sampler = wgpu::BindingType::Sampler(wgpu::SamplerBindingType::Filtering);
    device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
        label: Some("canvas"),
        entries: &[
            entry(0, wgpu::ShaderStages::VERTEX_FRAGMENT, uniform),
            texture(1, true),
            entry(2, wgpu::ShaderStages::FRAGMENT, sampler),
            texture(3, false),
            texture(4, false),
        ],
    })
}

fn pipeline(
    device: &wgpu::Device,
    layout: &wgpu::BindGroupLayout,
    format: wgpu::TextureFormat,
) -> wgpu::RenderPipeline {
    let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
        label: Some("canvas"),
        source: wgpu::ShaderSource::Wgsl(include_str!("canvas.wgsl").into()),
    });
    let layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
        label: Some("canvas"),
        bind_group_layouts: &[Some(layout)],
        immediate_size: 0,
    });
    device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
        label: Some("canvas"),
        layout: Some(&layout),
        vertex: wgpu::VertexState {
            module: &module,
            entry_point: Some("vs_main"),
            buffers: &[],
            compilation_options: wgpu::PipelineCompilationOptions::default(),
        },
        primitive: wgpu::PrimitiveState {
            topology: wgpu::PrimitiveTopology::TriangleStrip,
            ..wgpu::PrimitiveState::default()
        },
        depth_stencil: None,
        multisample: wgpu::MultisampleState::default(),
        fragment: Some(wgpu::FragmentState {
            module: &module,
            entry_point: Some("fs_main"),
            targets: &[Some(wgpu::ColorTargetState {
                format,
                blend: Some(wgpu::BlendState::PREMULTIPLIED_ALPHA_BLENDING),
                write_mask: wgpu::ColorWrites::ALL,
            })],
            compilation_options: wgpu::PipelineCompilationOptions::default(),
        }),
        multiview_mask: None,
        cache: None,
    })
}
