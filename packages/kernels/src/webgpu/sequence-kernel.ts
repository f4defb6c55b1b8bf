import {
  clone,
  concat,
  engine as core,
  dispose,
  keep,
  matMul,
  type NamedTensorMap,
  ones,
  registerGradient,
  registerKernel,
  reshape,
  slice,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tensor1d,
  tidy,
  transpose,
} from '@tensorflow/tfjs-core';
import { KernelError } from '../kernel-error';
import { awaitGradient, differentiatedOnce, done, freeDropped, isTaped, type Kept } from '../tape';
import type { Recurrence, ShaderOptions, WeightGradient } from './recurrence';
import { runSequenceShader, type Sections, type SequenceSizes } from './sequence-shader';
import type { WebgpuBackend } from './webgpu-backend';

/** What is not a tensor of a sequence. */
export interface SequenceAttributes {
  readonly operation: string;
  readonly sizes: SequenceSizes;
  readonly lengths: readonly number[] | undefined;
  readonly returnSequences: boolean;
  readonly relu: boolean;
  readonly forgetBias: number;
  readonly cellClip: number | undefined;
  readonly projClip: number | undefined;
  /** The forward run leaves this here for the backward run; TensorFlow.js hands both this object. */
  kept?: KeptResult;
}

interface KeptResult extends Kept {
  readonly result: Tensor1D;
  readonly sections: Sections;
  readonly weights: NamedTensorMap;
  readonly inputShapes: Readonly<Record<string, number[]>>;
  /** The result and the weights. */
  readonly tensors: readonly Tensor[];
}

const kernelNameOf = (name: string): string => `RnnWebgpu${name}`;

const optionsOf = (
  { returnSequences, cellClip, projClip, relu }: SequenceAttributes,
  inputs: Readonly<Record<string, unknown>>,
  training: boolean,
): ShaderOptions => ({
  ...{ returnSequences, training, relu, cellClip: cellClip !== undefined, projClip: projClip !== undefined },
  initialState: inputs.h !== undefined,
  peepholes: inputs.peepholes !== undefined,
  projection: inputs.projection !== undefined,
});

const limitsOf = ({ forgetBias, cellClip = 0, projClip = 0 }: SequenceAttributes) => ({
  forgetBias,
  cellClip,
  projClip,
});

const lengthsOf = ({ lengths }: SequenceAttributes): Tensor1D | undefined => lengths && tensor1d([...lengths], 'int32');

/** Registers a recurrence as a differentiable TensorFlow.js kernel of `projected`, its weights and the state. */
export function registerRecurrence(name: string, recurrence: Recurrence): void {
  const kernelName = kernelNameOf(name);
  const { hasCell } = recurrence;
  registerKernel({
    kernelName,
    backendName: 'webgpu',
    kernelFunc: ({ inputs: infos, attrs, backend }) => {
      const inputs = infos as unknown as NamedTensorMap;
      const attributes = attrs as unknown as SequenceAttributes;
      freeDropped();
      const taped = isTaped();
      return tidy(() => {
        const { h, c, projected, ...weights } = inputs;
        const options = optionsOf(attributes, inputs, taped);
        const { result, sections } = runSequenceShader(
          backend as WebgpuBackend,
          name,
          recurrence.forward(options),
          options,
          attributes.sizes,
          {
            inputs: { projected, ...weights, ...(h && { initialH: h }), ...(c && { initialC: c }) } as NamedTensorMap,
            lengths: lengthsOf(attributes),
            backward: false,
            limits: limitsOf(attributes),
          },
        );
        if (taped) {
          const copies = Object.entries(weights).map(([weight, t]) => [weight, keep(clone(t as Tensor))]);
          const weightsKept = Object.fromEntries(copies) as NamedTensorMap;
          const tensors = [keep(result), ...Object.values(weightsKept)];
          const kept = {
            ...{ result, sections, weights: weightsKept, tensors },
            inputShapes: Object.fromEntries(Object.entries(inputs).map(([input, { shape }]) => [input, shape])),
            free: () => dispose(tensors),
          };
          attributes.kept = kept;
          awaitGradient(kept);
        }
        const { steps, batch, timeMajor } = attributes.sizes;
        const [first, second] = timeMajor ? [steps, batch] : [batch, steps];
        const read = (section: string, firstRow?: number): { flat: Tensor1D; shape: [number, number] } =>
          sections.read(result, section, firstRow, section === 'h' ? batch : undefined);
        const matrix = ({ flat, shape }: { flat: Tensor1D; shape: [number, number] }): Tensor2D => reshape(flat, shape);
        const outputs = attributes.returnSequences ? [read('outputs')] : [];
        return [
          ...outputs.map(({ flat, shape }) => reshape(flat, [first, second, shape[1]])),
          ...(hasCell ? [matrix(read('c'))] : []),
          matrix(read('h', (steps % 2) * batch)),
        ];
      });
    },
  });

  registerGradient({
    kernelName,
    gradFunc: (dys, _saved, attrs) => {
      const attributes = attrs as unknown as SequenceAttributes;
      differentiatedOnce(attributes.operation);
      return gradientsOf(name, recurrence, attributes, [dys].flat());
    },
  });
}

