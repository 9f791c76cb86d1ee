// Draws shapes over an image: lines of constant width on the screen with a dark edge, points, and filled regions.
// Places are whole numbers of 1/2048 image pixels; subtracting the anchor before anything is rounded keeps them exact at
// any zoom on any image.

struct Look {
    // The place in the image that lies at `at` on the screen.
    anchor: vec2<i32>,
    // Physical pixels.
    at: vec2<f32>,
    screen: vec2<f32>,
    // Physical pixels a unit of place, and a screen point.
    px_per_unit: f32,
    px_per_point: f32,
    // Widths of an ordinary line and of one that stands out, in whole physical pixels.
    widths: vec2<f32>,
    // 1 while the dark edges are drawn that lie under all lines.
    edge: f32,
    // 1 when the target wants linear colours.
    linear: f32,
    // Premultiplied colour of the dark edge, and of that of a faint shape.
    edge_color: vec4<f32>,
    faint_edge_color: vec4<f32>,
}

@group(0) @binding(0) var<uniform> look: Look;

const STYLE: u32 = 3u;
const SNAPPED: u32 = 4u;
const BUTT: u32 = 8u;
const STANDS_OUT: u32 = 16u;
const FAINT: u32 = 32u;
const KIND: u32 = 192u;
const SEGMENT: u32 = 0u;
const DOT: u32 = 64u;
const DISC: u32 = 128u;
const RING: u32 = 192u;

// Shapes smaller than this have no dark edge, in points.
const EDGE_FROM: f32 = 8.0;
// Bounds of small shapes smaller than this are filled squares of that side, in points.
const FRAME_FROM: f32 = 4.0;
const DOT_SIDE: f32 = 3.0;
const DISC_RADIUS: f32 = 3.5;

fn on_screen(place: vec2<i32>) -> vec2<f32> {
    return vec2<f32>(place - look.anchor) * look.px_per_unit + look.at;
}

fn device(px: vec2<f32>) -> vec4<f32> {
    return vec4<f32>(2.0 * px.x / look.screen.x - 1.0, 1.0 - 2.0 * px.y / look.screen.y, 0.0, 1.0);
}

fn nearest(v: vec2<f32>) -> vec2<f32> {
    return floor(v + 0.5);
}

fn linear_from_gamma(c: vec3<f32>) -> vec3<f32> {
    let low = c / 12.92;
    let high = pow((c + 0.055) / 1.055, vec3<f32>(2.4));
    return select(high, low, c <= vec3<f32>(0.04045));
}

fn finished(color: vec4<f32>) -> vec4<f32> {
    if look.linear > 0.5 && color.a > 0.0 {
        return vec4<f32>(linear_from_gamma(color.rgb / color.a) * color.a, color.a);
    }
    return color;
}

struct Line {
    @location(0) a: vec2<i32>,
    @location(1) b: vec2<i32>,
    @location(2) color: vec4<f32>,
    @location(3) flags: u32,
    // Length of the outline up to `a`, in image pixels.
    @location(4) along: f32,
    // The shorter side of the shape, in image pixels.
    @location(5) side: f32,
}

struct LineCorner {
    @builtin(position) position: vec4<f32>,
    // From `a` along the line and across it, physical pixels.
    @location(0) local: vec2<f32>,
    // Length of the line, half its width, length of the outline up to `a`; of a small shape width, height and the
    // thickness of its frame; physical pixels.
    @location(1) @interpolate(flat) size: vec3<f32>,
    @location(2) @interpolate(flat) color: vec4<f32>,
    @location(3) @interpolate(flat) flags: u32,
}

fn nothing() -> LineCorner {
    var out: LineCorner;
    out.position = vec4<f32>(2.0, 2.0, 0.0, 1.0);
    return out;
}

