// Updates of weights, and what clips gradients. Every list is `count` floats, a multiple of 4; new values are written over the old. Products
// are rounded before they are added, also where fused multiply-add is there: so the numbers are those of stock operations, to the bit.

/** m = beta1 m + (1 - beta1) g;  v = beta2 v + (1 - beta2) g²;  w -= rate · m / (√v + epsilon) */
export function adam(
  count: i32, w: usize, m: usize, v: usize, g: usize, rate: f32, beta1: f32, rest1: f32, beta2: f32, rest2: f32, epsilon: f32,
): void {
  const r = f32x4.splat(rate), b1 = f32x4.splat(beta1), r1 = f32x4.splat(rest1);
  const b2 = f32x4.splat(beta2), r2 = f32x4.splat(rest2), e = f32x4.splat(epsilon);
  for (let at: usize = 0, end = <usize>count * 4; at < end; at += 16) {
    const gradient = v128.load(g + at);
    const mean = f32x4.add(f32x4.mul(v128.load(m + at), b1), f32x4.mul(gradient, r1));
    const square = f32x4.add(f32x4.mul(v128.load(v + at), b2), f32x4.mul(f32x4.mul(gradient, gradient), r2));
    v128.store(m + at, mean);
    v128.store(v + at, square);
    const move = f32x4.mul(f32x4.div(mean, f32x4.add(f32x4.sqrt(square), e)), r);
    v128.store(w + at, f32x4.sub(v128.load(w + at), move));
  }
}

/** acc += g²;  w -= rate · g / √acc */
export function adagrad(count: i32, w: usize, acc: usize, g: usize, rate: f32): void {
  const r = f32x4.splat(rate);
  for (let at: usize = 0, end = <usize>count * 4; at < end; at += 16) {
    const gradient = v128.load(g + at);
    const sum = f32x4.add(v128.load(acc + at), f32x4.mul(gradient, gradient));
    v128.store(acc + at, sum);
    v128.store(w + at, f32x4.sub(v128.load(w + at), f32x4.mul(f32x4.div(gradient, f32x4.sqrt(sum)), r)));
  }
}

/** acc = momentum · acc + g;  w -= rate · acc, or with Nesterov's look ahead rate · (g + momentum · acc) */
export function momentum(count: i32, w: usize, acc: usize, g: usize, rate: f32, momentum: f32, nesterov: i32): void {
  const r = f32x4.splat(rate), fade = f32x4.splat(momentum);
  for (let at: usize = 0, end = <usize>count * 4; at < end; at += 16) {
    const gradient = v128.load(g + at);
    const sum = f32x4.add(f32x4.mul(v128.load(acc + at), fade), gradient);
    v128.store(acc + at, sum);
    const direction = nesterov ? f32x4.add(gradient, f32x4.mul(sum, fade)) : sum;
    v128.store(w + at, f32x4.sub(v128.load(w + at), f32x4.mul(direction, r)));
  }
}

/** Σ g², summed in float64: a million small squares do not vanish beside one that is large. */
export function sumOfSquares(count: i32, g: usize): f64 {
  let low = f64x2.splat(0), high = f64x2.splat(0);
  for (const end = g + <usize>count * 4; g < end; g += 16) {
    const a = f64x2.promote_low_f32x4(v128.load64_zero(g)), b = f64x2.promote_low_f32x4(v128.load64_zero(g + 8));
    low = f64x2.add(low, f64x2.mul(a, a));
    high = f64x2.add(high, f64x2.mul(b, b));
  }
  const sum = f64x2.add(low, high);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** g = factor · g */
export function scale(count: i32, g: usize, factor: f32): void {
  const f = f32x4.splat(factor);
  for (const end = g + <usize>count * 4; g < end; g += 16) v128.store(g, f32x4.mul(v128.load(g), f));
}
