import {
  add,
  concat,
  div,
  expandDims,
  mul,
  pow,
  sigmoid,
  slice,
  softmax,
  softplus,
  split,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  tanh,
} from '@tensorflow/tfjs-core';

/** What a controller says to one head, before it is squashed. M is the width of the memory, R how far a head shifts at most. */
export interface HeadParameters {
  /** What is looked for, `[B, M]`. */
  readonly key: Tensor2D;
  /** How sharply it is looked for, `[B, 1]`. */
  readonly strength: Tensor2D;
  /** How much of what is found replaces where the head was, `[B, 1]`. */
  readonly gate: Tensor2D;
  /** By how much the head then moves, `[B, 2R + 1]`: by 0, 1, … R, -R, … -1. */
  readonly shifts: Tensor2D;
  /** How much the result is sharpened, `[B, 1]`. */
  readonly sharpening: Tensor2D;
}

/**
 * Where in `memory [B, N, M]` a head looks next, `[B, N]`, from where it looked: equations 5 to 9 of Graves et al. 2014.
 *
 *     content = softmax(softplus(strength) · cos(tanh(key), memory))
 *     gated = σ(gate) · content + (1 - σ(gate)) · before
 *     shifted_i = Σ_j gated_j · softmax(shifts)_(i - j)                      in a ring: after N - 1 comes 0
 *     address = shifted ^ (1 + softplus(sharpening)), divided by its sum
 */
export function address({ key, ...head }: HeadParameters, memory: Tensor3D, before: Tensor2D): Tensor2D {
  const gate = sigmoid(head.gate);
  const fits = mul(softplus(head.strength), cosines(tanh(key), memory));
  const gated = add<Tensor2D>(mul(gate, softmax(fits)), mul(sub(1, gate), before));
  const sharp = pow<Tensor2D>(shifted(gated, softmax(head.shifts)), add<Tensor>(1, softplus(head.sharpening)));
  return div(sharp, sum(sharp, 1, true));
}

/** The cosine between `key [B, M]` and each row of `memory [B, N, M]`: `[B, N]`, with TensorFlow's 1e-8 against division by 0. */
function cosines(key: Tensor2D, memory: Tensor3D): Tensor2D {
  const products = sum(mul(memory, expandDims(key, 1)), 2);
  const lengths = mul(sqrt(sum(square(memory), 2)), sqrt(sum(square(key), 1, true)));
  return div(products, add(lengths, 1e-8));
}

/** The ring `[B, N]` turned by 0, 1, … R, -R, … -1 places, weighted by `shares [B, 2R + 1]` and added up. */
function shifted(ring: Tensor2D, shares: Tensor2D): Tensor2D {
  const [N, count] = [ring.shape[1], shares.shape[1]];
  const twice = concat([ring, ring], 1);
  return split(shares, count, 1)
    .map((share, k) => {
      const turn = 2 * k < count ? k : k - count;
      return mul<Tensor2D>(slice(twice, [0, (N - turn) % N], [-1, N]), share);
    })
    .reduce((total, part) => add<Tensor2D>(total, part));
}
