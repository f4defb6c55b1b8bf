// Sigmoid and tanh by Cephes' polynomial for e^x, after a reduction to |r| ≤ ln 2 / 2. Absolute error below 2e-7; NaN stays NaN.
import { expConstant } from './exp-constants';
import { fma } from './fma';

/** σ(sum). */
@inline function sigmoid(
  sum: v128, low: v128, high: v128, log2e: v128, magic: v128, ln2a: v128, ln2b: v128, p0: v128, p1: v128, p2: v128, p3: v128, p4: v128,
  p5: v128, one: v128,
): v128 {
  const x = f32x4.pmin(f32x4.pmax(sum, low), high);
  // n is x / ln 2 rounded to an integer, whose bits end up at the low end of `scaled`.
  const scaled = fma(x, log2e, magic);
  const n = f32x4.sub(scaled, magic);
  const r = fma(n, ln2b, fma(n, ln2a, x));
  const p = fma(fma(fma(fma(fma(p0, r, p1), r, p2), r, p3), r, p4), r, p5);
  const y = f32x4.add(fma(p, f32x4.mul(r, r), r), one);
  const power = i32x4.add(y, i32x4.shl(scaled, 23));
  // Exactly zero where e^x would be, so that a gate that is shut passes nothing of an infinite state or input.
  return v128.andnot(f32x4.div(power, f32x4.add(one, power)), f32x4.lt(sum, low));
}

/** tanh(sum): (e²ˣ - 1) / (e²ˣ + 1), by e²ˣ - 1 as it is good near 0. */
@inline function tanh(
  sum: v128, low: v128, high: v128, log2e: v128, magic: v128, ln2a: v128, ln2b: v128, p0: v128, p1: v128, p2: v128, p3: v128, p4: v128,
  p5: v128, one: v128,
): v128 {
  const x = f32x4.pmin(f32x4.pmax(f32x4.add(sum, sum), low), high);
  const scaled = fma(x, log2e, magic);
  const n = f32x4.sub(scaled, magic);
  const r = fma(n, ln2b, fma(n, ln2a, x));
  const p = fma(fma(fma(fma(fma(p0, r, p1), r, p2), r, p3), r, p4), r, p5);
  const q = fma(p, f32x4.mul(r, r), r);
  const power = i32x4.add(i32x4.shl(scaled, 23), one);
  const minusOne = fma(power, q, f32x4.sub(power, one));
  return f32x4.div(minusOne, f32x4.add(minusOne, f32x4.add(one, one)));
}

/** σ(z + bias) in place, for a panel of `rows` rows and the two halves of its bias. */
export function sigmoidPanel(z: usize, rows: i32, bias: v128, bias2: v128): void {
  const low = expConstant(0), high = expConstant(1), log2e = expConstant(2), magic = expConstant(3), one = expConstant(12);
  const ln2a = expConstant(4), ln2b = expConstant(5);
  const p0 = expConstant(6), p1 = expConstant(7), p2 = expConstant(8), p3 = expConstant(9), p4 = expConstant(10), p5 = expConstant(11);
  const end = z + <usize>rows * 32;
  if (WIDE) {
    for (; z < end; z += 32) {
      const sum = f32x4.add(v128.load(z), bias), sum2 = f32x4.add(v128.load(z, 16), bias2);
      const value = sigmoid(sum, low, high, log2e, magic, ln2a, ln2b, p0, p1, p2, p3, p4, p5, one);
      const value2 = sigmoid(sum2, low, high, log2e, magic, ln2a, ln2b, p0, p1, p2, p3, p4, p5, one);
      v128.store(z, value);
      v128.store(z, value2, 16);
    }
    return;
  }
  // A half after the other: of both at once the registers hold too little.
  for (let at = z; at < end; at += 32) {
    v128.store(at, sigmoid(f32x4.add(v128.load(at), bias), low, high, log2e, magic, ln2a, ln2b, p0, p1, p2, p3, p4, p5, one));
  }
  for (let at = z; at < end; at += 32) {
    v128.store(at, sigmoid(f32x4.add(v128.load(at, 16), bias2), low, high, log2e, magic, ln2a, ln2b, p0, p1, p2, p3, p4, p5, one), 16);
  }
}

/** tanh(z + bias) into `to`, likewise. */
export function tanhPanel(z: usize, to: usize, rows: i32, bias: v128, bias2: v128): void {
  const low = expConstant(0), high = expConstant(1), log2e = expConstant(2), magic = expConstant(3), one = expConstant(12);
  const ln2a = expConstant(4), ln2b = expConstant(5);
  const p0 = expConstant(6), p1 = expConstant(7), p2 = expConstant(8), p3 = expConstant(9), p4 = expConstant(10), p5 = expConstant(11);
  const bytes = <usize>rows * 32;
  if (WIDE) {
    for (let at: usize = 0; at < bytes; at += 32) {
      const sum = f32x4.add(v128.load(z + at), bias), sum2 = f32x4.add(v128.load(z + at, 16), bias2);
      const value = tanh(sum, low, high, log2e, magic, ln2a, ln2b, p0, p1, p2, p3, p4, p5, one);
      const value2 = tanh(sum2, low, high, log2e, magic, ln2a, ln2b, p0, p1, p2, p3, p4, p5, one);
      v128.store(to + at, value);
      v128.store(to + at, value2, 16);
    }
    return;
  }
  for (let at: usize = 0; at < bytes; at += 32) {
    v128.store(to + at, tanh(f32x4.add(v128.load(z + at), bias), low, high, log2e, magic, ln2a, ln2b, p0, p1, p2, p3, p4, p5, one));
  }
  for (let at: usize = 0; at < bytes; at += 32) {
    v128.store(to + at, tanh(f32x4.add(v128.load(z + at, 16), bias2), low, high, log2e, magic, ln2a, ln2b, p0, p1, p2, p3, p4, p5, one), 16);
  }
}
