//! Drawing shapes with wgpu: instances of lines and fills in buffers that are written only when they change.

pub(crate) mod live;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use concord_geometry::{Point, View};
use egui::Color32;
use egui::epaint::PaintCallbackInfo;
use egui_wgpu::{CallbackResources, CallbackTrait, RenderState, ScreenDescriptor};

use crate::canvas::shapes::instances::{Drawing, FillInstance, LineInstance, UNITS_PER_PX, units};
use crate::canvas::shapes::{FAINT, LINE_WIDTH, STAND_OUT_WIDTH};
use crate::theme::HALO;

/// Size of the uniform, and how far apart two of them must lie in one buffer on every adapter.
const LOOK_BYTES: usize = 80;
const LOOK_STRIDE: usize = 256;

/// How dark the edge under a line is, in `[0, 1]`.
const EDGE_STRENGTH: f32 = 0.75;

/// Prepares a window for shapes.
pub(crate) fn install(render_state: &RenderState) {
    let resources = Resources::new(render_state);
    render_state.renderer.write().callback_resources.insert(resources);
}

struct Resources {
    layout: wgpu::BindGroupLayout,
    lines: wgpu::RenderPipeline,
    fills: wgpu::RenderPipeline,
    live: live::Resources,
    wants_linear: bool,
}

impl Resources {
    fn new(state: &RenderState) -> Self {
        let device = &state.device;
        let layout = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label: Some("shapes"),
            entries: &[wgpu::BindGroupLayoutEntry {
                binding: 0,
                visibility: wgpu::ShaderStages::VERTEX_FRAGMENT,
                ty: wgpu::BindingType::Buffer {
                    ty: wgpu::BufferBindingType::Uniform,
                    has_dynamic_offset: true,
                    min_binding_size: None,
                },
                count: None,
            }],
        });
        let source = include_str!("shapes.wgsl");
        let make = |entries, buffer| pipeline(device, &layout, state.target_format, source, entries, &[Some(buffer)]);
        let lines = make(["vs_line", "fs_line"], line_layout());
        let fills = make(["vs_fill", "fs_fill"], fill_layout());
        let live = live::Resources::new(state);
        Self { lines, fills, live, wants_linear: state.target_format.is_srgb(), layout }
    }

    /// The two uniforms of a frame, for dark edges and for lines.
    fn bind(&self, device: &wgpu::Device, view: View, screen: &ScreenDescriptor) -> wgpu::BindGroup {
        let mut contents = vec![0u8; LOOK_STRIDE + LOOK_BYTES];
        for (place, draws_edges) in [(0, true), (LOOK_STRIDE, false)] {
            let look = look(view, screen, draws_edges, self.wants_linear);
            contents[place..place + LOOK_BYTES].copy_from_slice(bytemuck::cast_slice(&look));
        }
        let buffer = buffer_with(device, "shapes look", &contents, wgpu::BufferUsages::UNIFORM);
        device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("shapes"),
            layout: &self.layout,
            entries: &[wgpu::BindGroupEntry {
                binding: 0,
                resource: wgpu::BindingResource::Buffer(wgpu::BufferBinding {
                    buffer: &buffer,
                    offset: 0,
                    size: wgpu::BufferSize::new(LOOK_BYTES as u64),
                }),
            }],
        })
    }
}

/// The uniform of the shader: all numbers as bits. The anchor is the place nearest the middle of the screen, so that
/// what is in sight is a small distance from it.
fn look(view: View, screen: &ScreenDescriptor, draws_edges: bool, wants_linear: bool) -> [u32; LOOK_BYTES / 4] {
    let per_point = f64::from(screen.pixels_per_point);
    let [width, height] = screen.size_in_pixels.map(f64::from);
    let middle = view.image_from_screen(Point::new(width / 2.0 / per_point, height / 2.0 / per_point));
    let anchor = [units(middle.x), units(middle.y)];
    let [x, y] = anchor.map(|unit| f64::from(unit) / UNITS_PER_PX);
    let at = view.screen_from_image(Point::new(x, y));
    let whole = |points: f32| (points * screen.pixels_per_point).round().max(1.0);
    let edge = HALO.gamma_multiply(EDGE_STRENGTH);
    let color = |color: Color32| color.to_array().map(|c| f32::from(c) / 255.0);
    let numbers = [
        (at.x * per_point) as f32,
        (at.y * per_point) as f32,
        width as f32,
        height as f32,
        (view.scale * per_point / UNITS_PER_PX) as f32,
        screen.pixels_per_point,
        whole(LINE_WIDTH),
        whole(STAND_OUT_WIDTH),
        f32::from(u8::from(draws_edges)),
        f32::from(u8::from(wants_linear)),
    ];
    let colors = [color(edge), color(edge.gamma_multiply(FAINT))];
    let mut look = [0; LOOK_BYTES / 4];
    let bits = anchor.into_iter().map(i32::cast_unsigned).chain(numbers.into_iter().map(f32::to_bits));
    for (slot, value) in look.iter_mut().zip(bits.chain(colors.into_iter().flatten().map(f32::to_bits))) {
        *slot = value;
    }
    look
}

