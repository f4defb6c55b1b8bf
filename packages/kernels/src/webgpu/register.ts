import {
  add,
  backend as backendInUse,
  concat,
  engine as core,
  matMul,
  type NamedTensorMap,
  reshape,
  slice,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  tensor,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { registerFusedKernel, type SequenceFacts } from '../fused-kernels';
import { type SequenceArgs, sizesOf } from '../sequence';
import { saveOnTape } from '../tape';
import { device } from './device';
import { gru } from './gru';
import { gruResetAfter } from './gru-reset-after';
import { lstm } from './lstm';
import type { Recurrence, ShaderOptions } from './recurrence';
import { rnn } from './rnn';
import { registerRecurrence, type SequenceAttributes } from './sequence-kernel';
import { Sections } from './sequence-shader';
import type { WebgpuBackend } from './webgpu-backend';

const recurrences = { Lstm: lstm, Gru: gru, GruResetAfter: gruResetAfter, Rnn: rnn } as const;
type Name = keyof typeof recurrences;

interface Sequence {
  readonly args: SequenceArgs;
  /** `[D, gates · H]` and `[gates · H]`. */
  readonly inputKernel: Tensor2D;
  readonly inputBias: Tensor1D;
  /** The recurrence's weights and the state. */
  readonly tensors: NamedTensorMap;
  readonly units: number;
  readonly outputs?: number;
  readonly constants?: Partial<Pick<SequenceAttributes, 'forgetBias' | 'cellClip' | 'projClip' | 'relu'>>;
}

/** The inputs' product by stock operations, for all steps as one, and the recurrence on it. */
function run(operation: string, name: Name, sequence: Sequence): { outputs: Tensor3D; c: Tensor2D; h: Tensor2D } {
  const { args, inputKernel, inputBias, tensors, units, outputs = units, constants } = sequence;
  const { lengths, reverse = false, timeMajor = true, returnSequences = true } = args;
  const [steps, batch, inputSize] = sizesOf(args);
  const flat = reshape(withoutPadding(args), [steps * batch, inputSize]) as Tensor2D;
  const projected = add(matMul(flat, inputKernel), inputBias);
  const attributes: SequenceAttributes = {
    ...{ operation, lengths: lengths && Array.from(lengths), returnSequences },
    sizes: { steps, batch, units, outputs, timeMajor, reverse },
    ...{ relu: false, forgetBias: 0, cellClip: undefined, projClip: undefined, ...constants },
  };
  const results = core().runKernel(`RnnWebgpu${name}`, { projected, ...tensors }, attributes as never);
  if (attributes.kept) saveOnTape(attributes.kept.tensors);
  const left = [...([results].flat() as Tensor[])];
  return {
    ...(returnSequences && { outputs: left.shift() }),
    ...(recurrences[name].hasCell && { c: left.shift() }),
    h: left.shift(),
  } as { outputs: Tensor3D; c: Tensor2D; h: Tensor2D };
}

/** Zeros past each row's length: what is not finite there would reach the weights as 0 · NaN. */
function withoutPadding({ inputs, lengths, timeMajor = true }: SequenceArgs): Tensor3D {
  if (lengths === undefined) return inputs;
  const [first, second] = inputs.shape;
  const valid = Array.from({ length: first * second }, (_, i) => {
    const [a, b] = [Math.floor(i / second), i % second];
    return timeMajor ? a < (lengths[b] as number) : b < (lengths[a] as number);
  });
  return where(tensor(valid, [first, second, 1], 'bool'), inputs, zerosLike(inputs));
}

const rowsOf = (kernel: Tensor2D, from: number, count: number): Tensor2D => slice(kernel, [from, 0], [count, -1]);

function unsupported(
  recurrence: Recurrence,
  facts: SequenceFacts,
  activations: readonly string[],
  weights: readonly number[],
): string | undefined {
  const { steps, batchSize, inputSize, activation, swapMemory } = facts;
  if (steps === 0 || batchSize === 0 || inputSize === 0) return 'there is nothing to compute';
  if (typeof activation === 'function') return 'the activation is a function of the caller’s own';
  if (!activations.includes(activation)) return `the WebGPU kernels have no ${activation} activation here`;
  if (swapMemory) return 'the WebGPU kernels have no swapMemory: they keep every state';
  const { limits } = (backendInUse() as WebgpuBackend).device;
  const bytes = 4 * Math.max(...weights, ...buffersOf(recurrence, facts));
  const most = limits.maxStorageBufferBindingSize ?? 0;
  if (bytes > most) return `it takes a buffer of up to ${bytes} bytes, and the adapter binds ${most} at most`;
  if (batchSize > 4 * (limits.maxComputeWorkgroupsPerDimension ?? 0))
    return 'the batch has more rows than the adapter has workgroups';
  return undefined;
}

/** How many numbers the buffers of a training step hold, besides those of its weights: the inputs, their products, and what the two shaders leave. */
function buffersOf(recurrence: Recurrence, facts: SequenceFacts): number[] {
  const { steps, batchSize: batch, inputSize, numUnits: units, numProj, cellClip, projClip } = facts;
  const sizes = { steps, batch, units, outputs: numProj ?? units, timeMajor: true, reverse: false };
  const options: ShaderOptions = {
    ...{ returnSequences: true, training: true, initialState: true, relu: false },
    ...{ peepholes: facts.usePeepholes === true, projection: numProj !== undefined },
    ...{ cellClip: cellClip !== undefined, projClip: projClip !== undefined },
  };
  const shaders = [recurrence.forward(options), recurrence.backward(options)];
  return [
    steps * batch * inputSize,
    steps * batch * recurrence.gates * units,
    ...shaders.map(({ sections }) => new Sections(sections, sizes).size),
  ];
}

/** Registers the kernels for TensorFlow.js' `webgpu` backend. */
export function registerWebgpu(): void {
  for (const [name, recurrence] of Object.entries(recurrences) as [Name, Recurrence][]) {
    registerRecurrence(name, recurrence);
  }
  const backend = 'webgpu';
  registerFusedKernel({
    ...{ op: 'lstmSequence', backend, device },
    unsupported: (facts) => {
      const { inputSize, numUnits, numProj = numUnits } = facts;
      const weights = [(inputSize + numProj) * 4 * numUnits, numUnits * numProj];
      return unsupported(lstm, facts, ['tanh'], weights);
    },
    run: (sequences) =>
      sequences.map(({ initialState, weights, forgetBias = 1, cellClip, projClip, ...args }) => {
        const { kernel, bias, peepholes, projection } = weights;
        const inputSize = args.inputs.shape[2];
        const outputs = kernel.shape[0] - inputSize;
        return run('lstmSequence', 'Lstm', {
          args,
          ...{ inputKernel: rowsOf(kernel, 0, inputSize), inputBias: bias },
          tensors: {
            kernel: rowsOf(kernel, inputSize, outputs),
            ...(peepholes && { peepholes: concat([peepholes.i, peepholes.f, peepholes.o]) }),
            ...(projection && { projection }),
            ...initialState,
          },
          ...{ units: bias.shape[0] / 4, outputs },
          constants: { forgetBias, cellClip, projClip: projection && projClip },
        });
      }),
  });
  registerFusedKernel({
    ...{ op: 'gruSequence', backend, device },
    unsupported: (facts) => {
      const { inputSize, numUnits, resetAfter = false } = facts;
      // The gates' as they are given, and those that are joined.
      const joined = (resetAfter ? Math.max(inputSize, numUnits) : inputSize) * 3 * numUnits;
      const weights = [(inputSize + numUnits) * 2 * numUnits, joined];
      return unsupported(resetAfter ? gruResetAfter : gru, facts, ['tanh'], weights);
    },
    run: (sequences) =>
      sequences.map((args) => {
        const { initialState: h, weights } = args;
        const units = weights.gatesBias.shape[0] / 2;
        const inputSize = args.inputs.shape[2];
        const state = h && { h };
        const gates = [
          rowsOf(weights.gatesKernel, 0, inputSize),
          rowsOf(weights.gatesKernel, inputSize, units),
        ] as const;
        if (args.resetAfter) {
          const { candidateInputKernel, candidateInputBias, candidateHiddenKernel, candidateHiddenBias } = args.weights;
          return run('gruSequence', 'GruResetAfter', {
            args,
            inputKernel: concat([gates[0], candidateInputKernel], 1),
            inputBias: concat([weights.gatesBias, candidateInputBias]),
            tensors: {
              kernel: concat([gates[1], candidateHiddenKernel], 1),
              ...{ hiddenBias: candidateHiddenBias, ...state },
            },
            units,
          });
        }
        const { candidateKernel, candidateBias } = args.weights;
        return run('gruSequence', 'Gru', {
          args,
          inputKernel: concat([gates[0], rowsOf(candidateKernel, 0, inputSize)], 1),
          inputBias: concat([weights.gatesBias, candidateBias]),
          tensors: { kernel: gates[1], kernel2: rowsOf(candidateKernel, inputSize, units), ...state },
          units,
        });
      }),
  });
  registerFusedKernel({
    ...{ op: 'rnnSequence', backend, device },
    unsupported: (facts) => {
      const { inputSize, numUnits } = facts;
      return unsupported(rnn, facts, ['tanh', 'relu'], [(inputSize + numUnits) * numUnits]);
    },
    run: (sequences) =>
      sequences.map(({ initialState: h, weights: { kernel, bias }, activation, ...args }) => {
        const inputSize = args.inputs.shape[2];
        const units = bias.shape[0];
        return run('rnnSequence', 'Rnn', {
          args,
          ...{ inputKernel: rowsOf(kernel, 0, inputSize), inputBias: bias },
          tensors: { kernel: rowsOf(kernel, inputSize, units), ...(h && { h }) },
          units,
          constants: { relu: activation === 'relu' },
        });
      }),
  });
}
