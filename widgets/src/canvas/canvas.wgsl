// Draws tiles of an image with its tone adjusted, and an overlay mixed over it through a colour map. A tile is one
// instance of a rectangle of four corners.

struct Quad {
    // Corners in normalised device coordinates: x1, y1, x2, y2.
    @location(0) screen: vec4<f32>,
    // The same corners in texels of the tile at full size.
    @location(1) texels: vec4<f32>,
    // The same corners in the overlay, 0 to 1 across the whole image.
    @location(2) overlay: vec4<f32>,
    // Tile width and height in texels at full size, level of detail in this texture, 1 for square pixels.
    @location(3) tile: vec4<f32>,
    // Black, 1 / (white - black), brightness, contrast.
    @location(4) tone: vec4<f32>,
    // 1 / gamma, channel (0 all, 1 to 3 one of them, 4 luminance), 1 when the target wants linear colours, 1 to invert.
    @location(5) look: vec4<f32>,
    // Opacity (0 without overlay), threshold, row of the colour map, 1 to equalise.
    @location(6) heat: vec4<f32>,
    // Screen pixels a texel for the grid (0 without), texels a screen pixel (0 where levels of detail care for it),
    // 1 for grey textures, unused.
    @location(7) grain: vec4<f32>,
}

@group(0) @binding(0) var image_sampler: sampler;
@group(0) @binding(1) var overlay: texture_2d<f32>;
@group(0) @binding(2) var color_maps: texture_2d<f32>;
@group(0) @binding(3) var equalised: texture_2d<f32>;
// The same place for each kind of texture: a pipeline uses one of them.
@group(1) @binding(0) var image: texture_2d<f32>;
@group(1) @binding(0) var counts: texture_2d<u32>;

struct Corner {
    @builtin(position) position: vec4<f32>,
    @location(0) texel: vec2<f32>,
    @location(1) heat_at: vec2<f32>,
    @location(2) @interpolate(flat, either) tile: vec4<f32>,
    @location(3) @interpolate(flat, either) tone: vec4<f32>,
    @location(4) @interpolate(flat, either) look: vec4<f32>,
    @location(5) @interpolate(flat, either) heat: vec4<f32>,
    @location(6) @interpolate(flat, either) grain: vec4<f32>,
}

@vertex
fn vs_main(@builtin(vertex_index) index: u32, quad: Quad) -> Corner {
    let t = vec2<f32>(f32(index & 1u), f32(index >> 1u));
    var out: Corner;
    out.position = vec4<f32>(mix(quad.screen.xy, quad.screen.zw, t), 0.0, 1.0);
    out.texel = mix(quad.texels.xy, quad.texels.zw, t);
    out.heat_at = mix(quad.overlay.xy, quad.overlay.zw, t);
    out.tile = quad.tile;
    out.tone = quad.tone;
    out.look = quad.look;
    out.heat = quad.heat;
    out.grain = quad.grain;
    return out;
}

// How many samples a side make up a screen pixel that covers several texels.
fn sample_side(texels_per_pixel: f32) -> i32 {
    return select(1, clamp(i32(ceil(texels_per_pixel - 0.5)), 1, 4), texels_per_pixel > 1.5);
}

// Where one of them lies, relative to the middle of the pixel.
fn sample_offset(index: i32, side: i32, texels_per_pixel: f32) -> vec2<f32> {
    let at = vec2<f32>(f32(index % side), f32(index / side));
    return ((at + 0.5) / f32(side) - 0.5) * texels_per_pixel;
}

fn filtered(texel: vec2<f32>, in: Corner) -> vec3<f32> {
    return textureSampleLevel(image, image_sampler, texel / in.tile.xy, in.tile.z).rgb;
}

fn real_texel(at: vec2<i32>) -> vec3<f32> {
    let last = vec2<i32>(textureDimensions(image)) - 1;
    return textureLoad(image, clamp(at, vec2<i32>(0), last), 0).rgb;
}

fn count_texel(at: vec2<i32>) -> vec3<f32> {
    let last = vec2<i32>(textureDimensions(counts)) - 1;
    return vec3<f32>(textureLoad(counts, clamp(at, vec2<i32>(0), last), 0).rgb);
}

// Bilinear by hand: textures of 32-bit floating point cannot be filtered everywhere, those of integers nowhere.
fn real_smooth(texel: vec2<f32>) -> vec3<f32> {
    let p = texel - 0.5;
    let low = vec2<i32>(floor(p));
    let f = p - floor(p);
    let top = mix(real_texel(low), real_texel(low + vec2<i32>(1, 0)), f.x);
    let bottom = mix(real_texel(low + vec2<i32>(0, 1)), real_texel(low + vec2<i32>(1, 1)), f.x);
    return mix(top, bottom, f.y);
}

fn count_smooth(texel: vec2<f32>) -> vec3<f32> {
    let p = texel - 0.5;
    let low = vec2<i32>(floor(p));
    let f = p - floor(p);
    let top = mix(count_texel(low), count_texel(low + vec2<i32>(1, 0)), f.x);
    let bottom = mix(count_texel(low + vec2<i32>(0, 1)), count_texel(low + vec2<i32>(1, 1)), f.x);
    return mix(top, bottom, f.y);
}