/// What one chunk of shapes looks like on the graphics adapter; shared between the scene and the frames that draw it.
#[derive(Debug, Default)]
pub(crate) struct Instances {
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    staged: Option<Drawing>,
    lines: Buffer,
    fills: Buffer,
}

#[derive(Debug, Default)]
struct Buffer {
    buffer: Option<wgpu::Buffer>,
    count: u32,
}

impl Instances {
    /// Puts a new drawing in the place of the old one; it goes to the adapter when it is next shown.
    pub(crate) fn stage(&self, drawing: Drawing) {
        self.lock().staged = Some(drawing);
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn upload(&self, device: &wgpu::Device, queue: &wgpu::Queue) {
        let mut held = self.lock();
        let Some(drawing) = held.staged.take() else { return };
        held.lines.write(device, queue, bytemuck::cast_slice::<LineInstance, u8>(&drawing.lines), drawing.lines.len());
        held.fills.write(device, queue, bytemuck::cast_slice::<FillInstance, u8>(&drawing.fills), drawing.fills.len());
    }

    /// Bytes of graphics memory held.
    pub(crate) fn bytes(&self) -> u64 {
        let held = self.lock();
        [&held.lines, &held.fills].into_iter().filter_map(|b| b.buffer.as_ref()).map(wgpu::Buffer::size).sum()
    }
}

impl Buffer {
    fn write(&mut self, device: &wgpu::Device, queue: &wgpu::Queue, bytes: &[u8], count: usize) {
        self.count = count as u32;
        let size = bytes.len() as u64;
        let fits = self.buffer.as_ref().filter(|buffer| (size..=size.saturating_mul(4)).contains(&buffer.size()));
        match fits {
            Some(buffer) if size > 0 => queue.write_buffer(buffer, 0, bytes),
            _ if size > 0 => self.buffer = Some(buffer_with(device, "shapes", bytes, wgpu::BufferUsages::VERTEX)),
            _ => self.buffer = None,
        }
    }

    fn draw(&self, pass: &mut wgpu::RenderPass<'static>) {
        if let Some(buffer) = &self.buffer {
            pass.set_vertex_buffer(0, buffer.slice(..));
            pass.draw(0..4, 0..self.count);
        }
    }
}

/// Draws the chunks of a scene that are in sight, one layer over the other.
pub(crate) struct ScenePaint {
    layers: Vec<Vec<(Arc<Instances>, bool)>>,
    view: View,
    ready: Mutex<Option<wgpu::BindGroup>>,
}

impl ScenePaint {
    /// Each chunk says whether it has dark edges; `view` is in screen points.
    pub(crate) fn new(layers: Vec<Vec<(Arc<Instances>, bool)>>, view: View) -> Self {
        Self { layers, view, ready: Mutex::default() }
    }

    /// The shape to add to a painter; `rect` is where it may draw, in points.
    pub(crate) fn into_shape(self, rect: egui::Rect) -> egui::Shape {
        egui_wgpu::Callback::new_paint_callback(rect, self).into()
    }
}

impl CallbackTrait for ScenePaint {
    fn prepare(
        &self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        screen: &ScreenDescriptor,
        _encoder: &mut wgpu::CommandEncoder,
        resources: &mut CallbackResources,
    ) -> Vec<wgpu::CommandBuffer> {
        if let Some(resources) = resources.get::<Resources>() {
            for (instances, _) in self.layers.iter().flatten() {
                instances.upload(device, queue);
            }
            let ready = resources.bind(device, self.view, screen);
            *self.ready.lock().unwrap_or_else(PoisonError::into_inner) = Some(ready);
        }
        Vec::new()
    }

