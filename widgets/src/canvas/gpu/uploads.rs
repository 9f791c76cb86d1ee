//! How much goes to the graphics adapter in one frame.

/// Keeps count of the bytes that a frame sends, so that none takes long: what does not fit waits for the next one.
#[derive(Debug)]
pub(super) struct Uploads {
    sent: u64,
    most: u64,
    defers: bool,
}

impl Uploads {
    /// At most `most` bytes a frame, but always one upload.
    pub(super) fn new(most: u64) -> Self {
        Self { sent: 0, most, defers: false }
    }

    /// True when so many bytes may still be sent in this frame; otherwise they are wanted in the next one.
    pub(super) fn affords(&mut self, bytes: u64) -> bool {
        let fits = self.sent == 0 || self.sent.saturating_add(bytes) <= self.most;
        self.defers |= !fits;
        fits
    }

    /// Takes note that bytes are sent.
    pub(super) fn note(&mut self, bytes: u64) {
        self.sent += bytes;
    }

    /// True once after something had to wait.
    pub(super) fn take_deferred(&mut self) -> bool {
        std::mem::take(&mut self.defers)
    }

    /// Begins the next frame.
    pub(super) fn next_frame(&mut self) {
        self.sent = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_sends_one_thing_of_any_size_and_else_no_more_than_fits() {
        let mut uploads = Uploads::new(10);
        assert!(uploads.affords(100), "at least one");
        uploads.note(100);
        assert!(!uploads.affords(1) && uploads.take_deferred() && !uploads.take_deferred());
        uploads.next_frame();
        for _ in 0..2 {
            assert!(uploads.affords(5));
            uploads.note(5);
        }
        assert!(!uploads.take_deferred() && !uploads.affords(1));
    }
}
