// Draws one tile of a mask that is being painted: a translucent fill with a line along its border.

struct Look {
    // Corners in normalised device coordinates: x1, y1, x2, y2.
    screen: vec4<f32>,
    // The same corners in pixels of the tile.
    texels: vec4<f32>,
    // Premultiplied.
    fill: vec4<f32>,
    line: vec4<f32>,
    // Width of the line in pixels of the tile, 1 when the target wants linear colours, unused, unused.
    style: vec4<f32>,
}

@group(0) @binding(0) var<uniform> look: Look;
@group(0) @binding(1) var mask: texture_2d<f32>;

struct Corner {
    @builtin(position) position: vec4<f32>,
    @location(0) texel: vec2<f32>,
}

@vertex
fn vs_main(@builtin(vertex_index) index: u32) -> Corner {
    let t = vec2<f32>(f32(index & 1u), f32(index >> 1u));
    var out: Corner;
    out.position = vec4<f32>(mix(look.screen.xy, look.screen.zw, t), 0.0, 1.0);
    out.texel = mix(look.texels.xy, look.texels.zw, t);
    return out;
}

// Beyond the tile its outermost pixels go on, so that no line is drawn along the border of two tiles.
fn is_set(texel: vec2<f32>) -> bool {
    let last = vec2<i32>(textureDimensions(mask)) - 1;
    return textureLoad(mask, clamp(vec2<i32>(floor(texel)), vec2<i32>(0), last), 0).r > 0.0;
}

fn linear_from_gamma(c: vec3<f32>) -> vec3<f32> {
    let low = c / 12.92;
    let high = pow((c + 0.055) / 1.055, vec3<f32>(2.4));
    return select(high, low, c <= vec3<f32>(0.04045));
}

@fragment
fn fs_main(in: Corner) -> @location(0) vec4<f32> {
    if !is_set(in.texel) {
        return vec4<f32>(0.0);
    }
    let w = look.style.x;
    let d = 0.7071 * w;
    let inner = is_set(in.texel + vec2<f32>(w, 0.0)) && is_set(in.texel - vec2<f32>(w, 0.0))
        && is_set(in.texel + vec2<f32>(0.0, w)) && is_set(in.texel - vec2<f32>(0.0, w))
        && is_set(in.texel + vec2<f32>(d, d)) && is_set(in.texel - vec2<f32>(d, d))
        && is_set(in.texel + vec2<f32>(d, -d)) && is_set(in.texel - vec2<f32>(d, -d));
    let color = select(look.line, look.fill, inner);
    if look.style.y > 0.5 && color.a > 0.0 {
        return vec4<f32>(linear_from_gamma(color.rgb / color.a) * color.a, color.a);
    }
    return color;
}
