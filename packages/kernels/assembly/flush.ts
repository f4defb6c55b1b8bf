// A gradient that vanishes over a long sequence does not reach zero by itself: half of the least number above zero rounds back to it, and a
// processor takes a hundred times as long for numbers that small.

const LEAST = memory.data<f32>([1e-32, 1e-32, 1e-32, 1e-32], 16);

/** What `flushed` takes; to be loaded before a loop. */
@inline export function leastGradient(): v128 {
  return v128.load(LEAST);
}

/** Zero in place of what is nearer to it than `least`; NaN stays. */
@inline export function flushed(x: v128, least: v128): v128 {
  return v128.andnot(x, f32x4.lt(f32x4.abs(x), least));
}
