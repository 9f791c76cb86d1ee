//! Quantiles and tails of the normal, χ², t, beta and Kolmogorov distributions.

use libm::{erfc, exp, fabs, lgamma, log, sqrt};
use std::f64::consts::{PI, SQRT_2};

/// Standard normal distribution function, `P(Z ≤ x)`.
pub fn normal_cdf(x: f64) -> f64 {
    0.5 * erfc(-x / SQRT_2)
}

/// The `p`-quantile of the standard normal distribution; −∞ and ∞ at 0 and 1, NaN outside `[0, 1]`.
///
/// Starts from Abramowitz & Stegun 26.2.23 and is polished by Halley steps on [`normal_cdf`] to machine precision.
pub fn normal_quantile(p: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    if p == 0.0 {
        return f64::NEG_INFINITY;
    }
    if p == 0.5 {
        return 0.0;
    }
    if p > 0.5 {
        // The upper half mirrors the lower one, where the tail probability has full relative precision.
        return if p == 1.0 { f64::INFINITY } else { -normal_quantile(1.0 - p) };
    }
    let t = sqrt(-2.0 * log(p));
    let mut x =
        (2.515_517 + t * (0.802_853 + t * 0.010_328)) / (1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308))) - t;
    for _ in 0..4 {
        let density = exp(-0.5 * x * x) / sqrt(2.0 * PI);
        if density == 0.0 {
            break;
        }
        let step = (normal_cdf(x) - p) / density;
        x -= step / (1.0 + 0.5 * x * step);
    }
    x
}

/// Regularised lower incomplete gamma function `P(a, x)` for `a > 0`, `x ≥ 0`.
///
/// Series below `a + 1`, Lentz's continued fraction above (Press et al., Numerical Recipes, 6.2).
pub fn gamma_p(a: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    let scale = exp(a * log(x) - x - lgamma(a));
    if x < a + 1.0 {
        let (mut term, mut total, mut k) = (1.0 / a, 1.0 / a, a);
        for _ in 0..10_000 {
            k += 1.0;
            term *= x / k;
            total += term;
            if term < total * 1e-17 {
                break;
            }
        }
        return (scale * total).min(1.0);
    }
    let mut b = x + 1.0 - a;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / b;
    let mut fraction = d;
    for i in 1..10_000 {
        let n = f64::from(i);
        let numerator = -n * (n - a);
        b += 2.0;
        d = non_zero(numerator * d + b);
        c = non_zero(b + numerator / c);
        d = 1.0 / d;
        let factor = d * c;
        fraction *= factor;
        if fabs(factor - 1.0) < 1e-16 {
            break;
        }
    }
    (1.0 - scale * fraction).clamp(0.0, 1.0)
}

/// Regularised incomplete beta function `I_x(a, b)` for `a, b > 0`: the distribution function of Beta(a, b) at `x`; 0
/// below 0 and 1 above 1.
///
/// Lentz's continued fraction on the side where it converges fast (Press et al., Numerical Recipes, 6.4).
pub fn beta_i(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - beta_i_below(b, a, 1.0 - x);
    }
    beta_i_below(a, b, x)
}

fn beta_i_below(a: f64, b: f64, x: f64) -> f64 {
    let scale = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(1.0 - x));
    let mut c = 1.0;
    let mut d = 1.0 / non_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = d;
    for i in 1..10_000 {
        let n = f64::from(i);
        let even = n * (b - n) * x / ((a + 2.0 * n - 1.0) * (a + 2.0 * n));
        let odd = -(a + n) * (a + b + n) * x / ((a + 2.0 * n) * (a + 2.0 * n + 1.0));
        let mut factor = 1.0;
        for numerator in [even, odd] {
            d = 1.0 / non_zero(1.0 + numerator * d);
            c = non_zero(1.0 + numerator / c);
            factor = d * c;
            fraction *= factor;
        }
        if fabs(factor - 1.0) < 1e-16 {
            break;
        }
    }
    (scale * fraction / a).clamp(0.0, 1.0)
}

