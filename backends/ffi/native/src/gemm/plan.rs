//! How a product is cut into units and tiles.

use super::tile::TileSize;

/// Rows of a unit: few enough that they stay in the second cache for a block of the sums.
const UNIT_ROWS: usize = 168;
/// Units a thread, so that a busy neighbour on the machine delays little.
const UNITS_A_THREAD: usize = 4;
/// Below this many multiply-adds one thread is done before another has woken.
const WORTH_SHARING: usize = 1 << 17;

/// Units of a product: blocks of rows × blocks of panels.
pub(super) struct Plan {
    rows: usize,
    tiles: usize,
    panels: usize,
    row_blocks: usize,
    panel_blocks: usize,
}

impl Plan {
    /// For a product [rows, inner] · [inner, columns].
    pub fn new(rows: usize, inner: usize, columns: usize, size: TileSize, threads: usize) -> Self {
        let tiles = rows.div_ceil(size.rows);
        let panels = columns.div_ceil(size.columns);
        let shared = threads > 1 && rows * inner * columns >= WORTH_SHARING;
        let wanted = if shared { UNITS_A_THREAD * threads } else { 1 };
        let row_blocks = rows.div_ceil(UNIT_ROWS);
        let panel_blocks = wanted.div_ceil(row_blocks.max(1)).min(panels);
        Self { rows, tiles, panels, row_blocks, panel_blocks }
    }

    /// Number of units.
    pub fn units(&self) -> usize {
        self.row_blocks * self.panel_blocks
    }

    /// The rows and the panels of a unit. Units of the same panels follow each other: they meet them in the cache.
    pub fn unit(&self, unit: usize) -> (Rows, std::ops::Range<usize>) {
        let (panel_block, row_block) = (unit / self.row_blocks, unit % self.row_blocks);
        let tiles = part(self.tiles, self.row_blocks, row_block);
        let panels = part(self.panels, self.panel_blocks, panel_block);
        (Rows { rows: self.rows, of: self.tiles, tiles }, panels)
    }
}

/// Part `index` of `count` things cut into `parts` whose sizes differ by one at most.
pub(super) fn part(count: usize, parts: usize, index: usize) -> std::ops::Range<usize> {
    let start = |index: usize| index * (count / parts) + index.min(count % parts);
    start(index)..start(index + 1)
}

/// Consecutive tiles of a product. All tiles have the same number of rows or one less: 32 rows are 11 + 11 + 10
/// rather than 14 + 14 + 4, whose last tile would wait for its sums.
pub(super) struct Rows {
    rows: usize,
    of: usize,
    tiles: std::ops::Range<usize>,
}

impl Rows {
    /// First row.
    pub fn first(&self) -> usize {
        part(self.rows, self.of, self.tiles.start).start
    }

    /// Number of tiles.
    pub fn tiles(&self) -> usize {
        self.tiles.len()
    }

    /// First row of tile `tile` of these, and its number of rows.
    pub fn tile(&self, tile: usize) -> (usize, usize) {
        let rows = part(self.rows, self.of, self.tiles.start + tile);
        (rows.start, rows.len())
    }
}
