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

/** Below `low` e^x leaves the normal numbers; above `high` sigmoid and tanh are 1 to rounding. */
@inline export function low(): v128 { return v128.load(CONSTANTS, 0); }
@inline export function high(): v128 { return v128.load(CONSTANTS, 16); }
/** log2 e, and 1.5 · 2²³: adding it rounds, and leaves the integer in the low bits. */
@inline export function log2e(): v128 { return v128.load(CONSTANTS, 32); }
@inline export function magic(): v128 { return v128.load(CONSTANTS, 48); }
/** -ln 2 in two parts. */
@inline export function ln2a(): v128 { return v128.load(CONSTANTS, 64); }
@inline export function ln2b(): v128 { return v128.load(CONSTANTS, 80); }
/** p's coefficients, the highest power's first. */
@inline export function p0(): v128 { return v128.load(CONSTANTS, 96); }
@inline export function p1(): v128 { return v128.load(CONSTANTS, 112); }
@inline export function p2(): v128 { return v128.load(CONSTANTS, 128); }
@inline export function p3(): v128 { return v128.load(CONSTANTS, 144); }
@inline export function p4(): v128 { return v128.load(CONSTANTS, 160); }
@inline export function p5(): v128 { return v128.load(CONSTANTS, 176); }
@inline export function one(): v128 { return v128.load(CONSTANTS, 192); }