/// Stands in for a zero denominator in Lentz's method.
const TINY: f64 = 1e-300;

fn non_zero(value: f64) -> f64 {
    if fabs(value) < TINY { TINY } else { value }
}

/// The `p`-quantile of χ² with `degrees` degrees of freedom; `None` unless `degrees > 0` and `0 ≤ p < 1`.
///
/// Safeguarded Newton steps inside a bracket, from the Wilson–Hilferty approximation.
pub fn chi2_quantile(degrees: f64, p: f64) -> Option<f64> {
    if degrees.is_nan() || degrees <= 0.0 || !(0.0..1.0).contains(&p) {
        return None;
    }
    if p == 0.0 {
        return Some(0.0);
    }
    let shape = 0.5 * degrees;
    let cdf = |x: f64| gamma_p(shape, 0.5 * x);
    let third = 2.0 / (9.0 * degrees);
    let root = 1.0 - third + normal_quantile(p) * sqrt(third);
    let mut x = (degrees * root * root * root).max(1e-8 * degrees);
    let (mut low, mut high) = (0.0, x.max(1.0));
    while cdf(high) < p {
        low = high;
        high *= 2.0;
    }
    for _ in 0..200 {
        let error = cdf(x) - p;
        if error > 0.0 {
            high = x;
        } else {
            low = x;
        }
        let density = 0.5 * exp((shape - 1.0) * log(0.5 * x) - 0.5 * x - lgamma(shape));
        let newton = x - error / density;
        let next = if newton > low && newton < high { newton } else { f64::midpoint(low, high) };
        if fabs(next - x) <= 4.0 * f64::EPSILON * x {
            return Some(next);
        }
        x = next;
    }
    Some(x)
}

/// Degrees of freedom from which the t quantile is the expansion around the normal one.
const MANY_DEGREES: f64 = 1000.0;

/// The `p`-quantile of Student's t with `degrees` degrees of freedom (any positive number); `None` unless `degrees > 0`
/// and `0 < p < 1`.
///
/// `P(T > t) = ½·I_{ν/(ν+t²)}(ν/2, ½)` (Abramowitz & Stegun 26.7.1) is inverted by safeguarded Newton steps inside a
/// bracket; from 1,000 degrees on the expansion A&S 26.7.5 around the normal quantile is exact to rounding.
pub fn t_quantile(degrees: f64, p: f64) -> Option<f64> {
    if degrees.is_nan() || degrees <= 0.0 || p.is_nan() || p <= 0.0 || p >= 1.0 {
        return None;
    }
    if p > 0.5 {
        return t_quantile(degrees, 1.0 - p).map(|t| -t);
    }
    if p == 0.5 {
        return Some(0.0);
    }
    let start = -normal_quantile(p);
    if degrees >= MANY_DEGREES {
        return Some(-t_from_normal(start, degrees));
    }
    let tail = |t: f64| 0.5 * beta_i(0.5 * degrees, 0.5, degrees / (degrees + t * t));
    let scale = exp(lgamma(0.5 * degrees + 0.5) - lgamma(0.5 * degrees)) / sqrt(degrees * PI);
    let (mut low, mut high, mut t) = (0.0, start.max(1.0), start);
    while tail(high) > p {
        low = high;
        high *= 2.0;
    }
    for _ in 0..200 {
        let error = tail(t) - p;
        if error > 0.0 {
            low = t;
        } else {
            high = t;
        }
        let density = scale * exp(-0.5 * (degrees + 1.0) * libm::log1p(t * t / degrees));
        let newton = t + error / density;
        let next = if newton > low && newton < high { newton } else { f64::midpoint(low, high) };
        if fabs(next - t) <= 4.0 * f64::EPSILON * t {
            return Some(-next);
        }
        t = next;
    }
    Some(-t)
}

