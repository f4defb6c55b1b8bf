// Sigmoid and tanh by Cephes' polynomial for e^x, after a reduction to |r| ≤ ln 2 / 2. Absolute error below 2e-7; NaN stays NaN. The constants
// are loaded into locals before each loop: V8 makes a v128 literal anew in every iteration.
import { fma } from './fma';

const CONSTANTS = memory.data<f32>([
  -87, -87, -87, -87, 87, 87, 87, 87, 1.44269504088896341, 1.44269504088896341, 1.44269504088896341, 1.44269504088896341, 12582912,
  12582912, 12582912, 12582912, -0.693359375, -0.693359375, -0.693359375, -0.693359375, 2.1219444e-4, 2.1219444e-4, 2.1219444e-4,
  2.1219444e-4, 1.98756915e-4, 1.98756915e-4, 1.98756915e-4, 1.98756915e-4, 1.3981999507e-3, 1.3981999507e-3, 1.3981999507e-3,
  1.3981999507e-3, 8.3334519073e-3, 8.3334519073e-3, 8.3334519073e-3, 8.3334519073e-3, 4.1665795894e-2, 4.1665795894e-2,
  4.1665795894e-2, 4.1665795894e-2, 1.6666665459e-1, 1.6666665459e-1, 1.6666665459e-1, 1.6666665459e-1, 5.0000001201e-1,
  5.0000001201e-1, 5.0000001201e-1, 5.0000001201e-1, 1, 1, 1, 1,
], 16);

/** σ(z + bias) in place, for 4 columns of a panel: `rows` vectors, 32 bytes apart. */
export function sigmoidColumn(z: usize, rows: i32, bias: v128): void {
  const low = v128.load(CONSTANTS, 0), high = v128.load(CONSTANTS, 16), log2e = v128.load(CONSTANTS, 32), magic = v128.load(CONSTANTS, 48);
  const ln2a = v128.load(CONSTANTS, 64), ln2b = v128.load(CONSTANTS, 80), one = v128.load(CONSTANTS, 192);
  const p0 = v128.load(CONSTANTS, 96), p1 = v128.load(CONSTANTS, 112), p2 = v128.load(CONSTANTS, 128);
  const p3 = v128.load(CONSTANTS, 144), p4 = v128.load(CONSTANTS, 160), p5 = v128.load(CONSTANTS, 176);
  for (const end = z + <usize>rows * 32; z < end; z += 32) {
    const sum = f32x4.add(v128.load(z), bias);
    const x = f32x4.pmin(f32x4.pmax(sum, low), high);
    // n is x / ln 2 rounded to an integer, whose bits end up at the low end of `scaled`.
    const scaled = fma(x, log2e, magic);
    const n = f32x4.sub(scaled, magic);
    const r = fma(n, ln2b, fma(n, ln2a, x));
    const p = fma(fma(fma(fma(fma(p0, r, p1), r, p2), r, p3), r, p4), r, p5);
    const y = f32x4.add(fma(p, f32x4.mul(r, r), r), one);
    const exp = i32x4.add(y, i32x4.shl(scaled, 23));
    // Exactly zero where e^x would be, so that a gate that is shut passes nothing of an infinite state or input.
    v128.store(z, v128.andnot(f32x4.div(exp, f32x4.add(one, exp)), f32x4.lt(sum, low)));
  }
}

/** tanh(z + bias) into `to`, for 4 columns of a panel: (e²ˣ - 1) / (e²ˣ + 1), by e²ˣ - 1 as it is good near 0. */
export function tanhColumn(z: usize, to: usize, rows: i32, bias: v128): void {
  const low = v128.load(CONSTANTS, 0), high = v128.load(CONSTANTS, 16), log2e = v128.load(CONSTANTS, 32), magic = v128.load(CONSTANTS, 48);
  const ln2a = v128.load(CONSTANTS, 64), ln2b = v128.load(CONSTANTS, 80), one = v128.load(CONSTANTS, 192);
  const p0 = v128.load(CONSTANTS, 96), p1 = v128.load(CONSTANTS, 112), p2 = v128.load(CONSTANTS, 128);
  const p3 = v128.load(CONSTANTS, 144), p4 = v128.load(CONSTANTS, 160), p5 = v128.load(CONSTANTS, 176);
  for (const end = z + <usize>rows * 32; z < end; z += 32) {
    const sum = f32x4.add(v128.load(z), bias);
    const x = f32x4.pmin(f32x4.pmax(f32x4.add(sum, sum), low), high);
    const scaled = fma(x, log2e, magic);
    const n = f32x4.sub(scaled, magic);
    const r = fma(n, ln2b, fma(n, ln2a, x));
    const p = fma(fma(fma(fma(fma(p0, r, p1), r, p2), r, p3), r, p4), r, p5);
    const q = fma(p, f32x4.mul(r, r), r);
    const power = i32x4.add(i32x4.shl(scaled, 23), one);
    const minusOne = fma(power, q, f32x4.sub(power, one));
    v128.store(to, f32x4.div(minusOne, f32x4.add(minusOne, f32x4.add(one, one))));
    to += 32;
  }
}