// The share of a line from which on, and up to which, it can be seen (Liang and Barsky); the first is the larger when
// it cannot.
fn shown_part(a: vec2<f32>, b: vec2<f32>) -> vec2<f32> {
    let low = vec2<f32>(-64.0);
    let high = look.screen + 64.0;
    let d = b - a;
    var part = vec2<f32>(0.0, 1.0);
    for (var axis = 0; axis < 2; axis++) {
        if abs(d[axis]) < 1e-6 {
            if a[axis] < low[axis] || a[axis] > high[axis] {
                return vec2<f32>(1.0, 0.0);
            }
        } else {
            let s = (low[axis] - a[axis]) / d[axis];
            let t = (high[axis] - a[axis]) / d[axis];
            part = vec2<f32>(max(part.x, min(s, t)), min(part.y, max(s, t)));
        }
    }
    return part;
}

fn point_corner(line: Line, corner: vec2<f32>, color: vec4<f32>) -> LineCorner {
    let kind = line.flags & KIND;
    let edge = look.edge > 0.5;
    var out: LineCorner;
    out.color = color;
    out.flags = line.flags;
    let at = on_screen(line.a);
    if kind == DOT {
        if edge {
            return nothing();
        }
        // A thin frame in the place of the outline, or where that would be smaller still, a filled square.
        var low = nearest(at);
        var size = nearest(on_screen(line.b)) - low;
        var thickness = max(floor(look.px_per_point + 0.5), 1.0);
        if max(size.x, size.y) < FRAME_FROM * look.px_per_point {
            let side = max(floor(DOT_SIDE * look.px_per_point + 0.5), 1.0);
            low = nearest(low + size / 2.0 - side / 2.0);
            size = vec2<f32>(side);
            thickness = side;
        }
        size = max(size, vec2<f32>(1.0));
        out.local = size * 0.5 * (corner + 1.0);
        out.size = vec3<f32>(size, thickness);
        out.position = device(low + out.local);
        return out;
    }
    var radius = DISC_RADIUS * look.px_per_point;
    if (line.flags & STANDS_OUT) != 0u {
        radius += look.px_per_point;
    }
    if edge {
        radius += max(floor(look.px_per_point + 0.5), 1.0);
    }
    out.local = corner * (radius + 1.0);
    out.size = vec3<f32>(0.0, radius, 0.0);
    out.position = device(at + out.local);
    return out;
}

@vertex
fn vs_line(@builtin(vertex_index) index: u32, line: Line) -> LineCorner {
    // -1 or 1 along and across the line.
    let corner = vec2<f32>(f32(index & 1u), f32(index >> 1u)) * 2.0 - 1.0;
    let stands_out = (line.flags & STANDS_OUT) != 0u;
    let edge = look.edge > 0.5;
    var color = line.color;
    if edge {
        color = select(look.edge_color, look.faint_edge_color, (line.flags & FAINT) != 0u);
    }
    if (line.flags & KIND) != SEGMENT {
        return point_corner(line, corner, color);
    }
    let px_per_pixel = look.px_per_unit * 2048.0;
    if edge && !stands_out && line.side * px_per_pixel < EDGE_FROM * look.px_per_point {
        return nothing();
    }
    var width = select(look.widths.x, look.widths.y, stands_out);
    if edge {
        width += 2.0;
    }
    let snapped = (line.flags & SNAPPED) != 0u;
    var a = on_screen(line.a);
    var b = on_screen(line.b);
    if snapped {
        a = nearest(a);
        b = nearest(b);
    }
    let part = shown_part(a, b);
    if part.x > part.y {
        return nothing();
    }
    let whole = b - a;
    let whole_length = length(whole);
    let along = select(vec2<f32>(1.0, 0.0), whole / whole_length, whole_length > 0.0);
    // Left of the direction: the outer side of an outline that runs clockwise.
    let across = vec2<f32>(along.y, -along.x);
    let start = a + part.x * whole;
    let size = (part.y - part.x) * whole_length;
    var out: LineCorner;
    out.color = color;
    out.flags = line.flags;
    out.size = vec3<f32>(size, width / 2.0, line.along * px_per_pixel + part.x * whole_length);
    if snapped {
        // Whole pixels, as a frame around snapped corners: the outer edge lies half the width outside, rounded.
        let outer = floor(width / 2.0 + 0.5);
        let over = select(outer, outer - width, (line.flags & BUTT) != 0u && abs(along.y) > 0.5);
        let s = select(-over, size + over, corner.x > 0.0);
        let t = select(outer - width, outer, corner.y > 0.0);
        out.local = vec2<f32>(s, 0.0);
        out.position = device(start + s * along + t * across);
        return out;
    }
    let reach = width / 2.0 + 1.0;
    out.local = vec2<f32>(select(-reach, size + reach, corner.x > 0.0), corner.y * reach);
    out.position = device(start + out.local.x * along + out.local.y * across);
    return out;
}

