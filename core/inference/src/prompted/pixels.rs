//! How pixels are treated before the encoder sees them, where the card does not say it.

use concord_geometry::Placement;

use crate::contract::{Colour, ContractError, Element, Family, FitName, Input, InputKeys, Layout, Resample};

/// Segment Anything's colours: mean and standard deviation of red, green and blue on levels of 0..=255.
const MEAN: [f64; 3] = [123.675, 116.28, 103.53];
const STD: [f64; 3] = [58.395, 57.12, 57.375];

/// Sets how pixels are treated: what the card says, else as Segment Anything does. Gives what was taken for granted.
pub(super) fn treat(input: &mut Input, keys: &InputKeys) -> Result<Vec<String>, ContractError> {
    let mut keys = keys.clone();
    let mut assumed = Vec::new();
    if keys.fit.is_none() {
        assumed.push("fit letterbox-top-left".to_owned());
    }
    let colour = *keys.colour.get_or_insert(input.colour);
    keys.fit.get_or_insert(FitName::LetterboxTopLeft);
    keys.resample.get_or_insert(Resample::Smooth);
    match (&keys.mean, &keys.std, keys.scale) {
        (None, None, None) if input.element != Element::Uint8 && colour != Colour::Grey => {
            let in_order = |mut values: [f64; 3]| {
                if colour == Colour::Bgr {
                    values.reverse();
                }
                values.to_vec()
            };
            (keys.scale, keys.mean, keys.std) = (Some(1.0), Some(in_order(MEAN)), Some(in_order(STD)));
            assumed.push("levels 0..=255 with Segment Anything's mean and standard deviation".to_owned());
        }
        // No standard deviation of 0..=1 exceeds 1, so such numbers count levels.
        (mean, std, None) if mean.iter().chain(std).flatten().any(|value| *value > 1.0) => keys.scale = Some(1.0),
        _ => {}
    }
    // The family matters for what is left out, which is nothing but the scale of 0..=1.
    input.treat(&keys, Family::Embedding)?;
    Ok(assumed)
}

/// Sets the padding to 0, as Segment Anything pads: after its colours were taken off.
pub(super) fn blank_padding(data: &mut [f32], input: &Input, placement: &Placement) {
    let (left, top, across, down) = placement.covered();
    let (width, channels) = (input.size.width, input.colour.channels());
    let is_padding = |pixel: usize| {
        let (x, y) = (pixel as u32 % width, pixel as u32 / width);
        !(left..left + across).contains(&x) || !(top..top + down).contains(&y)
    };
    let pixels = input.size.area_px() as usize;
    for (at, value) in data.iter_mut().enumerate() {
        let pixel = if input.layout == Layout::Nchw { at % pixels } else { at / channels };
        if is_padding(pixel) {
            *value = 0.0;
        }
    }
}
