//! The pipelines that draw tiles, one for each way a texture is read.

use egui_wgpu::RenderState;

use crate::canvas::raster::PixelKind;

/// Numbers of one instance: eight rows of four.
pub(super) const INSTANCE_FLOATS: usize = 32;
const INSTANCE_BYTES: u64 = INSTANCE_FLOATS as u64 * 4;
const ROWS: [wgpu::VertexAttribute; 8] = wgpu::vertex_attr_array![
    0 => Float32x4, 1 => Float32x4, 2 => Float32x4, 3 => Float32x4,
    4 => Float32x4, 5 => Float32x4, 6 => Float32x4, 7 => Float32x4
];

/// How a texture is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// Colours of 8 bits, filtered by the adapter.
    Filtered,
    /// Floating-point numbers, filtered by the shader.
    Real,
    /// Integers, filtered by the shader.
    Counts,
}

impl Reading {
    /// How textures of a kind of pixels are read.
    pub(super) fn of(kind: PixelKind) -> Self {
        match kind {
            PixelKind::Rgba8 => Self::Filtered,
            PixelKind::GrayF32 => Self::Real,
            PixelKind::Gray16 | PixelKind::Rgba16 => Self::Counts,
        }
    }
}

/// One pipeline, and the layout of the tile it draws.
pub(super) struct Draw {
    pub(super) pipeline: wgpu::RenderPipeline,
    pub(super) tile: wgpu::BindGroupLayout,
}

/// All pipelines, and the layout of what their tiles share.
pub(super) struct Pipelines {
    pub(super) shared: wgpu::BindGroupLayout,
    filtered: Draw,
    real: Draw,
    counts: Draw,
}

impl Pipelines {
    pub(super) fn new(state: &RenderState) -> Self {
        let device = &state.device;
        let shared = shared_layout(device);
        let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
            label: Some("canvas"),
            source: wgpu::ShaderSource::Wgsl(include_str!("../canvas.wgsl").into()),
        });
        let draw = |sample_type, entry_point| {
            let tile = tile_layout(device, sample_type);
            let pipeline = pipeline(device, &[Some(&shared), Some(&tile)], &module, entry_point, state.target_format);
            Draw { pipeline, tile }
        };
        Self {
            filtered: draw(wgpu::TextureSampleType::Float { filterable: true }, "fs_filtered"),
            real: draw(wgpu::TextureSampleType::Float { filterable: false }, "fs_real"),
            counts: draw(wgpu::TextureSampleType::Uint, "fs_counts"),
            shared,
        }
    }

    pub(super) fn draw(&self, reading: Reading) -> &Draw {
        match reading {
            Reading::Filtered => &self.filtered,
            Reading::Real => &self.real,
            Reading::Counts => &self.counts,
        }
    }
}

fn entry(binding: u32, ty: wgpu::BindingType) -> wgpu::BindGroupLayoutEntry {
    wgpu::BindGroupLayoutEntry { binding, visibility: wgpu::ShaderStages::FRAGMENT, ty, count: None }
}

fn texture(sample_type: wgpu::TextureSampleType) -> wgpu::BindingType {
    wgpu::BindingType::Texture { sample_type, view_dimension: wgpu::TextureViewDimension::D2, multisampled: false }
}

/// Sampler, overlay, colour maps, equalisation.
fn shared_layout(device: &wgpu::Device) -> wgpu::BindGroupLayout {
    let unfiltered = texture(wgpu::TextureSampleType::Float { filterable: false });
    device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
        label: Some("canvas"),
        entries: &[
            entry(0, wgpu::BindingType::Sampler(wgpu::SamplerBindingType::Filtering)),
            entry(1, unfiltered),
            entry(2, unfiltered),
            entry(3, unfiltered),
        ],
    })
}

fn tile_layout(device: &wgpu::Device, sample_type: wgpu::TextureSampleType) -> wgpu::BindGroupLayout {
    device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
        label: Some("canvas tile"),
        entries: &[entry(0, texture(sample_type))],
    })
}

fn pipeline(
    device: &wgpu::Device,
    layouts: &[Option<&wgpu::BindGroupLayout>],
    module: &wgpu::ShaderModule,
    entry_point: &str,
    format: wgpu::TextureFormat,
) -> wgpu::RenderPipeline {
    let layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
        label: Some("canvas"),
        bind_group_layouts: layouts,
        immediate_size: 0,
    });
    let instances = wgpu::VertexBufferLayout {
        array_stride: INSTANCE_BYTES,
        step_mode: wgpu::VertexStepMode::Instance,
        attributes: &ROWS,
    };
    device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
        label: Some(entry_point),
        layout: Some(&layout),
        vertex: wgpu::VertexState {
            module,
            entry_point: Some("vs_main"),
            buffers: &[Some(instances)],
            compilation_options: wgpu::PipelineCompilationOptions::default(),
        },
        primitive: wgpu::PrimitiveState {
            topology: wgpu::PrimitiveTopology::TriangleStrip,
            ..wgpu::PrimitiveState::default()
        },
        depth_stencil: None,
        multisample: wgpu::MultisampleState::default(),
        fragment: Some(wgpu::FragmentState {
            module,
            entry_point: Some(entry_point),
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