/// Abramowitz & Stegun 26.7.5: the t quantile from the normal one, for many degrees of freedom.
fn t_from_normal(z: f64, degrees: f64) -> f64 {
    let w = z * z;
    let g1 = z * (w + 1.0) / 4.0;
    let g2 = z * ((5.0 * w + 16.0) * w + 3.0) / 96.0;
    let g3 = z * (((3.0 * w + 19.0) * w + 17.0) * w - 15.0) / 384.0;
    let g4 = z * ((((79.0 * w + 776.0) * w + 1482.0) * w - 1920.0) * w - 945.0) / 92_160.0;
    z + (g1 + (g2 + (g3 + g4 / degrees) / degrees) / degrees) / degrees
}

/// `P(K > x)` of the Kolmogorov distribution, `2·Σ (−1)^{k−1}·exp(−2k²x²)`; 1 for `x ≤ 0`.
///
/// Below 1 the equivalent theta series is summed, which converges there.
pub fn kolmogorov_tail(x: f64) -> f64 {
    if x <= 0.0 {
        return 1.0;
    }
    if x < 1.0 {
        let base = -PI * PI / (8.0 * x * x);
        let sum: f64 = (0..10).map(|k| exp(base * f64::from((2 * k + 1) * (2 * k + 1)))).sum();
        return (1.0 - sqrt(2.0 * PI) / x * sum).clamp(0.0, 1.0);
    }
    let mut total = 0.0;
    for k in 1..=20 {
        let k = f64::from(k);
        let sign = if k % 2.0 == 1.0 { 1.0 } else { -1.0 };
        total += sign * exp(-2.0 * k * k * x * x);
    }
    (2.0 * total).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Closed forms: a power, a polynomial of the binomial, the arcsine law, and the mirror image.
    #[test]
    fn the_incomplete_beta_function_has_its_closed_forms() {
        let near = |seen: f64, known: f64| assert!((seen - known).abs() < 1e-13, "{seen} is not {known}");
        for x in [0.001, 0.1, 0.3, 0.5, 0.8, 0.97] {
            near(beta_i(1.0, 1.0, x), x);
            near(beta_i(3.0, 1.0, x), x * x * x);
            near(beta_i(0.5, 0.5, x), x.sqrt().asin() * 2.0 / PI);
            // At least 3 of 5: 10x³(1−x)² + 5x⁴(1−x) + x⁵.
            let rest = 1.0 - x;
            near(beta_i(3.0, 3.0, x), 10.0 * x.powi(3) * rest * rest + 5.0 * x.powi(4) * rest + x.powi(5));
            for (a, b) in [(0.5, 20.5), (18.5, 2.5), (120.5, 30.5)] {
                near(beta_i(a, b, x), 1.0 - beta_i(b, a, 1.0 - x));
            }
        }
        assert_eq!((beta_i(2.0, 3.0, -1.0), beta_i(2.0, 3.0, 0.0), beta_i(2.0, 3.0, 1.0)), (0.0, 0.0, 1.0));
    }

    fn close(got: f64, expected: f64, relative: f64) {
        assert!((got - expected).abs() <= relative * expected.abs().max(1e-300), "{got} instead of {expected}");
    }

    #[test]
    fn normal_quantiles_match_scipy() {
        // scipy.stats.norm.ppf
        for (p, expected) in NORMAL {
            close(normal_quantile(p), expected, 1e-13);
        }
        assert_eq!(normal_quantile(0.5), 0.0);
        assert_eq!(normal_quantile(1.0), f64::INFINITY);
        assert!(normal_quantile(1.5).is_nan());
    }

    #[test]
    fn chi2_quantiles_match_scipy() {
        // scipy.stats.chi2.ppf
        for (degrees, p, expected) in CHI2 {
            close(chi2_quantile(degrees, p).expect("a valid request"), expected, 1e-11);
        }
        assert_eq!(chi2_quantile(0.0, 0.5), None);
        assert_eq!(chi2_quantile(3.0, 1.0), None);
        assert_eq!(chi2_quantile(3.0, 0.0), Some(0.0));
    }

    #[test]
    fn t_quantiles_match_mpmath() {
        // mpmath, 40 digits: the root of its incomplete beta function; scipy 1.12 itself is up to 1e-9 off.
        for (degrees, p, expected) in T {
            close(t_quantile(degrees, p).expect("a valid request"), expected, 2e-12);
        }
        // Close to the middle the quantile is the difference of two tails of about ½.
        let near_middle = t_quantile(30.0, 0.5001).expect("a valid request");
        assert!((near_middle - 0.000_252_760_025_393_393_65).abs() < 1e-11, "{near_middle}");
        assert_eq!(t_quantile(5.0, 0.5), Some(0.0));
        assert_eq!(t_quantile(0.0, 0.5), None);
        assert_eq!(t_quantile(3.0, 1.0), None);
        assert_eq!(t_quantile(f64::NAN, 0.9), None);
    }

    #[test]
    fn kolmogorov_tails_match_scipy() {
        // scipy.special.kolmogorov
        for (x, expected) in KOLMOGOROV {
            close(kolmogorov_tail(x), expected, 1e-12);
        }
        assert_eq!(kolmogorov_tail(0.0), 1.0);
    }

    const NORMAL: [(f64, f64); 8] = [
        (1e-12, -7.034_483_825_301_131),
        (0.0005, -3.290_526_731_491_894_5),
        (0.005, -2.575_829_303_548_901),
        (0.025, -1.959_963_984_540_054_5),
        (0.2, -0.841_621_233_572_914_2),
        (0.6, 0.253_347_103_135_799_7),
        (0.975, 1.959_963_984_540_054),
        (0.995, 2.575_829_303_548_900_4),
    ];
    const CHI2: [(f64, f64, f64); 14] = [
        (1.0, 0.95, 3.841_458_820_694_124),
        (2.0, 0.5, 1.386_294_361_119_891),
        (3.0, 0.05, 0.351_846_317_749_271_44),
        (4.0, 0.999, 18.466_826_952_903_17),
        (9.0, 0.95, 16.918_977_604_620_448),
        (9.0, 0.99, 21.665_994_333_461_924),
        (9.0, 0.5, 8.342_832_692_252_955),
        (9.0, 1e-06, 0.228_384_840_073_449_17),
        (19.0, 0.95, 30.143_527_205_646_16),
        (50.0, 0.975, 71.420_195_187_506_42),
        (99.0, 0.95, 123.225_221_453_361_8),
        (100.0, 0.01, 70.064_894_925_399_78),
        (1000.0, 0.95, 1_074.679_448_803_441),
        (0.5, 0.3, 0.010_982_604_948_550_948),
    ];
    const T: [(f64, f64, f64); 17] = [
        (1.0, 0.975, 12.706_204_736_174_694),
        (2.0, 0.975, 4.302_652_729_749_462),
        (3.0, 0.6, 0.276_670_662_332_689_83),
        (4.0, 0.9995, 8.610_301_581_379_522),
        (9.0, 0.975, 2.262_157_162_798_205),
        (11.0, 0.975, 2.200_985_160_091_639_2),
        (11.0, 0.025, -2.200_985_160_091_639_7),
        (19.0, 0.95, 1.729_132_811_521_369),
        (49.0, 0.975, 2.009_575_237_129_239_2),
        (99.0, 0.995, 2.626_405_457_280_827),
        (299.0, 0.975, 1.967_929_669_065_669_6),
        (999.0, 0.975, 1.962_341_461_133_449_5),
        (1_000.0, 0.975, 1.962_339_080_826_408),
        (5_000.0, 0.995, 2.576_812_966_556_280_7),
        (1_000_000.0, 0.975, 1.959_966_356_814_106_6),
        (0.7, 0.9, 5.009_947_959_646_406),
        (2.5, 1e-6, -220.173_429_178_236_86),
    ];
    const KOLMOGOROV: [(f64, f64); 7] = [
        (0.2, 0.999_999_999_999_495),
        (0.5, 0.963_945_243_664_875_1),
        (0.8, 0.544_142_411_574_198_1),
        (0.99, 0.280_873_839_225_548_9),
        (1.0, 0.269_999_671_677_354_56),
        (1.5, 0.022_217_962_616_525_127),
        (3.0, 3.045_995_948_942_526e-8),
    ];
}
