// Draws one tile of an image with its tone adjusted, and an overlay mixed over it through a colour map.

struct Quad {
    // Corners in normalised device coordinates: x1, y1, x2, y2.
    screen: vec4<f32>,
    // The same corners in texels of the tile at full size.
    texels: vec4<f32>,
    // The same corners in the overlay, 0 to 1 across the whole image.
    overlay: vec4<f32>,
    // Tile width and height in texels at full size, level of detail in this texture, 1 for square pixels.
    tile: vec4<f32>,
    // Black, 1 / (white - black), brightness, contrast.
    tone: vec4<f32>,
    // 1 / gamma, channel (0 all, 1 to 3 one of them), 1 when the target wants linear colours, unused.
    look: vec4<f32>,
    // Opacity (0 without overlay), threshold, row of the colour map, unused.
    heat: vec4<f32>,
}

@group(0) @binding(0) var<uniform> quad: Quad;
@group(0) @binding(1) var image: texture_2d<f32>;
@group(0) @binding(2) var image_sampler: sampler;
@group(0) @binding(3) var overlay: texture_2d<f32>;
@group(0) @binding(4) var color_maps: texture_2d<f32>;

struct Corner {
    @builtin(position) position: vec4<f32>,
    @location(0) texel: vec2<f32>,
    @location(1) heat_at: vec2<f32>,
}

@vertex
fn vs_main(@builtin(vertex_index) index: u32) -> Corner {
    let t = vec2<f32>(f32(index & 1u), f32(index >> 1u));
    var out: Corner;
    out.position = vec4<f32>(mix(quad.screen.xy, quad.screen.zw, t), 0.0, 1.0);
    out.texel = mix(quad.texels.xy, quad.texels.zw, t);
    out.heat_at = mix(quad.overlay.xy, quad.overlay.zw, t);
    return out;
}

fn image_color(texel: vec2<f32>) -> vec3<f32> {
    if quad.tile.w > 0.5 {
        let last = vec2<i32>(textureDimensions(image)) - 1;
        return textureLoad(image, clamp(vec2<i32>(floor(texel)), vec2<i32>(0), last), 0).rgb;
    }
    return textureSampleLevel(image, image_sampler, texel / quad.tile.xy, quad.tile.z).rgb;
}

fn toned(color: vec3<f32>) -> vec3<f32> {
    var c = color;
    let channel = i32(quad.look.y);
    if channel == 1 { c = vec3<f32>(color.r); }
    if channel == 2 { c = vec3<f32>(color.g); }
    if channel == 3 { c = vec3<f32>(color.b); }
    c = (c - quad.tone.x) * quad.tone.y;
    c = (c - 0.5) * quad.tone.w + 0.5 + quad.tone.z;
    return pow(clamp(c, vec3<f32>(0.0), vec3<f32>(1.0)), vec3<f32>(quad.look.x));
}

// Bilinear by hand: 32-bit float textures cannot be filtered everywhere.
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

fn linear_from_gamma(c: vec3<f32>) -> vec3<f32> {
    let low = c / 12.92;
    let high = pow((c + 0.055) / 1.055, vec3<f32>(2.4));
    return select(high, low, c <= vec3<f32>(0.04045));
}

@fragment
fn fs_main(in: Corner) -> @location(0) vec4<f32> {
    var color = toned(image_color(in.texel));
    if quad.heat.x > 0.0 {
        let value = heat_value(in.heat_at);
        if value >= quad.heat.y {
            let at = vec2<i32>(i32(round(255.0 * value)), i32(quad.heat.z));
            color = mix(color, textureLoad(color_maps, at, 0).rgb, quad.heat.x);
        }
    }
    if quad.look.z > 0.5 {
        color = linear_from_gamma(color);
    }
    return vec4<f32>(color, 1.0);
}
