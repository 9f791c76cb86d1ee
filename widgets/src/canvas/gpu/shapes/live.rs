//! Drawing a mask that is being painted: one texture a tile, of which only what changed is written.

use std::sync::{Mutex, PoisonError};

use concord_geometry::{BBox, PixelRect, Point, View};
use egui::Color32;
use egui::epaint::PaintCallbackInfo;
use egui_wgpu::{CallbackResources, CallbackTrait, RenderState, ScreenDescriptor};

use crate::canvas::shapes::LINE_WIDTH;
use crate::canvas::shapes::live::{LiveMask, LiveTile, TILE};

/// Opacity of the fill; the border is opaque.
const OPACITY: f32 = 0.4;

pub(super) struct Resources {
    layout: wgpu::BindGroupLayout,
    pipeline: wgpu::RenderPipeline,
}

impl Resources {
    pub(super) fn new(state: &RenderState) -> Self {
        let device = &state.device;
        let entry = |binding, visibility, ty| wgpu::BindGroupLayoutEntry { binding, visibility, ty, count: None };
        let uniform = wgpu::BindingType::Buffer {
            ty: wgpu::BufferBindingType::Uniform,
            has_dynamic_offset: false,
            min_binding_size: None,
        };
        let texture = wgpu::BindingType::Texture {
            sample_type: wgpu::TextureSampleType::Float { filterable: false },
            view_dimension: wgpu::TextureViewDimension::D2,
            multisampled: false,
        };
        let layout = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label: Some("live mask"),
            entries: &[
                entry(0, wgpu::ShaderStages::VERTEX_FRAGMENT, uniform),
                entry(1, wgpu::ShaderStages::FRAGMENT, texture),
            ],
        });
        let source = include_str!("../live.wgsl");
        let pipeline = super::pipeline(device, &layout, state.target_format, source, ["vs_main", "fs_main"], &[]);
        Self { layout, pipeline }
    }
}

/// The texture of one tile on the graphics adapter.
#[derive(Debug)]
pub(crate) struct TileTexture {
    texture: wgpu::Texture,
    view: wgpu::TextureView,
}

impl TileTexture {
    fn new(device: &wgpu::Device) -> Self {
        let texture = device.create_texture(&wgpu::TextureDescriptor {
            label: Some("live mask"),
            size: wgpu::Extent3d { width: TILE, height: TILE, depth_or_array_layers: 1 },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: wgpu::TextureFormat::R8Unorm,
            usage: wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST,
            view_formats: &[],
        });
        let view = texture.create_view(&wgpu::TextureViewDescriptor::default());
        Self { texture, view }
    }

    /// Writes a rectangle of the tile's pixels.
    fn write(&self, queue: &wgpu::Queue, pixels: &[u8], rect: PixelRect) {
        let target = wgpu::TexelCopyTextureInfo {
            texture: &self.texture,
            mip_level: 0,
            origin: wgpu::Origin3d { x: rect.x1, y: rect.y1, z: 0 },
            aspect: wgpu::TextureAspect::All,
        };
        let layout = wgpu::TexelCopyBufferLayout {
            offset: u64::from(rect.y1 * TILE + rect.x1),
            bytes_per_row: Some(TILE),
            rows_per_image: None,
        };
        let (width, height) = (rect.x2 - rect.x1, rect.y2 - rect.y1);
        queue.write_texture(target, pixels, layout, wgpu::Extent3d { width, height, depth_or_array_layers: 1 });
    }
}

/// Brings a tile's texture up to date.
fn refresh(tile: &mut LiveTile, device: &wgpu::Device, queue: &wgpu::Queue) {
    let whole = PixelRect { x1: 0, y1: 0, x2: TILE, y2: TILE };
    let changed = if tile.texture.is_some() { tile.changed } else { Some(whole) };
    let texture = tile.texture.get_or_insert_with(|| TileTexture::new(device));
    if let Some(rect) = changed {
        texture.write(queue, &tile.pixels, rect);
    }
    tile.changed = None;
}

/// Paints a live mask into a viewport.
pub(crate) struct LivePaint {
    mask: LiveMask,
    color: Color32,
    view: View,
    viewport: BBox,
    ready: Mutex<Vec<wgpu::BindGroup>>,
}

impl LivePaint {
    /// `view` and `viewport` are in screen points.
    pub(crate) fn new(mask: LiveMask, color: Color32, view: View, viewport: BBox) -> Self {
        Self { mask, color, view, viewport, ready: Mutex::default() }
    }

