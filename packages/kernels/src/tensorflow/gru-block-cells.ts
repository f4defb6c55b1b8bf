import {
  add,
  concat,
  engine as core,
  dispose,
  expandDims,
  matMul,
  mul,
  registerGradient,
  registerKernel,
  reshape,
  slice,
  stack,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  tidy,
  unstack,
} from '@tensorflow/tfjs-core';
import { differentiatedOnce, freeDropped, isTaped } from '../tape';
import { runNative, type TensorflowBackend } from './run-native';

const kernelName = 'RnnTensorflowGRUBlockCells';

/** What the operation takes: `x [T, B, D]`, `h [B, H]`, and GRUBlockCell's weights. */
export interface GruBlockInputs {
  readonly x: Tensor3D;
  readonly h: Tensor2D;
  readonly w_ru: Tensor2D;
  readonly w_c: Tensor2D;
  readonly b_ru: Tensor1D;
  readonly b_c: Tensor1D;
}
const inputNames = ['x', 'h', 'w_ru', 'w_c', 'b_ru', 'b_c'] as const;

const sizesOf = ({ x, h }: GruBlockInputs) => ({ T: x.shape[0], B: x.shape[1], D: x.shape[2], H: h.shape[1] });

/** Registers GRUBlockCell over a whole sequence, for which TensorFlow has no op, as a differentiable TensorFlow.js kernel. */
export function registerGruBlockCells(): void {
  registerKernel({
    ...{ kernelName, backendName: 'tensorflow' },
    kernelFunc: ({ inputs, backend }) => {
      freeDropped();
      const taped = isTaped();
      return tidy(() => forward(backend as TensorflowBackend, inputs as unknown as GruBlockInputs, taped));
    },
  });
  registerGradient({
    kernelName,
    inputsToSave: [...inputNames],
    outputsToSave: [true, true, true, true],
    gradFunc: (dys, saved) => {
      differentiatedOnce('gruSequence');
      const inputs = Object.fromEntries(inputNames.map((name, k) => [name, saved[k]])) as unknown as GruBlockInputs;
      const kept = saved.slice(inputNames.length) as Tensor3D[];
      return backward(core().backend as TensorflowBackend, inputs, kept, (dys as Tensor3D[])[0] as Tensor3D);
    },
  });
}

/** The outputs h of all steps; for a gradient r, u and the candidate c of them too. Each `[T, B, H]`. */
function forward(backend: TensorflowBackend, inputs: GruBlockInputs, taped: boolean): Tensor[] {
  const { x, h, ...weights } = inputs;
  const sizes = sizesOf(inputs);
  const each: Tensor[][] = [];
  let h_prev: Tensor = h;
  for (const step of unstack(x)) {
    const results = runNative(backend, 'GRUBlockCell', sizes, { x: step, h_prev, ...weights }, {});
    const { r, u, c } = results;
    if (!taped) dispose([r, u, c]);
    each.push(taped ? [results.h, r, u, c] : [results.h]);
    h_prev = results.h;
  }
  return (each[0] as Tensor[]).map((_, k) => stack(each.map((results) => results[k] as Tensor)));
}

/**
 * The op gives the gradients of the gates before their activations; those of the weights are one product over all steps:
 *
 *     d w_ru = [x, h]ᵀ · d ru;   d w_c = [x, r ⊙ h]ᵀ · d c        h: the state before the step
 */
function backward(
  backend: TensorflowBackend,
  inputs: GruBlockInputs,
  [hs, rs, us, cs]: readonly Tensor3D[],
  dHs: Tensor3D,
): Record<keyof GruBlockInputs, () => Tensor> {
  const { x, h, ...weights } = inputs;
  const sizes = sizesOf(inputs);
  const { T, B, D, H } = sizes;
  const before = concat([expandDims(h, 0) as Tensor3D, slice(hs as Tensor3D, 0, T - 1)], 0);
  const steps = [x, before, rs, us, cs, dHs].map((each) => unstack(each as Tensor3D));
  const d: Record<'x' | 'ru' | 'c', Tensor[]> = { x: [], ru: [], c: [] };
  let dH: Tensor | undefined;
  for (let t = T - 1; t >= 0; t--) {
    const [xt, h_prev, r, u, c, dOut] = steps.map((each) => each[t]) as [
      Tensor,
      Tensor,
      Tensor,
      Tensor,
      Tensor,
      Tensor,
    ];
    const given = { x: xt, h_prev, ...weights, r, u, c, d_h: dH === undefined ? dOut : add(dOut, dH) };
    const results = runNative(backend, 'GRUBlockCellGrad', sizes, given, {});
    d.x.unshift(results.d_x);
    d.ru.unshift(results.d_r_bar_u_bar);
    d.c.unshift(results.d_c_bar);
    dH = results.d_h_prev;
  }
  const flat = (all: Tensor, width: number): Tensor2D => reshape(all, [T * B, width]);
  const [dRu, dC] = [flat(stack(d.ru), 2 * H), flat(stack(d.c), H)];
  const ofWeights = (state: Tensor, dGates: Tensor2D): Tensor2D =>
    matMul(concat([flat(x, D), flat(state, H)], 1), dGates, true);
  return {
    x: () => stack(d.x),
    h: () => dH as Tensor,
    w_ru: () => ofWeights(before, dRu),
    w_c: () => ofWeights(mul(rs as Tensor3D, before), dC),
    b_ru: () => sum(dRu, 0),
    b_c: () => sum(dC, 0),
  };
}

/** The outputs of all steps, `[T, B, H]`. */
export const runGruBlockCells = (inputs: GruBlockInputs): Tensor3D =>
  (core().runKernel(kernelName, { ...inputs }) as unknown as [Tensor3D])[0];
