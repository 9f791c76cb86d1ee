//! Editing by vertices: which vertex or edge is hit, and the geometry with a vertex moved, inserted or removed.

use crate::distance::{nearest_on_segment, place_along};
use crate::{Geometry, Keypoint, Keypoints, Point, Polygon, Polyline, Visibility};

/// A vertex of a polygon (ring and place in it), a line or a set of keypoints (ring 0). It also names the edge that
/// begins there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VertexRef {
    /// Which ring of a polygon; 0 for lines and keypoints.
    pub ring: usize,
    /// Which point of the ring, the line or the template.
    pub index: usize,
}

impl VertexRef {
    /// A vertex from its ring and its place in the ring.
    pub const fn new(ring: usize, index: usize) -> Self {
        Self { ring, index }
    }
}

impl Geometry {
    /// All vertices of a polygon or line in order, and the keypoints that have a place; none for other kinds.
    pub fn vertices(&self) -> Vec<(VertexRef, Point)> {
        match self {
            Self::Polygon(p) => {
                let rings = p.rings().iter().enumerate();
                rings.flat_map(|(ring, points)| numbered(ring, points)).collect()
            }
            Self::Polyline(l) => numbered(0, l.points()).collect(),
            Self::Keypoints(k) => {
                let points = k.points().iter().enumerate().filter(|(_, p)| p.visibility != Visibility::Absent);
                points.map(|(index, p)| (VertexRef::new(0, index), p.at)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Where a vertex is; `None` when there is none of that name, or it is an absent keypoint.
    pub fn vertex(&self, vertex: VertexRef) -> Option<Point> {
        match self {
            Self::Polygon(p) => p.rings().get(vertex.ring)?.get(vertex.index).copied(),
            Self::Polyline(l) => l.points().get(vertex.index).filter(|_| vertex.ring == 0).copied(),
            Self::Keypoints(k) => {
                let point = k.points().get(vertex.index).filter(|_| vertex.ring == 0)?;
                (point.visibility != Visibility::Absent).then_some(point.at)
            }
            _ => None,
        }
    }

    /// The nearest vertex within `reach` pixels of a point; the first of several that are equally near.
    pub fn hit_vertex(&self, point: Point, reach: f64) -> Option<VertexRef> {
        nearest(self.vertices().into_iter().map(|(vertex, at)| (vertex, at, at.distance(point))), reach)
            .map(|(vertex, _)| vertex)
    }

    /// The nearest edge of a polygon or line within `reach` pixels of a point: the vertex where it begins, and the
    /// nearest point on it. `None` for other kinds.
    pub fn hit_edge(&self, point: Point, reach: f64) -> Option<(VertexRef, Point)> {
        let hits = self.edges().into_iter().map(|(start, a, b)| {
            let at = nearest_on_segment(point, a, b);
            (start, at, at.distance(point))
        });
        nearest(hits, reach)
    }

    /// The geometry with a vertex at another place. An absent keypoint becomes visible there. `None` when there is no
    /// such vertex or the place is not finite.
    pub fn with_vertex_moved(&self, vertex: VertexRef, to: Point) -> Option<Self> {
        match self {
            Self::Keypoints(k) => {
                let point = k.points().get(vertex.index).filter(|_| vertex.ring == 0)?;
                let visibility = match point.visibility {
                    Visibility::Absent => Visibility::Visible,
                    placed => placed,
                };
                with_keypoint(k, vertex.index, Keypoint { at: to, visibility })
            }
            _ => self.with_points(vertex, |points| {
                *points.get_mut(vertex.index)? = to;
                Some(())
            }),
        }
    }

    /// The geometry with several vertices moved by `(dx, dy)` pixels; `None` when one of them does not exist.
    pub fn with_vertices_moved(&self, vertices: &[VertexRef], dx: f64, dy: f64) -> Option<Self> {
        vertices.iter().try_fold(self.clone(), |geometry, &vertex| {
            // From where it was at first, so that a vertex that is named twice moves once.
            geometry.with_vertex_moved(vertex, self.vertex(vertex)?.moved(dx, dy))
        })
    }

    /// The polygon or line with a new vertex on the edge that begins at `edge`. On the last point of a line the new
    /// vertex goes on from it. `None` for other kinds, without such an edge, or when the place is not finite.
    pub fn with_vertex_inserted(&self, edge: VertexRef, at: Point) -> Option<Self> {
        self.with_points(edge, |points| (edge.index < points.len()).then(|| points.insert(edge.index + 1, at)))
    }

    /// The geometry without a vertex. A ring that would have fewer than three points goes as a whole when others
    /// remain; a keypoint becomes absent. `None` when too few points would be left, or there is no such vertex.
    pub fn with_vertex_removed(&self, vertex: VertexRef) -> Option<Self> {
        self.vertex(vertex)?;
        match self {
            Self::Keypoints(k) => {
                with_keypoint(k, vertex.index, Keypoint { at: Point::default(), visibility: Visibility::Absent })
            }
            Self::Polygon(p) if p.rings()[vertex.ring].len() <= 3 => {
                let mut rings = p.rings().to_vec();
                rings.remove(vertex.ring);
                Polygon::new(rings).ok().map(Self::Polygon)
            }
            _ => self.with_points(vertex, |points| {
                points.remove(vertex.index);
                Some(())
            }),
        }
    }

    /// The polygon with one more ring: a hole where it lies inside, another part where it lies outside. `None` for
    /// other kinds and for a ring that is none.
    pub fn with_ring_added(&self, ring: Vec<Point>) -> Option<Self> {
        let Self::Polygon(p) = self else { return None };
        let rings = p.rings().iter().cloned().chain([ring]).collect();
        Polygon::new(rings).ok().map(Self::Polygon)
    }

    /// Where a vertex that is dragged towards a point comes to lie when it may only slide along the lines of its two
    /// edges: the nearer of the two feet. `None` without such a vertex, or when its edges have no length.
    pub fn slid_along_edge(&self, vertex: VertexRef, towards: Point) -> Option<Point> {
        let at = self.vertex(vertex)?;
        let ends = |(start, a, b): (VertexRef, Point, Point)| {
            let is_edge_before = self.vertex_after(start) == Some(vertex);
            (start == vertex).then_some(b).or(is_edge_before.then_some(a))
        };
        let neighbours = self.edges().into_iter().filter_map(ends).filter(|end| *end != at);
        let foot = |end: Point| {
            let t = place_along(towards, at, end);
            Point::new(at.x + t * (end.x - at.x), at.y + t * (end.y - at.y))
        };
        let feet = neighbours.map(foot).map(|foot| (foot, foot, foot.distance(towards)));
        nearest(feet, f64::INFINITY).map(|(foot, _)| foot)
    }

    fn vertex_after(&self, vertex: VertexRef) -> Option<VertexRef> {
        match self {
            Self::Polygon(p) => {
                let next = (vertex.index + 1) % p.rings().get(vertex.ring)?.len();
                Some(VertexRef::new(vertex.ring, next))
            }
            Self::Polyline(l) if vertex.index + 1 < l.points().len() => Some(VertexRef::new(0, vertex.index + 1)),
            _ => None,
        }
    }

    /// The edges of a polygon or line with their ends.
    fn edges(&self) -> Vec<(VertexRef, Point, Point)> {
        if matches!(self, Self::Keypoints(_)) {
            return Vec::new();
        }
        let edge = |(start, a)| Some((start, a, self.vertex(self.vertex_after(start)?)?));
        self.vertices().into_iter().filter_map(edge).collect()
    }

    /// The polygon or line after a change to the points that hold a vertex.
    fn with_points(&self, vertex: VertexRef, change: impl FnOnce(&mut Vec<Point>) -> Option<()>) -> Option<Self> {
        match self {
            Self::Polygon(p) => {
                let mut rings = p.rings().to_vec();
                change(rings.get_mut(vertex.ring)?)?;
                Polygon::new(rings).ok().map(Self::Polygon)
            }
            Self::Polyline(l) if vertex.ring == 0 => {
                let mut points = l.points().to_vec();
                change(&mut points)?;
                Polyline::new(points).ok().map(Self::Polyline)
            }
            _ => None,
        }
    }
}

fn numbered(ring: usize, points: &[Point]) -> impl Iterator<Item = (VertexRef, Point)> + '_ {
    points.iter().enumerate().map(move |(index, &point)| (VertexRef::new(ring, index), point))
}

fn with_keypoint(keypoints: &Keypoints, index: usize, point: Keypoint) -> Option<Geometry> {
    let mut points = keypoints.points().to_vec();
    *points.get_mut(index)? = point;
    Keypoints::new(points).ok().map(Geometry::Keypoints)
}

/// The first of the nearest within reach.
fn nearest<T>(hits: impl Iterator<Item = (T, Point, f64)>, reach: f64) -> Option<(T, Point)> {
    let in_reach = hits.filter(|(_, _, distance)| *distance <= reach);
    in_reach.min_by(|a, b| a.2.total_cmp(&b.2)).map(|(hit, at, _)| (hit, at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn geometry(text: &str) -> Geometry {
        serde_json::from_str(text).expect("a written geometry")
    }

    fn at(x: f64, y: f64) -> Point {
        Point::new(x, y)
    }

    /// A square of ten pixels with a triangular hole.
    fn frame() -> Geometry {
        geometry(r#"{"polygon":[[0,0,10,0,10,10,0,10],[4,4,6,4,5,6]]}"#)
    }

    #[test]
    fn the_nearest_vertex_and_edge_are_hit() {
        assert_eq!(frame().hit_vertex(at(5.5, 4.2), 3.0), Some(VertexRef::new(1, 1)));
        assert_eq!(frame().hit_vertex(at(8.0, 8.0), 2.0), None);
        // The edge that closes the ring begins at its last point.
        assert_eq!(frame().hit_edge(at(-1.0, 3.0), 2.0), Some((VertexRef::new(0, 3), at(0.0, 3.0))));
        let line = geometry(r#"{"polyline":[0,0,10,0,10,10]}"#);
        assert_eq!(line.hit_edge(at(12.0, 4.0), 2.0), Some((VertexRef::new(0, 1), at(10.0, 4.0))));
        assert_eq!(line.hit_edge(at(4.0, 5.0), 4.0), None);
        let points = geometry(r#"{"keypoints":[0,0,0,5,5,1]}"#);
        assert_eq!(points.hit_vertex(at(0.0, 0.0), 3.0), None);
        assert_eq!(points.hit_vertex(at(5.0, 6.0), 3.0), Some(VertexRef::new(0, 1)));
        assert_eq!(points.hit_edge(at(5.0, 5.0), 3.0), None);
        assert_eq!(geometry(r#"{"bbox":[0,0,4,4]}"#).hit_vertex(at(0.0, 0.0), 3.0), None);
    }

    #[test]
    fn vertices_are_moved_inserted_and_removed() {
        let moved = frame().with_vertex_moved(VertexRef::new(1, 2), at(5.0, 7.0));
        assert_eq!(moved, Some(geometry(r#"{"polygon":[[0,0,10,0,10,10,0,10],[4,4,6,4,5,7]]}"#)));
        let inserted = frame().with_vertex_inserted(VertexRef::new(0, 3), at(0.0, 5.0));
        assert_eq!(inserted, Some(geometry(r#"{"polygon":[[0,0,10,0,10,10,0,10,0,5],[4,4,6,4,5,6]]}"#)));
        let removed = frame().with_vertex_removed(VertexRef::new(0, 1));
        assert_eq!(removed, Some(geometry(r#"{"polygon":[[0,0,10,10,0,10],[4,4,6,4,5,6]]}"#)));
        let both =
            frame().with_vertices_moved(&[VertexRef::new(1, 0), VertexRef::new(1, 1), VertexRef::new(1, 0)], 0.0, 1.0);
        assert_eq!(both, Some(geometry(r#"{"polygon":[[0,0,10,0,10,10,0,10],[4,5,6,5,5,6]]}"#)));
        for missing in [VertexRef::new(0, 4), VertexRef::new(2, 0)] {
            assert_eq!(frame().with_vertex_moved(missing, at(0.0, 0.0)), None);
            assert_eq!(frame().with_vertex_inserted(missing, at(0.0, 0.0)), None);
            assert_eq!(frame().with_vertex_removed(missing), None);
        }
        assert_eq!(frame().with_vertex_moved(VertexRef::new(0, 0), at(f64::NAN, 0.0)), None);
    }

    #[test]
    fn a_ring_with_too_few_points_goes_when_others_remain() {
        let without_hole = frame().with_vertex_removed(VertexRef::new(1, 0)).expect("the outer ring is left");
        assert_eq!(without_hole, geometry(r#"{"polygon":[[0,0,10,0,10,10,0,10]]}"#));
        let triangle = geometry(r#"{"polygon":[[0,0,1,0,0,1]]}"#);
        assert_eq!(triangle.with_vertex_removed(VertexRef::new(0, 0)), None);
        assert_eq!(geometry(r#"{"polyline":[0,0,1,1]}"#).with_vertex_removed(VertexRef::new(0, 0)), None);
        let hole = vec![at(1.0, 1.0), at(2.0, 1.0), at(1.0, 2.0)];
        assert_eq!(without_hole.with_ring_added(hole.clone()).map(|g| g.area_px()), Some(99.5));
        assert_eq!(without_hole.with_ring_added(hole[..2].to_vec()), None);
    }

    #[test]
    fn keypoints_keep_their_places_in_the_template() {
        let points = geometry(r#"{"keypoints":[1,1,2,0,0,0,5,5,1]}"#);
        let removed = points.with_vertex_removed(VertexRef::new(0, 0)).expect("one is left");
        assert_eq!(removed, geometry(r#"{"keypoints":[0,0,0,0,0,0,5,5,1]}"#));
        assert_eq!(removed.with_vertex_removed(VertexRef::new(0, 2)), None);
        assert_eq!(removed.with_vertex_removed(VertexRef::new(0, 1)), None);
        let placed = points.with_vertex_moved(VertexRef::new(0, 1), at(3.0, 3.0));
        assert_eq!(placed, Some(geometry(r#"{"keypoints":[1,1,2,3,3,2,5,5,1]}"#)));
        assert_eq!(points.with_vertex_inserted(VertexRef::new(0, 0), at(3.0, 3.0)), None);
    }

    #[test]
    fn a_vertex_slides_along_its_edges() {
        let slid = |vertex, x, y| frame().slid_along_edge(VertexRef::new(0, vertex), at(x, y));
        assert_eq!(slid(1, 7.0, -1.0), Some(at(7.0, 0.0)));
        assert_eq!(slid(1, 11.0, 4.0), Some(at(10.0, 4.0)));
        assert_eq!(slid(0, -1.0, 5.0), Some(at(0.0, 5.0)));
        let line = geometry(r#"{"polyline":[0,0,10,0,10,10]}"#);
        assert_eq!(line.slid_along_edge(VertexRef::new(0, 0), at(-3.0, 8.0)), Some(at(-3.0, 0.0)));
        assert_eq!(line.slid_along_edge(VertexRef::new(0, 3), at(0.0, 0.0)), None);
    }
}