    /// The shape to add to a painter; `rect` is where it may draw, in points.
    pub(crate) fn into_shape(self, rect: egui::Rect) -> egui::Shape {
        egui_wgpu::Callback::new_paint_callback(rect, self).into()
    }

    /// The part of the image in sight, in pixels: x1, y1, x2, y2.
    fn in_sight(&self) -> [f64; 4] {
        let from = self.view.image_from_screen(Point::new(self.viewport.x1(), self.viewport.y1()));
        let to = self.view.image_from_screen(Point::new(self.viewport.x2(), self.viewport.y2()));
        let size = self.mask.size();
        [from.x.max(0.0), from.y.max(0.0), to.x.min(f64::from(size.width)), to.y.min(f64::from(size.height))]
    }

    fn look(&self, [x1, y1, x2, y2]: [f64; 4], origin: [f64; 2], screen: &ScreenDescriptor, linear: bool) -> [f32; 20] {
        let per_point = f64::from(screen.pixels_per_point);
        let [width, height] = screen.size_in_pixels.map(f64::from);
        let from = self.view.screen_from_image(Point::new(x1, y1));
        let to = self.view.screen_from_image(Point::new(x2, y2));
        let x = |at: f64| (2.0 * at * per_point / width - 1.0) as f32;
        let y = |at: f64| (1.0 - 2.0 * at * per_point / height) as f32;
        let texels = [x1 - origin[0], y1 - origin[1], x2 - origin[0], y2 - origin[1]].map(|v| v as f32);
        let color = |color: Color32| color.to_array().map(|c| f32::from(c) / 255.0);
        let line = (f64::from(LINE_WIDTH) / self.view.scale) as f32;
        let rows = [
            [x(from.x), y(from.y), x(to.x), y(to.y)],
            texels,
            color(self.color.gamma_multiply(OPACITY)),
            color(self.color),
            [line, f32::from(u8::from(linear)), 0.0, 0.0],
        ];
        let mut look = [0.0; 20];
        for (slot, value) in look.iter_mut().zip(rows.into_iter().flatten()) {
            *slot = value;
        }
        look
    }
}

impl CallbackTrait for LivePaint {
    fn prepare(
        &self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        screen: &ScreenDescriptor,
        _encoder: &mut wgpu::CommandEncoder,
        resources: &mut CallbackResources,
    ) -> Vec<wgpu::CommandBuffer> {
        let Some(resources) = resources.get::<super::Resources>() else {
            return Vec::new();
        };
        let [left, top, right, bottom] = self.in_sight();
        let mut bound = Vec::new();
        self.mask.for_each_tile(|[column, row], tile| {
            let [x, y] = [column, row].map(|at| f64::from(at * TILE));
            let side = f64::from(TILE);
            let part = [left.max(x), top.max(y), right.min(x + side), bottom.min(y + side)];
            if part[0] >= part[2] || part[1] >= part[3] {
                return;
            }
            refresh(tile, device, queue);
            let Some(texture) = &tile.texture else { return };
            let look = self.look(part, [x, y], screen, resources.wants_linear);
            bound.push(bind(device, &resources.live.layout, &look, &texture.view));
        });
        *self.ready.lock().unwrap_or_else(PoisonError::into_inner) = bound;
        Vec::new()
    }

    fn paint(&self, info: PaintCallbackInfo, pass: &mut wgpu::RenderPass<'static>, resources: &CallbackResources) {
        let Some(resources) = resources.get::<super::Resources>() else {
            return;
        };
        let [width, height] = info.screen_size_px;
        pass.set_viewport(0.0, 0.0, width as f32, height as f32, 0.0, 1.0);
        pass.set_pipeline(&resources.live.pipeline);
        for group in self.ready.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            pass.set_bind_group(0, group, &[]);
            pass.draw(0..4, 0..1);
        }
    }
}

fn bind(
    device: &wgpu::Device,
    layout: &wgpu::BindGroupLayout,
    look: &[f32],
    texture: &wgpu::TextureView,
) -> wgpu::BindGroup {
    let uniform = super::buffer_with(device, "live mask look", bytemuck::cast_slice(look), wgpu::BufferUsages::UNIFORM);
    device.create_bind_group(&wgpu::BindGroupDescriptor {
        label: Some("live mask"),
        layout,
        entries: &[
            wgpu::BindGroupEntry { binding: 0, resource: uniform.as_entire_binding() },
            wgpu::BindGroupEntry { binding: 1, resource: wgpu::BindingResource::TextureView(texture) },
        ],
    })
}
