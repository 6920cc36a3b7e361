//! What a tile fetches to the second cache while it computes.

use super::kernel::STEPS;

/// Elements of a cache line.
pub(super) const LINE: usize = 16;
/// How far ahead of its use a panel is fetched by the tile that reads it first: the processor itself asks too late.
const DISTANCE: usize = 4096;

/// Memory that a tile fetches. The third cache and main memory deliver a panel several times more slowly than one tile
/// reads it, but fast enough for all tiles that read the panel before.
#[derive(Clone, Copy)]
pub struct Ahead {
    /// Need not be valid.
    pub from: *const f32,
    /// Cache lines for every [`STEPS`] steps over k.
    pub lines: usize,
}

impl Ahead {
    /// Nothing.
    pub const NONE: Self = Self { from: std::ptr::null(), lines: 0 };
}

/// The panel that some tiles read one after the other, and the one after it.
pub(super) struct Reading {
    /// Where the panel begins, if no tile before has fetched it.
    pub unfetched: Option<*const f32>,
    /// Where the next one begins.
    pub next: Option<*const f32>,
    /// Rows of each.
    pub inner: usize,
    /// Columns of each.
    pub width: usize,
    /// How many tiles read the panel.
    pub tiles: usize,
}

impl Reading {
    /// What tile `tile` fetches.
    pub fn ahead(&self, tile: usize) -> Ahead {
        let (tile, tiles) = match self.unfetched {
            Some(panel) if tile == 0 => {
                return Ahead { from: panel.wrapping_add(DISTANCE), lines: self.width * STEPS / LINE };
            }
            Some(_) => (tile - 1, self.tiles - 1),
            None => (tile, self.tiles),
        };
        let lines = (self.width * STEPS).div_ceil(LINE * tiles);
        let before = tile * (self.inner / STEPS) * lines * LINE;
        match self.next {
            Some(panel) if before < self.inner * self.width => {
                Ahead { from: panel.wrapping_add(before), lines }
            }
            _ => Ahead::NONE,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tiles_together_fetch_the_next_panel_once() {
        let panel = [0f32];
        let (inner, width) = (1024, 64);
        for (unfetched, tiles) in [(None, 1), (None, 5), (None, 6), (None, 28), (Some(panel.as_ptr()), 28)] {
            let reading = Reading { unfetched, next: Some(panel.as_ptr()), inner, width, tiles };
            let mut end = 0;
            for tile in usize::from(unfetched.is_some())..tiles {
                let Ahead { from, lines } = reading.ahead(tile);
                if lines > 0 {
                    assert_eq!(from.addr() - panel.as_ptr().addr(), 4 * end);
                    end += inner / STEPS * lines * LINE;
                }
            }
            assert!(end >= inner * width && end < inner * width + inner / STEPS * LINE * tiles);
        }
    }

    #[test]
    fn a_panel_that_nobody_fetched_is_fetched_by_its_first_tile() {
        let panel = [0f32];
        let reading =
            Reading { unfetched: Some(panel.as_ptr()), next: None, inner: 768, width: 64, tiles: 2 };
        assert_eq!(reading.ahead(0).lines, 16);
        assert_eq!(reading.ahead(1).lines, 0);
    }
}