// A table of values for 0 to 1, evenly spaced.
fn table_value(value: f32) -> f32 {
    let last = i32(textureDimensions(equalised).x) - 1;
    let p = clamp(value, 0.0, 1.0) * f32(last);
    let low = i32(floor(p));
    let a = textureLoad(equalised, vec2<i32>(low, 0), 0).r;
    let b = textureLoad(equalised, vec2<i32>(min(low + 1, last), 0), 0).r;
    return mix(a, b, p - floor(p));
}

fn toned(color: vec3<f32>, in: Corner) -> vec3<f32> {
    var c = color;
    let channel = i32(in.look.y);
    if in.grain.z > 0.5 || channel == 1 { c = vec3<f32>(color.r); }
    else if channel == 2 { c = vec3<f32>(color.g); }
    else if channel == 3 { c = vec3<f32>(color.b); }
    else if channel == 4 { c = vec3<f32>(dot(color, vec3<f32>(0.299, 0.587, 0.114))); }
    c = (c - in.tone.x) * in.tone.y;
    if in.heat.w > 0.5 {
        c = vec3<f32>(table_value(c.r), table_value(c.g), table_value(c.b));
    }
    c = (c - 0.5) * in.tone.w + 0.5 + in.tone.z;
    c = pow(clamp(c, vec3<f32>(0.0), vec3<f32>(1.0)), vec3<f32>(in.look.x));
    return select(c, 1.0 - c, in.look.w > 0.5);
}

// Bilinear by hand, as above.
fn heat_value(at: vec2<f32>) -> f32 {
    let last = vec2<i32>(textureDimensions(overlay)) - 1;
    let p = at * vec2<f32>(last + 1) - 0.5;
    let low = vec2<i32>(floor(p));
    let f = p - floor(p);
    let a = clamp(low, vec2<i32>(0), last);
    let b = clamp(low + 1, vec2<i32>(0), last);
    let top = mix(textureLoad(overlay, a, 0).r, textureLoad(overlay, vec2<i32>(b.x, a.y), 0).r, f.x);
    let bottom = mix(textureLoad(overlay, vec2<i32>(a.x, b.y), 0).r, textureLoad(overlay, b, 0).r, f.x);
    return clamp(mix(top, bottom, f.y), 0.0, 1.0);
}

// A line one unit of the grid wide along the left and upper edge of each pixel, lighter or darker than the pixel.
fn gridded(color: vec3<f32>, in: Corner) -> vec3<f32> {
    let from_edge = fract(in.texel) * in.grain.x;
    if in.grain.x <= 0.0 || min(from_edge.x, from_edge.y) >= 1.0 {
        return color;
    }
    let is_light = dot(color, vec3<f32>(0.299, 0.587, 0.114)) > 0.5;
    return mix(color, vec3<f32>(select(1.0, 0.0, is_light)), 0.22);
}

fn linear_from_gamma(c: vec3<f32>) -> vec3<f32> {
    let low = c / 12.92;
    let high = pow((c + 0.055) / 1.055, vec3<f32>(2.4));
    return select(high, low, c <= vec3<f32>(0.04045));
}

fn finished(raw: vec3<f32>, in: Corner) -> vec4<f32> {
    var color = toned(raw, in);
    if in.heat.x > 0.0 {
        let value = heat_value(in.heat_at);
        if value >= in.heat.y {
            let at = vec2<i32>(i32(round(255.0 * value)), i32(in.heat.z));
            color = mix(color, textureLoad(color_maps, at, 0).rgb, in.heat.x);
        }
    }
    color = gridded(color, in);
    if in.look.z > 0.5 {
        color = linear_from_gamma(color);
    }
    return vec4<f32>(color, 1.0);
}

@fragment
fn fs_filtered(in: Corner) -> @location(0) vec4<f32> {
    if in.tile.w > 0.5 {
        return finished(real_texel(vec2<i32>(floor(in.texel))), in);
    }
    let side = sample_side(in.grain.y);
    if side == 1 {
        return finished(filtered(in.texel, in), in);
    }
    var sum = vec3<f32>(0.0);
    for (var i = 0; i < side * side; i++) {
        sum += filtered(in.texel + sample_offset(i, side, in.grain.y), in);
    }
    return finished(sum / f32(side * side), in);
}

@fragment
fn fs_real(in: Corner) -> @location(0) vec4<f32> {
    if in.tile.w > 0.5 {
        return finished(real_texel(vec2<i32>(floor(in.texel))), in);
    }
    let side = sample_side(in.grain.y);
    var sum = vec3<f32>(0.0);
    for (var i = 0; i < side * side; i++) {
        sum += real_smooth(in.texel + sample_offset(i, side, in.grain.y));
    }
    return finished(sum / f32(side * side), in);
}

@fragment
fn fs_counts(in: Corner) -> @location(0) vec4<f32> {
    if in.tile.w > 0.5 {
        return finished(count_texel(vec2<i32>(floor(in.texel))), in);
    }
    let side = sample_side(in.grain.y);
    var sum = vec3<f32>(0.0);
    for (var i = 0; i < side * side; i++) {
        sum += count_smooth(in.texel + sample_offset(i, side, in.grain.y));
    }
    return finished(sum / f32(side * side), in);
}
