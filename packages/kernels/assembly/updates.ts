// Updates of weights, and what clips gradients; also a module of its own, for a memory that others have made: nothing here may need data in it.
// A list is `count` floats; results may be written over what they are made from. Products are rounded before they are added, also where fused
// multiply-add is there: so the numbers are those of stock operations, to the bit.

/** Four floats of a list, or one. */
@inline function load(at: usize, four: bool): v128 {
  return four ? v128.load(at) : v128.load32_zero(at);
}

@inline function store(at: usize, value: v128, four: bool): void {
  if (four) v128.store(at, value);
  else v128.store32_lane(at, value, 0);
}

/** m' = beta1 m + (1 - beta1) g;  v' = beta2 v + (1 - beta2) g²;  w' = w - rate · m' / (√v' + epsilon) */
export function adam(
  count: i32, w: usize, m: usize, v: usize, g: usize, wTo: usize, mTo: usize, vTo: usize,
  rate: f32, beta1: f32, rest1: f32, beta2: f32, rest2: f32, epsilon: f32,
): void {
  const r = f32x4.splat(rate), b1 = f32x4.splat(beta1), r1 = f32x4.splat(rest1);
  const b2 = f32x4.splat(beta2), r2 = f32x4.splat(rest2), e = f32x4.splat(epsilon);
  let at: usize = 0;
  for (const end = <usize>(count & ~3) * 4; at < end; at += 16) adamAt(at, w, m, v, g, wTo, mTo, vTo, r, b1, r1, b2, r2, e, true);
  for (const end = <usize>count * 4; at < end; at += 4) adamAt(at, w, m, v, g, wTo, mTo, vTo, r, b1, r1, b2, r2, e, false);
}

@inline function adamAt(
  at: usize, w: usize, m: usize, v: usize, g: usize, wTo: usize, mTo: usize, vTo: usize,
  r: v128, b1: v128, r1: v128, b2: v128, r2: v128, e: v128, four: bool,
): void {
  const gradient = load(g + at, four);
  const mean = f32x4.add(f32x4.mul(load(m + at, four), b1), f32x4.mul(gradient, r1));
  const square = f32x4.add(f32x4.mul(load(v + at, four), b2), f32x4.mul(f32x4.mul(gradient, gradient), r2));
  const move = f32x4.mul(f32x4.div(mean, f32x4.add(f32x4.sqrt(square), e)), r);
  store(wTo + at, f32x4.sub(load(w + at, four), move), four);
  store(mTo + at, mean, four);
  store(vTo + at, square, four);
}

/** acc' = acc + g²;  w' = w - rate · g / √acc' */
export function adagrad(count: i32, w: usize, acc: usize, g: usize, wTo: usize, accTo: usize, rate: f32): void {
  const r = f32x4.splat(rate);
  let at: usize = 0;
  for (const end = <usize>(count & ~3) * 4; at < end; at += 16) adagradAt(at, w, acc, g, wTo, accTo, r, true);
  for (const end = <usize>count * 4; at < end; at += 4) adagradAt(at, w, acc, g, wTo, accTo, r, false);
}

@inline function adagradAt(at: usize, w: usize, acc: usize, g: usize, wTo: usize, accTo: usize, r: v128, four: bool): void {
  const gradient = load(g + at, four);
  const sum = f32x4.add(load(acc + at, four), f32x4.mul(gradient, gradient));
  store(wTo + at, f32x4.sub(load(w + at, four), f32x4.mul(f32x4.div(gradient, f32x4.sqrt(sum)), r)), four);
  store(accTo + at, sum, four);
}

/** acc' = momentum · acc + g;  w' = w - rate · acc', or with Nesterov's look ahead w - rate · (g + momentum · acc') */
export function momentum(
  count: i32, w: usize, acc: usize, g: usize, wTo: usize, accTo: usize, rate: f32, momentum: f32, nesterov: i32,
): void {
  const r = f32x4.splat(rate), fade = f32x4.splat(momentum);
  let at: usize = 0;
  for (const end = <usize>(count & ~3) * 4; at < end; at += 16) momentumAt(at, w, acc, g, wTo, accTo, r, fade, nesterov, true);
  for (const end = <usize>count * 4; at < end; at += 4) momentumAt(at, w, acc, g, wTo, accTo, r, fade, nesterov, false);
}

@inline function momentumAt(
  at: usize, w: usize, acc: usize, g: usize, wTo: usize, accTo: usize, r: v128, fade: v128, nesterov: i32, four: bool,
): void {
  const gradient = load(g + at, four);
  const sum = f32x4.add(f32x4.mul(load(acc + at, four), fade), gradient);
  const direction = nesterov ? f32x4.add(gradient, f32x4.mul(sum, fade)) : sum;
  store(wTo + at, f32x4.sub(load(w + at, four), f32x4.mul(direction, r)), four);
  store(accTo + at, sum, four);
}

/** Σ g², summed in float64: a million small squares do not vanish beside one that is large. */
export function sumOfSquares(count: i32, g: usize): f64 {
  let low = f64x2.splat(0), high = f64x2.splat(0);
  let at = g;
  for (const end = g + <usize>(count & ~3) * 4; at < end; at += 16) {
    const a = f64x2.promote_low_f32x4(v128.load64_zero(at)), b = f64x2.promote_low_f32x4(v128.load64_zero(at, 8));
    low = f64x2.add(low, f64x2.mul(a, a));
    high = f64x2.add(high, f64x2.mul(b, b));
  }
  for (const end = g + <usize>count * 4; at < end; at += 4) {
    const a = f64x2.promote_low_f32x4(v128.load32_zero(at));
    low = f64x2.add(low, f64x2.mul(a, a));
  }
  const sum = f64x2.add(low, high);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** g' = factor · g */
export function scale(count: i32, g: usize, to: usize, factor: f32): void {
  const f = f32x4.splat(factor);
  let at: usize = 0;
  for (const end = <usize>(count & ~3) * 4; at < end; at += 16) v128.store(to + at, f32x4.mul(v128.load(g + at), f));
  for (const end = <usize>count * 4; at < end; at += 4) v128.store32_lane(to + at, f32x4.mul(v128.load32_zero(g + at), f), 0);
}
