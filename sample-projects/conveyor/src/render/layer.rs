//! One part as a layer of pixels: coverage and colour inside its bounds, its shadow, and laying it on the picture.

use super::camera::{Light, SIZE, Setup};
use super::layout::Placed;
use super::math::V2;
use super::parts::{Part, Shape};

/// Pixels whose coverage reaches this belong to the part's mask.
const COVERED: f32 = 0.5;

/// Slope that a flat face seems to have at a distance of one length from its middle.
const DOME: f32 = 0.42;

/// A rectangle of pixels with one part drawn in it; it may reach beyond the picture.
pub(super) struct Layer {
    left: i32,
    top: i32,
    width: usize,
    height: usize,
    alpha: Vec<f32>,
    colour: Vec<[f32; 3]>,
    thickness_px: f32,
}

impl Layer {
    /// Draws a part, supersampled where it covers anything.
    pub(super) fn draw(placed: &Placed, setup: &Setup) -> Self {
        match &placed.part {
            Part::Bolt(shape) => draw_shape(shape, placed, setup),
            Part::Nut(shape) => draw_shape(shape, placed, setup),
            Part::Washer(shape) => draw_shape(shape, placed, setup),
            Part::Gear(shape) => draw_shape(shape, placed, setup),
            Part::Spring(shape) => draw_shape(shape, placed, setup),
        }
    }

    /// Pixels of the part's mask, those beyond the picture included.
    pub(super) fn full_px(&self) -> u64 {
        self.alpha.iter().filter(|&&a| a >= COVERED).count() as u64
    }

    /// First and last-plus-one column and row inside the picture.
    pub(super) fn bounds(&self) -> [u32; 4] {
        let clamp = |v: i32, most: u32| v.clamp(0, most as i32) as u32;
        [
            clamp(self.left, SIZE.width),
            clamp(self.top, SIZE.height),
            clamp(self.left + self.width as i32, SIZE.width),
            clamp(self.top + self.height as i32, SIZE.height),
        ]
    }

    /// Darkens what lies below: a soft shadow away from the lamp and a narrow one where the part touches.
    pub(super) fn cast_shadow(&self, light: &mut Light, setup: &Setup) {
        let blur = (0.4 * self.thickness_px + 1.0).clamp(1.0, 9.0) as usize;
        let margin = 2 * blur + 3;
        let (width, height) = (self.width + 2 * margin, self.height + 2 * margin);
        let mut wide = vec![0.0f32; width * height];
        for y in 0..self.height {
            let to = (y + margin) * width + margin;
            wide[to..to + self.width].copy_from_slice(&self.alpha[y * self.width..(y + 1) * self.width]);
        }
        let mut tight = wide.clone();
        box_blur(&mut wide, width, blur);
        box_blur(&mut tight, width, 2);
        let (dx, dy) = (setup.shadow.x * self.thickness_px, setup.shadow.y * self.thickness_px);
        let near = [self.left - margin as i32, self.top - margin as i32];
        let far = [near[0] + dx.round() as i32, near[1] + dy.round() as i32];
        darken(light, &wide, width, far, 0.62);
        darken(light, &tight, width, near, 0.45);
    }

    /// Lays the part on the picture and takes over the pixels that it covers.
    pub(super) fn lay(&self, light: &mut Light, owner: &mut [u8], id: u8) {
        let [x1, y1, x2, y2] = self.bounds();
        for y in y1..y2 {
            for x in x1..x2 {
                let from = (y as i32 - self.top) as usize * self.width + (x as i32 - self.left) as usize;
                let alpha = self.alpha[from];
                if alpha <= 0.0 {
                    continue;
                }
                let to = (y * SIZE.width + x) as usize;
                for (below, above) in light[to].iter_mut().zip(self.colour[from]) {
                    *below = *below * (1.0 - alpha) + above * alpha;
                }
                if alpha >= COVERED {
                    owner[to] = id;
                }
            }
        }
    }
}

/// The part's frame in the picture.
struct Frame<'a> {
    placed: &'a Placed,
    setup: &'a Setup,
    cos: f32,
    sin: f32,
}

