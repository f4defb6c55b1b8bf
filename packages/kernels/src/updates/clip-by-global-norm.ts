import {
  add,
  div,
  maximum,
  mul,
  type Scalar,
  scalar,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  tidy,
} from '@tensorflow/tfjs-core';
import { checkShape } from '../checks';
import { chooseKernel, type KernelMode } from '../fused-kernels';
import { KernelError } from '../kernel-error';

export interface ClipByGlobalNormArgs {
  readonly gradients: readonly Tensor[];
  /** A finite number above 0. */
  readonly clipNorm: number;
  /** Default: `auto`. */
  readonly kernel?: KernelMode | undefined;
}

export interface ClipByGlobalNormResult {
  /** Of the same shapes. */
  readonly gradients: readonly Tensor[];
  /** `[]`, before clipping. */
  readonly norm: Scalar;
}

/**
 * Gradients shortened together, where they are longer than `clipNorm`, so that their direction stays; as `tf.clip_by_global_norm`:
 *
 *     norm = √Σ g², over all gradients;   g' = g · clipNorm / max(norm, clipNorm)
 *
 * A norm that is infinite or NaN, also one whose square no float32 holds, makes every gradient NaN.
 */
export function clipByGlobalNorm(args: ClipByGlobalNormArgs): ClipByGlobalNormResult {
  const op = 'clipByGlobalNorm';
  if (!(Number.isFinite(args.clipNorm) && args.clipNorm > 0))
    throw new KernelError(op, 'clipNorm to be a finite number above 0', `${args.clipNorm}`);
  for (const [k, g] of args.gradients.entries()) checkShape(op, `gradients[${k}]`, g, g.shape);
  const { kernel } = chooseKernel(op, undefined, args.kernel);
  return tidy(() => {
    const { gradients, norm } = kernel === undefined ? clipReference(args) : kernel.run(args);
    return { gradients: [...gradients], norm };
  });
}

function clipReference({ gradients, clipNorm }: ClipByGlobalNormArgs): ClipByGlobalNormResult {
  // Not by addN, which on WebGPU takes no more than seven.
  const squares = gradients.map((g) => sum<Scalar>(square(g)));
  const norm = sqrt<Scalar>(squares.reduce((total, term) => add(total, term), scalar(0)));
  // norm - norm is 0, or NaN where the norm is not finite.
  const factor = add(div(clipNorm, maximum(norm, clipNorm)), sub(norm, norm));
  return { gradients: gradients.map((g) => mul(g, factor)), norm };
}
