// The constants of e^x after Cephes: x is bounded, n = x / ln 2 rounded, r = x - n ln 2, and e^x = 2^n (1 + r + r² p(r)). They lie in memory, four
// times each, to be loaded into locals before a loop: V8 makes a v128 literal anew in every iteration.

const CONSTANTS = memory.data<f32>([
  -87, -87, -87, -87,
  87, 87, 87, 87,
  1.44269504088896341, 1.44269504088896341, 1.44269504088896341, 1.44269504088896341,
  12582912, 12582912, 12582912, 12582912,
  -0.693359375, -0.693359375, -0.693359375, -0.693359375,
  2.1219444e-4, 2.1219444e-4, 2.1219444e-4, 2.1219444e-4,
  1.98756915e-4, 1.98756915e-4, 1.98756915e-4, 1.98756915e-4,
  1.3981999507e-3, 1.3981999507e-3, 1.3981999507e-3, 1.3981999507e-3,
  8.3334519073e-3, 8.3334519073e-3, 8.3334519073e-3, 8.3334519073e-3,
  4.1665795894e-2, 4.1665795894e-2, 4.1665795894e-2, 4.1665795894e-2,
  1.6666665459e-1, 1.6666665459e-1, 1.6666665459e-1, 1.6666665459e-1,
  5.0000001201e-1, 5.0000001201e-1, 5.0000001201e-1, 5.0000001201e-1,
  1, 1, 1, 1,
], 16);

/**
 * By its place: 0 and 1 the bounds, below which e^x leaves the normal numbers and above which sigmoid and tanh are 1 to rounding; 2 log2 e; 3
 * 1.5 · 2²³, which rounds what it is added to and leaves the integer in the low bits; 4 and 5 -ln 2 in two parts; 6 to 11 p's coefficients, the
 * highest power's first; 12 one.
 */
@inline export function expConstant(place: usize): v128 {
  return v128.load(CONSTANTS + place * 16);
}
