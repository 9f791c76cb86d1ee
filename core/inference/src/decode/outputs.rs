//! The outputs of a run by name, cut down to one image of the batch.

use crate::tensor::Tensor;

/// What a run gave.
pub(crate) struct Outputs<'a> {
    /// Names in the order of the tensors.
    pub(crate) names: &'a [&'a str],
    /// The tensors, each for the whole batch.
    pub(crate) tensors: &'a [Tensor],
    /// Which image of the batch is meant.
    pub(crate) item: usize,
    /// How many images the batch has.
    pub(crate) batch: usize,
}

/// One image's part of a tensor, its batch side taken off.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View<'a> {
    /// Sides, outermost first.
    pub(crate) shape: &'a [usize],
    /// Elements, the last side running fastest.
    pub(crate) data: &'a [f32],
}

impl<'a> Outputs<'a> {
    /// One image's part of the tensor of that name.
    pub(crate) fn get(&self, name: &str) -> Result<View<'a>, String> {
        let tensor = self.whole(name)?;
        match tensor.shape().split_first() {
            Some((first, rest)) if *first == self.batch && self.item < self.batch => {
                let length = rest.iter().product::<usize>();
                Ok(View { shape: rest, data: &tensor.data()[self.item * length..][..length] })
            }
            _ => Err(format!("{name} has the shape {:?} for {} images", tensor.shape(), self.batch)),
        }
    }

    /// As [`Self::get`] for a tensor of `rank` sides that may lack the batch side, as those of torchvision's detectors.
    pub(crate) fn get_of_rank(&self, name: &str, rank: usize) -> Result<View<'a>, String> {
        let tensor = self.whole(name)?;
        if tensor.shape().len() == rank && self.batch == 1 {
            return Ok(View { shape: tensor.shape(), data: tensor.data() });
        }
        let view = self.get(name)?;
        if view.shape.len() == rank { Ok(view) } else { Err(format!("{name} has the shape {:?}", tensor.shape())) }
    }

    fn whole(&self, name: &str) -> Result<&'a Tensor, String> {
        let at = self.names.iter().position(|known| *known == name);
        at.and_then(|at| self.tensors.get(at)).ok_or_else(|| format!("{name} is missing"))
    }
}

impl<'a> View<'a> {
    /// Rows of `columns` numbers; an error when the view is no such table.
    pub(crate) fn rows(&self, columns: usize, name: &str) -> Result<std::slice::ChunksExact<'a, f32>, String> {
        match self.shape {
            [_, found] if *found == columns && columns > 0 => Ok(self.data.chunks_exact(columns)),
            _ => Err(format!("{name} has the shape {:?} a picture, not [N, {columns}]", self.shape)),
        }
    }
}
