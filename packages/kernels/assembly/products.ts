// Matrix products. B and C are in panels: 8 columns, row after row, so that a tile reads and writes them in order.
import { columnTilex1, columnTilex2, rowTilex1, rowTilex2 } from './tiles';

/** Rows of the tile that fills the registers: 6 with fused multiply-add, 5 without. */
const TILE: i32 = RELAXED ? 6 : 5;
/** Panels of a tile: two where 256-bit registers hold them. */
const TILE_PANELS: i32 = WIDE ? 2 : 1;
/** Rows of A at a time: a whole number of either tile, small enough to stay near. */
const ROW_BLOCK: i32 = 120;
/** Of the transposed product: this much of B and C stays in the second-level cache. */
const K_BLOCK: i32 = 128;
const PANEL_BLOCK: i32 = 16;

/** The rows of the next tile, when `left` are left: as few tiles as it takes, as even as they come. */
@inline function nextTile(left: i32): i32 {
  const tiles = (left + TILE - 1) / TILE;
  return (left + tiles - 1) / tiles;
}

/**
 * C = A · B, or C += A · B. A `[rows, k]` row-major, its rows `lda` bytes apart; B in panels `[panels][k][8]`, `panelB` bytes apart; C in panels
 * `panelC` apart, its rows `ldc` apart.
 */
export function multiply(
  a: usize, lda: usize, b: usize, panelB: usize, c: usize, panelC: usize, ldc: usize,
  rows: i32, panels: i32, k: i32, add: bool,
): void {
  for (let begin = 0; begin < rows; begin += ROW_BLOCK) {
    const count = min(ROW_BLOCK, rows - begin);
    for (let p = 0; p < panels; p += TILE_PANELS) {
      let pa = a + <usize>begin * lda;
      let pc = c + <usize>p * panelC + <usize>begin * ldc;
      const pb = b + <usize>p * panelB;
      for (let left = count; left > 0; ) {
        const n = nextTile(left);
        if (WIDE && p + 1 < panels) rowTilex2(n, pa, lda, pb, panelB, pc, panelC, ldc, k, add);
        else rowTilex1(n, pa, lda, pb, panelB, pc, panelC, ldc, k, add);
        pa += <usize>n * lda;
        pc += <usize>n * ldc;
        left -= n;
      }
    }
  }
}

/**
 * C = Aᵀ · B, or C += Aᵀ · B. A `[k, rows]` row-major, its rows `lda` bytes apart; B in panels `[panels][k][8]`, `panelB` bytes apart; C `[rows, 8 · panels]`
 * row-major, its rows `ldc` apart.
 */
export function multiplyTransposed(
  a: usize, lda: usize, b: usize, panelB: usize, c: usize, ldc: usize, rows: i32, panels: i32, k: i32, add: bool,
): void {
  if (!k && !add) for (let r = 0; r < rows; r++) memory.fill(c + <usize>r * ldc, 0, <usize>panels * 32);
  for (let firstPanel = 0; firstPanel < panels; firstPanel += PANEL_BLOCK) {
    const lastPanel = min(firstPanel + PANEL_BLOCK, panels);
    for (let firstK = 0; firstK < k; firstK += K_BLOCK) {
      const countK = min(K_BLOCK, k - firstK);
      let pa = a + <usize>firstK * lda;
      let pc = c;
      for (let left = rows; left > 0; ) {
        const n = nextTile(left);
        for (let p = firstPanel; p < lastPanel; p += TILE_PANELS) {
          const pb = b + <usize>p * panelB + <usize>firstK * 32;
          const to = pc + <usize>p * 32;
          if (WIDE && p + 1 < lastPanel) columnTilex2(n, pa, lda, pb, panelB, to, 32, ldc, countK, add || firstK > 0);
          else columnTilex1(n, pa, lda, pb, panelB, to, 32, ldc, countK, add || firstK > 0);
        }
        pa += <usize>n * 4;
        pc += <usize>n * ldc;
        left -= n;
      }
    }
  }
}

/** Multiplies a full tile of one panel, or of two, as often as asked: how long it takes tells which is the better. */
export function repeatTile(panels: i32, times: i32, at: usize): void {
  const k = 128;
  const b = at + 6 * k * 4, c = b + 2 * k * 32;
  for (let i = 0; i < times; i++) {
    if (panels == 2) rowTilex2(TILE, at, k * 4, b, k * 32, c, TILE * 32, 32, k, false);
    else rowTilex1(TILE, at, k * 4, b, k * 32, c, TILE * 32, 32, k, false);
  }
}
