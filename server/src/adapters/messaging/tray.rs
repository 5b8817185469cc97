//! Where the walk over a payload puts what it finds. Of a payload with thousands of things only those of
//! one part are made at a time; the others are counted.

use super::Item;

/// Some of the things of a payload, in its order.
#[derive(Debug)]
pub struct Part {
    pub items: Vec<Item>,
    /// How many the whole payload holds.
    pub all: usize,
}

pub(super) struct Tray {
    from: usize,
    most: usize,
    part: Part,
}

impl Tray {
    pub(super) fn new(from: usize, most: usize) -> Self {
        Self { from, most, part: Part { items: Vec::new(), all: 0 } }
    }

    /// The next thing; it is made only where it is of this part.
    pub(super) fn put(&mut self, make: impl FnOnce() -> Item) {
        if self.part.all >= self.from && self.part.items.len() < self.most {
            self.part.items.push(make());
        }
        self.part.all += 1;
    }

    pub(super) fn count(&self) -> usize {
        self.part.all
    }

    pub(super) fn part(self) -> Part {
        self.part
    }
}
