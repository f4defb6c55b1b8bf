// Matrix products. B and C are in panels: 8 columns, row after row, so that a tile reads and writes them in order.
import { columnTilex1, columnTilex2, rowTilex1, rowTilex2, rowTilex4, rowTilex8 } from './tiles';

/** Rows of the tile that fills the registers: 6 with fused multiply-add, 5 without. */
const TILE: i32 = RELAXED ? 6 : 5;
/** Panels of a tile: two where 256-bit registers hold them. */
const TILE_PANELS: i32 = WIDE ? 2 : 1;
/** Rows for which a tile has four panels or more. */
const FEW: i32 = WIDE ? 2 : 1;
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
  if (rows <= FEW) {
    multiplyFew(a, lda, b, panelB, c, panelC, ldc, rows, panels, k, add);
    return;
  }
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

/** Likewise of so few rows that one panel's sums would wait for each other: as many panels at once as the registers hold. */
function multiplyFew(
  a: usize, lda: usize, b: usize, panelB: usize, c: usize, panelC: usize, ldc: usize,
  rows: i32, panels: i32, k: i32, add: bool,
): void {
  for (let p = 0; p < panels; ) {
    const pb = b + <usize>p * panelB, pc = c + <usize>p * panelC;
    if (WIDE && rows == 1 && p + 8 <= panels) {
      rowTilex8(rows, a, lda, pb, panelB, pc, panelC, ldc, k, add);
      p += 8;
    } else if (p + 4 <= panels) {
      rowTilex4(rows, a, lda, pb, panelB, pc, panelC, ldc, k, add);
      p += 4;
    } else {
      rowTilex1(rows, a, lda, pb, panelB, pc, panelC, ldc, k, add);
      p++;
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
      // The rows stay near for the panels that follow.
      if (firstPanel == 0) prefetch(pa, lda, countK, <usize>rows * 4);
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

/**
 * Reads a byte in every 64 of `rows` rows, which brings them into the second-level cache in their order; a tile, which takes six columns of every row,
 * would wait for each line. A load whose result nobody takes is kept, as it may trap.
 */
function prefetch(a: usize, lda: usize, rows: i32, bytes: usize): void {
  for (let r = 0; r < rows; r++) {
    for (let at = a, end = a + bytes; at < end; at += 64) load<u8>(at);
    a += lda;
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