/** Runs the backward shader, and says how the gradient of each input follows from its result. */
function gradientsOf(
  name: string,
  recurrence: Recurrence,
  attributes: SequenceAttributes,
  dys: readonly Tensor[],
): Record<string, () => Tensor> {
  const { kept, returnSequences, sizes } = attributes;
  if (kept === undefined) throw new KernelError(attributes.operation, 'to be differentiated once', 'a second time');
  const { sections: keptSections, inputShapes } = kept;
  // Copies in the scope of the backward run, which frees them when it ends: the gradients of weights are computed as they are asked for.
  const keptResult = clone(kept.result);
  const weights = Object.fromEntries(Object.entries(kept.weights).map(([weight, t]) => [weight, clone(t)]));
  kept.free();
  done(kept);
  const left = [...dys];
  const dOutputs = returnSequences ? left.shift() : undefined;
  const dStates = recurrence.hasCell ? [left[1], left[0]] : left;
  const options = optionsOf(attributes, inputShapes, true);
  const { result, sections } = runSequenceShader(
    core().backend as WebgpuBackend,
    name,
    recurrence.backward(options),
    options,
    sizes,
    {
      inputs: {
        kept: keptResult,
        ...Object.fromEntries(Object.entries(weights).map(([weight, t]) => [weight, t.rank === 2 ? transpose(t) : t])),
        ...(dOutputs && { dOutputs }),
        dStates: concat(dStates.map((d) => reshape(d as Tensor, [-1]))),
      },
      lengths: lengthsOf(attributes),
      backward: true,
      kept: keptSections,
      limits: limitsOf(attributes),
    },
  );
  const read = (section: string): Tensor2D => {
    const { flat, shape } = sections.read(result, section);
    return reshape(flat, shape);
  };
  const ofWeight = (weight: string): Tensor => {
    const { of, to, columns } = recurrence.weights[weight] as WeightGradient;
    const [first, count] = (columns ?? [0, 0]).map((n) => n * sizes.units) as [number, number];
    const gradient = columns === undefined ? read(to) : slice(read(to), [0, first], [-1, count]);
    const shape = inputShapes[weight] as number[];
    if (of === undefined) return reshape(matMul(ones([1, gradient.shape[0]]), gradient), shape);
    const { flat, shape: rows } = keptSections.read(keptResult, of);
    return matMul(reshape(flat, rows), gradient, true);
  };
  return Object.fromEntries([
    ['projected', () => read('dGates')],
    ...Object.keys(weights).map((weight) => [weight, () => ofWeight(weight)]),
    ...(inputShapes.h ? [['h', () => read('dH')]] : []),
    ...(inputShapes.c ? [['c', () => read('dC')]] : []),
  ]);
}
