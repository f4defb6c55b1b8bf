// The softmax cross-entropy and its gradient by the logits. Four examples at a time, one in each lane, so that no sum runs across lanes.
import { expConstant } from './exp-constants';

/** e^x for x ≤ 0; below -87, where it leaves the normal numbers, 0. NaN stays NaN. */
@inline function exp(x: v128): v128 {
  const low = expConstant(0), magic = expConstant(3);
  const bounded = f32x4.pmax(x, low);
  // n is x / ln 2 rounded to an integer, whose bits end up at the low end of `scaled`.
  const scaled = f32x4.add(f32x4.mul(bounded, expConstant(2)), magic);
  const n = f32x4.sub(scaled, magic);
  const r = f32x4.add(f32x4.add(bounded, f32x4.mul(n, expConstant(4))), f32x4.mul(n, expConstant(5)));
  const p2 = f32x4.add(f32x4.mul(f32x4.add(f32x4.mul(expConstant(6), r), expConstant(7)), r), expConstant(8));
  const p4 = f32x4.add(f32x4.mul(f32x4.add(f32x4.mul(p2, r), expConstant(9)), r), expConstant(10));
  const p = f32x4.add(f32x4.mul(p4, r), expConstant(11));
  const y = f32x4.add(f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r), expConstant(12));
  const power = v128.andnot(i32x4.add(y, i32x4.shl(scaled, 23)), f32x4.lt(x, low));
  return v128.or(power, f32x4.ne(x, x));
}

@inline function log(x: v128): v128 {
  const two = f32x4.replace_lane(f32x4.splat(Mathf.log(f32x4.extract_lane(x, 0))), 1, Mathf.log(f32x4.extract_lane(x, 1)));
  return f32x4.replace_lane(f32x4.replace_lane(two, 2, Mathf.log(f32x4.extract_lane(x, 2))), 3, Mathf.log(f32x4.extract_lane(x, 3)));
}

/** The same class of four rows. */
@inline function gather(at: usize, rowBytes: usize): v128 {
  const two = v128.load32_lane(at + rowBytes, v128.load32_zero(at), 1);
  return v128.load32_lane(at + 3 * rowBytes, v128.load32_lane(at + 2 * rowBytes, two, 2), 3);
}

/**
 * The mean over `batch` rows of -Σ_c labels · log softmax(logits), and its gradient by the logits. `logits`, `labels` and `gradient` are
 * `[batch rounded up to 4, classes]`, zeros in the rows past the batch; `powers` is room for `[classes, 4]`.
 */
export function softmaxCrossEntropy(logits: usize, labels: usize, gradient: usize, powers: usize, batch: i32, classes: i32): f32 {
  const rowBytes = <usize>classes * 4, size = f32x4.splat(<f32>batch);
  let total = f64x2.splat(0);
  for (let row = 0; row < batch; row += 4) {
    let most = gather(logits, rowBytes);
    for (let c: usize = 4; c < rowBytes; c += 4) most = f32x4.max(most, gather(logits + c, rowBytes));
    let sum = f32x4.splat(0), shares = f32x4.splat(0), weighted = f32x4.splat(0);
    for (let c: usize = 0; c < rowBytes; c += 4) {
      const x = f32x4.sub(gather(logits + c, rowBytes), most), share = gather(labels + c, rowBytes);
      const power = exp(x);
      v128.store(powers + 4 * c, power);
      sum = f32x4.add(sum, power);
      shares = f32x4.add(shares, share);
      weighted = f32x4.add(weighted, f32x4.mul(share, x));
    }
    const losses = f32x4.sub(f32x4.mul(shares, log(sum)), weighted);
    total = f64x2.add(total, f64x2.promote_low_f32x4(losses));
    total = f64x2.add(total, f64x2.promote_low_f32x4(v128.shuffle<f32>(losses, losses, 2, 3, 0, 1)));
    const factor = f32x4.div(shares, sum);
    for (let c: usize = 0; c < rowBytes; c += 4) {
      const difference = f32x4.sub(f32x4.mul(v128.load(powers + 4 * c), factor), gather(labels + c, rowBytes));
      const slope = f32x4.div(difference, size);
      v128.store32_lane(gradient + c, slope, 0);
      v128.store32_lane(gradient + c + rowBytes, slope, 1);
      v128.store32_lane(gradient + c + 2 * rowBytes, slope, 2);
      v128.store32_lane(gradient + c + 3 * rowBytes, slope, 3);
    }
    logits += 4 * rowBytes;
    labels += 4 * rowBytes;
    gradient += 4 * rowBytes;
  }
  return <f32>((f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1)) / <f64>batch);
}
