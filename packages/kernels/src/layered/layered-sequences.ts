import { type Tensor3D, type TensorContainer, tidy } from '@tensorflow/tfjs-core';
import { checkSequence } from '../checks';
import { chooseKernel, type FusedKernel, type LayerFacts } from '../fused-kernels';
import { gruFacts, gruSequences } from '../gru/gru-sequence';
import { KernelError } from '../kernel-error';
import { lstmFacts, lstmSequences } from '../lstm/lstm-sequence';
import { rnnFacts, rnnSequences } from '../rnn/rnn-sequence';
import { kernelFor } from '../run-sequences';
import { type SequenceArgs, scheduleFacts, sizesOf } from '../sequence';
import type { LayerState, SequenceLayer } from './sequence-layer';

/** Layers on top of each other. Lengths, direction and options hold for all; `returnSequences` is the last layer's. */
export interface LayeredSequenceArgs extends SequenceArgs {
  /** The lowest first: the outputs of one are the inputs of the next. */
  readonly layers: readonly SequenceLayer[];
}

export interface LayeredSequenceResult {
  /** The last layer's, `[T, B, P]`, or `[B, T, P]`; undefined where `returnSequences` is false. */
  readonly outputs?: Tensor3D;
  /** Each layer's, after each row's last valid step. */
  readonly states: readonly LayerState[];
}

/**
 * Stacks of recurrent layers that do not need each other, such as both directions of a bidirectional network, each over a whole sequence:
 *
 *     x_0 = inputs;   x_k+1, state_k = sequence of layer k over x_k
 *
 * Layers of any kinds stand on each other. At once where a fused kernel runs all of them, and what passes between the layers is then never made
 * as a tensor; layer by layer where not. Differentiable in the inputs, the initial states and every weight. Throws `KernelError` for shapes,
 * lengths or a kernel that do not fit, before anything is computed.
 */
export function layeredSequences(stacks: readonly LayeredSequenceArgs[]): LayeredSequenceResult[] {
  const kernels = stacks.map(kernelOf);
  const [kernel] = kernels;
  const atOnce = kernel !== undefined && kernels.every((other) => other === kernel);
  // A fused kernel frees what it does not return.
  if (atOnce) return kernel.run(stacks);
  return tidy(() => layerByLayer(stacks) as unknown as TensorContainer) as unknown as LayeredSequenceResult[];
}

/** The kernel that runs a whole stack, if any: there is none where a layer has none. */
function kernelOf(args: LayeredSequenceArgs): FusedKernel<'layeredSequence'> | undefined {
  if (args.layers.length === 0) throw new KernelError('layeredSequences', 'at least one layer', 'none');
  checkSequence('layeredSequences', args);
  const facts = factsOf(args);
  const kernels = facts.map((layer) => kernelFor(`${layer.type}Sequence`, layer, args));
  if (kernels.includes(undefined)) return undefined;
  return chooseKernel('layeredSequence', facts, 'auto').kernel;
}

function factsOf({ layers, ...args }: LayeredSequenceArgs): LayerFacts[] {
  const [steps, batchSize, first] = sizesOf(args);
  let inputSize = first;
  return layers.map((layer): LayerFacts => {
    const sizes = [steps, batchSize, inputSize] as const;
    const facts = factsOfLayer(layer, sizes);
    inputSize = facts.numProj ?? facts.numUnits;
    return { ...facts, ...scheduleFacts(args), type: layer.type };
  });
}

function factsOfLayer(layer: SequenceLayer, sizes: readonly [number, number, number]) {
  if (layer.type === 'lstm') return lstmFacts(layer, sizes);
  return layer.type === 'gru' ? gruFacts(layer, sizes) : rnnFacts(layer, sizes);
}

/** A layer's sequence, one of several of its type. */
interface LayerResult extends LayerState {
  readonly outputs?: Tensor3D;
}

/** Several sequences of one type of layer, on arguments that hold what its operation takes. */
const operations = {
  lstm: lstmSequences,
  gru: gruSequences,
  rnn: rnnSequences,
} as unknown as Readonly<Record<SequenceLayer['type'], (sequences: readonly SequenceArgs[]) => LayerResult[]>>;

/** Layer by layer, those of all stacks at once where they are of one type. */
function layerByLayer(stacks: readonly LayeredSequenceArgs[]): LayeredSequenceResult[] {
  const types = stacks.map(({ layers }) => layers.map(({ type }) => type).join());
  if (types.some((type) => type !== types[0])) return stacks.flatMap((stack) => layerByLayer([stack]));
  let below = stacks.map(({ inputs }) => inputs);
  const states = stacks.map((): LayerState[] => []);
  for (const [k, { type }] of (stacks[0]?.layers ?? []).entries()) {
    const results = operations[type](
      stacks.map(({ layers, ...args }, i) => ({
        ...{ ...args, ...layers[k], inputs: below[i] as Tensor3D },
        returnSequences: k < layers.length - 1 || args.returnSequences !== false,
      })),
    );
    for (const [i, { outputs: _, ...state }] of results.entries()) states[i]?.push(state);
    below = results.map(({ outputs }) => outputs as Tensor3D);
  }
  return stacks.map(({ returnSequences }, i) => ({
    ...(returnSequences !== false && { outputs: below[i] as Tensor3D }),
    states: states[i] as LayerState[],
  }));
}