impl Frame<'_> {
    fn local(&self, x: f32, y: f32) -> V2 {
        let p = self.setup.belt_from_image(V2::new(x, y)).minus(self.placed.center).turned_back(self.cos, self.sin);
        V2::new(p.x / self.placed.size, p.y / self.placed.size)
    }

    /// Colour at a local point, or `None` outside the outline.
    fn sample(&self, shape: &impl Shape, p: V2, step: f32) -> Option<[f32; 3]> {
        let here = shape.surface(p);
        if here.d >= 0.0 {
            return None;
        }
        let dx = (shape.surface(V2::new(p.x + step, p.y)).h - here.h) / step;
        let dy = (shape.surface(V2::new(p.x, p.y + step)).h - here.h) / step;
        // Steep walls seen from above are edges, not mirrors.
        let (dx, dy) = (dx.clamp(-2.5, 2.5), dy.clamp(-2.5, 2.5));
        // Lamps are near: what a flat face mirrors changes across it, as if it were slightly domed.
        let (dx, dy) = (dx - DOME * p.x, dy - DOME * p.y);
        let slope = [dx * self.cos - dy * self.sin, dx * self.sin + dy * self.cos];
        let at = [p.x * self.placed.size, p.y * self.placed.size];
        let shadow = self.setup.shadow;
        let scale = 1.0 / shadow.length();
        Some(self.placed.material.shade(slope, at, [shadow.x * scale, shadow.y * scale], here.tone))
    }
}

fn draw_shape(shape: &impl Shape, placed: &Placed, setup: &Setup) -> Layer {
    let (sin, cos) = (libm::sinf(placed.angle), libm::cosf(placed.angle));
    let frame = Frame { placed, setup, cos, sin };
    let reach = shape.reach();
    let half = V2::new(
        (reach.x * cos.abs() + reach.y * sin.abs()) * placed.size * setup.scale.x + 1.0,
        (reach.x * sin.abs() + reach.y * cos.abs()) * placed.size * setup.scale.y + 1.0,
    );
    let center = setup.image_from_belt(placed.center);
    let (left, top) = ((center.x - half.x).floor() as i32, (center.y - half.y).floor() as i32);
    let width = (center.x + half.x).ceil() as i32 - left;
    let height = (center.y + half.y).ceil() as i32 - top;
    let mut layer = Layer {
        left,
        top,
        width: width as usize,
        height: height as usize,
        alpha: vec![0.0; (width * height) as usize],
        colour: vec![[0.0; 3]; (width * height) as usize],
        thickness_px: shape.thickness() * placed.size * setup.scale.x,
    };
    let pixel = 1.0 / (placed.size * setup.scale.y);
    let grid = if placed.size * setup.scale.x < 48.0 { 4 } else { 3 };
    for y in 0..height {
        for x in 0..width {
            let (px, py) = ((left + x) as f32, (top + y) as f32);
            if shape.surface(frame.local(px + 0.5, py + 0.5)).d > 2.0 * pixel {
                continue;
            }
            let (mut sum, mut hits) = ([0.0f32; 3], 0u32);
            for k in 0..grid * grid {
                let (sx, sy) = ((k % grid) as f32 + 0.5, (k / grid) as f32 + 0.5);
                let p = frame.local(px + sx / grid as f32, py + sy / grid as f32);
                if let Some(colour) = frame.sample(shape, p, 0.5 * pixel) {
                    hits += 1;
                    for c in 0..3 {
                        sum[c] += colour[c];
                    }
                }
            }
            if hits > 0 {
                let at = (y * width + x) as usize;
                layer.alpha[at] = hits as f32 / (grid * grid) as f32;
                layer.colour[at] = sum.map(|v| v / hits as f32);
            }
        }
    }
    layer
}

/// Two passes of a box of `2·radius + 1` along each axis.
fn box_blur(values: &mut [f32], width: usize, radius: usize) {
    let height = values.len() / width;
    for _ in 0..2 {
        for y in 0..height {
            blur_line(values, y * width, 1, width, radius);
        }
        for x in 0..width {
            blur_line(values, x, width, height, radius);
        }
    }
}

fn blur_line(values: &mut [f32], start: usize, stride: usize, count: usize, radius: usize) {
    let line: Vec<f32> = (0..count).map(|i| values[start + i * stride]).collect();
    let scale = 1.0 / (2 * radius + 1) as f32;
    let mut sum: f32 = line.iter().take(radius).sum();
    for i in 0..count {
        if i + radius < count {
            sum += line[i + radius];
        }
        if i > radius {
            sum -= line[i - radius - 1];
        }
        values[start + i * stride] = (sum * scale).max(0.0);
    }
}

/// Multiplies the picture by `1 − strength · mask`, the mask's corner at `corner`.
fn darken(light: &mut Light, mask: &[f32], mask_width: usize, corner: [i32; 2], strength: f32) {
    for (i, &value) in mask.iter().enumerate() {
        let (x, y) = (corner[0] + (i % mask_width) as i32, corner[1] + (i / mask_width) as i32);
        if value > 0.001 && (0..SIZE.width as i32).contains(&x) && (0..SIZE.height as i32).contains(&y) {
            let pixel = &mut light[(y * SIZE.width as i32 + x) as usize];
            let keep = 1.0 - strength * value.min(1.0);
            *pixel = pixel.map(|v| v * keep);
        }
    }
}