    fn paint(&self, info: PaintCallbackInfo, pass: &mut wgpu::RenderPass<'static>, resources: &CallbackResources) {
        let ready = self.ready.lock().unwrap_or_else(PoisonError::into_inner);
        let (Some(resources), Some(group)) = (resources.get::<Resources>(), ready.as_ref()) else {
            return;
        };
        let [width, height] = info.screen_size_px;
        pass.set_viewport(0.0, 0.0, width as f32, height as f32, 0.0, 1.0);
        for layer in &self.layers {
            pass.set_bind_group(0, group, &[0]);
            pass.set_pipeline(&resources.fills);
            draw_each(layer, |held| &held.fills, pass);
            pass.set_pipeline(&resources.lines);
            let with_edges = layer.iter().filter(|(_, has_edges)| *has_edges);
            draw_each(with_edges, |held| &held.lines, pass);
            pass.set_bind_group(0, group, &[LOOK_STRIDE as u32]);
            draw_each(layer, |held| &held.lines, pass);
        }
    }
}

fn draw_each<'a>(
    layer: impl IntoIterator<Item = &'a (Arc<Instances>, bool)>,
    buffer: fn(&Held) -> &Buffer,
    pass: &mut wgpu::RenderPass<'static>,
) {
    for (instances, _) in layer {
        buffer(&instances.lock()).draw(pass);
    }
}

/// A buffer that holds these bytes and can be written again.
fn buffer_with(device: &wgpu::Device, label: &str, contents: &[u8], usage: wgpu::BufferUsages) -> wgpu::Buffer {
    use wgpu::util::DeviceExt;
    let usage = usage | wgpu::BufferUsages::COPY_DST;
    device.create_buffer_init(&wgpu::util::BufferInitDescriptor { label: Some(label), contents, usage })
}

fn line_layout() -> wgpu::VertexBufferLayout<'static> {
    const ATTRIBUTES: [wgpu::VertexAttribute; 6] = wgpu::vertex_attr_array![
        0 => Sint32x2, 1 => Sint32x2, 2 => Unorm8x4, 3 => Uint32, 4 => Float32, 5 => Float32
    ];
    per_instance(size_of::<LineInstance>(), &ATTRIBUTES)
}

fn fill_layout() -> wgpu::VertexBufferLayout<'static> {
    const ATTRIBUTES: [wgpu::VertexAttribute; 4] =
        wgpu::vertex_attr_array![0 => Sint32x2, 1 => Sint32x2, 2 => Sint32x2, 3 => Unorm8x4];
    per_instance(size_of::<FillInstance>(), &ATTRIBUTES)
}

fn per_instance(bytes: usize, attributes: &'static [wgpu::VertexAttribute]) -> wgpu::VertexBufferLayout<'static> {
    wgpu::VertexBufferLayout { array_stride: bytes as u64, step_mode: wgpu::VertexStepMode::Instance, attributes }
}

/// A pipeline that draws strips of four corners with premultiplied alpha.
fn pipeline(
    device: &wgpu::Device,
    layout: &wgpu::BindGroupLayout,
    format: wgpu::TextureFormat,
    source: &str,
    [vertex, fragment]: [&str; 2],
    buffers: &[Option<wgpu::VertexBufferLayout<'_>>],
) -> wgpu::RenderPipeline {
    let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
        label: Some(vertex),
        source: wgpu::ShaderSource::Wgsl(source.into()),
    });
    let layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
        label: Some(vertex),
        bind_group_layouts: &[Some(layout)],
        immediate_size: 0,
    });
    device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
        label: Some(vertex),
        layout: Some(&layout),
        vertex: wgpu::VertexState {
            module: &module,
            entry_point: Some(vertex),
            buffers,
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
            entry_point: Some(fragment),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_anchor_is_exact_and_near_the_middle_of_the_screen() {
        let screen = ScreenDescriptor { size_in_pixels: [1600, 1000], pixels_per_point: 2.0 };
        let view = View { scale: 64.0, origin: Point::new(-64.0 * 29_990.3, -64.0 * 120.7) };
        let look = look(view, &screen, false, false);
        let anchor = [0, 1].map(|i| f64::from(look[i].cast_signed()) / UNITS_PER_PX);
        let at = [2, 3].map(|i| f64::from(f32::from_bits(look[i])));
        assert!((at[0] - 800.0).abs() < 1.0 && (at[1] - 500.0).abs() < 1.0);
        let exact = view.screen_from_image(Point::new(anchor[0], anchor[1]));
        assert!((at[0] - exact.x * 2.0).abs() < 1e-3 && (at[1] - exact.y * 2.0).abs() < 1e-3);
    }
}