// How much of a pixel at `at` a dash covers.
fn dash(at: f32, first: f32, last: f32) -> f32 {
    return clamp(min(at - first, last - at) + 0.5, 0.0, 1.0);
}

// Lengths in points: dashed 5 on 4 off, dotted 2 on 3 off, dash-dot 7 on 3 off 2 on 3 off.
fn dashes(style: u32, length_px: f32) -> f32 {
    var pattern = vec4<f32>(5.0, 4.0, 0.0, 0.0);
    if style == 2u { pattern = vec4<f32>(2.0, 3.0, 0.0, 0.0); }
    if style == 3u { pattern = vec4<f32>(7.0, 3.0, 2.0, 3.0); }
    pattern *= look.px_per_point;
    let period = pattern.x + pattern.y + pattern.z + pattern.w;
    let at = length_px - floor(length_px / period) * period;
    var cover = max(dash(at, 0.0, pattern.x), dash(at - period, 0.0, pattern.x));
    if pattern.z > 0.0 {
        let second = pattern.x + pattern.y;
        cover = max(cover, dash(at, second, second + pattern.z));
    }
    return cover;
}

@fragment
fn fs_line(in: LineCorner) -> @location(0) vec4<f32> {
    let kind = in.flags & KIND;
    let edge = look.edge > 0.5;
    var cover = 1.0;
    if kind == DISC || kind == RING {
        let off_middle = length(in.local);
        cover = clamp(in.size.y + 0.5 - off_middle, 0.0, 1.0);
        if kind == RING {
            let width = look.widths.x + select(0.0, 2.0, edge);
            cover = min(cover, clamp(off_middle - (in.size.y - width) + 0.5, 0.0, 1.0));
        }
        return finished(in.color * cover);
    }
    if kind == DOT {
        let inner = min(in.local, in.size.xy - in.local);
        if min(inner.x, inner.y) > in.size.z {
            return vec4<f32>(0.0);
        }
        return finished(in.color);
    }
    if (in.flags & SNAPPED) == 0u {
        let beyond = vec2<f32>(max(max(-in.local.x, in.local.x - in.size.x), 0.0), in.local.y);
        cover = clamp(in.size.y + 0.5 - length(beyond), 0.0, 1.0);
    }
    let style = in.flags & STYLE;
    if style != 0u && !edge {
        cover *= dashes(style, in.size.z + in.local.x);
    }
    return finished(in.color * cover);
}

struct Fill {
    // x at the upper and lower row, on the left and on the right.
    @location(0) left: vec2<i32>,
    @location(1) right: vec2<i32>,
    // y of the upper and lower row.
    @location(2) rows: vec2<i32>,
    @location(3) color: vec4<f32>,
}

struct FillCorner {
    @builtin(position) position: vec4<f32>,
    @location(0) @interpolate(flat) color: vec4<f32>,
}

@vertex
fn vs_fill(@builtin(vertex_index) index: u32, fill: Fill) -> FillCorner {
    let lower = (index >> 1u) == 1u;
    let sides = select(vec2<i32>(fill.left.x, fill.right.x), vec2<i32>(fill.left.y, fill.right.y), lower);
    let x = select(sides.x, sides.y, (index & 1u) == 1u);
    let y = select(fill.rows.x, fill.rows.y, lower);
    var out: FillCorner;
    out.position = device(on_screen(vec2<i32>(x, y)));
    out.color = fill.color;
    return out;
}

@fragment
fn fs_fill(in: FillCorner) -> @location(0) vec4<f32> {
    return finished(in.color);
}
