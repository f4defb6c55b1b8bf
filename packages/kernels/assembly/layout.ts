// Weights in TensorFlow 1's layout into panels and back. `units` columns a gate become `width`, rounded up to 8; so do the rows of the state.

/** `[rows, gates · units]` row-major to panels `[gates · width / 8][paddedRows][8]`: what `multiply` takes as B. */
export function packWeights(from: usize, to: usize, rows: i32, paddedRows: i32, units: i32, width: i32, gates: i32): void {
  const rowBytes = <usize>(gates * units) * 4;
  for (let gate = 0; gate < gates; gate++) {
    for (let first = 0; first < width; first += 8) {
      const columns = max(0, min(8, units - first));
      let at = from + <usize>(gate * units + first) * 4;
      for (let row = 0; row < paddedRows; row++) {
        if (columns == 8 && row < rows) {
          v128.store(to, v128.load(at));
          v128.store(to, v128.load(at, 16), 16);
        } else {
          memory.fill(to, 0, 32);
          if (row < rows) memory.copy(to, at, <usize>columns * 4);
        }
        at += rowBytes;
        to += 32;
      }
    }
  }
}

/**
 * The transpose of `rows` rows from `firstRow` on of `[…, gates · units]`, in panels `[rows rounded up / 8][gates · width][8]`: what multiplies
 * the gates' gradients.
 */
export function packTransposed(from: usize, to: usize, firstRow: i32, rows: i32, units: i32, width: i32, gates: i32): void {
  const columns = gates * units;
  for (let first = 0; first < rows; first += 8) {
    // In blocks of 8 rows and 4 units, where all of them are there.
    const whole = first + 8 <= rows ? units & ~3 : 0;
    for (let gate = 0; gate < gates; gate++) {
      const at = from + <usize>((firstRow + first) * columns + gate * units) * 4;
      for (let unit = 0; unit < whole; unit += 4) {
        transposeBlock(at + <usize>unit * 4, <usize>columns * 4, to);
        to += 128;
      }
      for (let unit = whole; unit < width; unit++) {
        for (let r = 0; r < 8; r++) {
          const inside = unit < units && first + r < rows;
          store<f32>(to, inside ? load<f32>(at + <usize>(r * columns + unit) * 4) : 0);
          to += 4;
        }
      }
    }
  }
}

/** 8 rows of 4 floats, `rowBytes` apart, to 4 rows of 8, one after the other. */
@inline function transposeBlock(from: usize, rowBytes: usize, to: usize): void {
  for (let half = 0; half < 2; half++) {
    const a = v128.load(from), b = v128.load(from + rowBytes), c = v128.load(from + 2 * rowBytes), d = v128.load(from + 3 * rowBytes);
    const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5), cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
    const ab2 = v128.shuffle<f32>(a, b, 2, 6, 3, 7), cd2 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5));
    v128.store(to, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7), 32);
    v128.store(to, v128.shuffle<f32>(ab2, cd2, 0, 1, 4, 5), 64);
    v128.store(to, v128.shuffle<f32>(ab2, cd2, 2, 3, 6, 7), 96);
    from += 4 * rowBytes;
    to += 16;
  }
}

/** `[gates · units]` to `[gates · width]`, zeros in between. */
export function packBias(from: usize, to: usize, units: i32, width: i32, gates: i32): void {
  memory.fill(to, 0, <usize>(gates * width) * 4);
  for (let gate = 0; gate < gates; gate++) {
    memory.copy(to + <usize>(gate * width) * 4, from + <usize>(gate * units) * 4, <usize>units * 4);
  }
}

/** A gradient `[at least rows, gates · width]` (or a bias, which is one row) to TensorFlow's `[rows, gates · units]`. */
export function unpack(from: usize, to: usize, rows: i32, units: i32, width: i32, gates: i32): void {
  if (units == width) {
    memory.copy(to, from, <usize>(rows * gates * units) * 4);
    return;
  }
  for (let row = 0; row < rows; row++) {
    for (let gate = 0; gate < gates; gate++) {
      memory.copy(to, from, <usize>units * 4);
      to += <usize>units * 4;
      from += <usize>width * 4;
    }
  }
}

/** to += from, `count` floats, a multiple of 4. */
export function addInto(to: usize, from: usize, count: i32): void {
  for (const end = to + <usize>count * 4; to < end; to += 16) {
    v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
    from += 16;
  }
}
