import {
  engine as core,
  type KernelBackend,
  type NamedTensorMap,
  registerGradient,
  registerKernel,
  type Tensor,
  type Tensor3D,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { LayeredSequenceArgs, LayeredSequenceResult } from '../layered/layered-sequences';
import type { SequenceLayer } from '../layered/sequence-layer';
import { awaitGradient, differentiatedOnce, done, freeDropped, isTaped } from '../tape';
import { engine } from './engine';
import { hostBackends } from './host-backends';
import { ownsNumbers, viewTensor, writeTensor } from './host-data';
import type { KindLayer } from './kinds/kind';
import { type KindName, kindNames, kinds } from './kinds/kinds';
import { gradientsOfLayer, layerInputs, weightIds } from './layer-tensors';
import type { StackGradients, StackOptions, StackResult } from './stack-inputs';
import { runBackward, runForward, StackPass } from './stack-pass';

const kernelName = 'RnnLayeredSequences';

interface LayerAttributes extends KindLayer {
  readonly kind: KindName;
}

interface StackAttributes extends Omit<StackOptions, 'steps' | 'batch' | 'inputs'> {
  readonly x: Tensor3D;
  readonly layers: readonly LayerAttributes[];
}

interface Attributes {
  /** With their tensors, which are also the kernel's inputs, under names. */
  readonly stacks: readonly StackAttributes[];
  /** The forward run leaves its passes here for the backward run; TensorFlow.js hands both this object. */
  passes?: readonly StackPass[];
}

/** The names of the operation's inputs: those of a stack, and of a layer's tensors. */
const inputsOf = (stack: number): string => `inputs ${stack}`;
const nameOf = (stack: number, layer: number, name: string): string => `${name} ${stack}.${layer}`;

/** One TensorFlow.js kernel for any number of stacks of any recurrences. */
export function registerStackKernel(): void {
  for (const backendName of hostBackends) {
    registerKernel({
      ...{ kernelName, backendName },
      kernelFunc: ({ attrs, backend }) => forward(attrs as unknown as Attributes, backend as KernelBackend),
    });
  }
  registerGradient({
    kernelName,
    gradFunc: (dys, _saved, attrs) => gradients([dys].flat(), attrs as unknown as Attributes),
  });
}

function forward(attributes: Attributes, backend: KernelBackend): TensorInfo[] {
  freeDropped();
  engine().weights.sweep();
  const taped = isTaped();
  const keeps = !taped && ownsNumbers(backend);
  const passes = attributes.stacks.map(({ x, layers, ...options }) => {
    const [first, second, width] = x.shape;
    const [steps, batch] = options.batchMajor ? [second, first] : [first, second];
    return new StackPass({
      ...{ ...options, steps, batch, inputs: width, x: viewTensor(backend, x) },
      layers: layers.map(({ tensors, ...layer }) => ({
        ...{ ...layer, ...layerInputs(kinds[layer.kind], tensors, (tensor) => viewTensor(backend, tensor)) },
        ...(keeps && { data: { backend, ids: weightIds(kinds[layer.kind], tensors) } }),
      })),
    });
  });
  const results = runForward(passes, taped);
  if (taped) {
    attributes.passes = passes;
    for (const pass of passes) awaitGradient(pass);
  }
  return results.flatMap(({ out, states }, i) => {
    const shapes = passes[i]?.shapes as StackPass['shapes'];
    return [
      ...(out === undefined ? [] : [writeTensor(backend, out, shapes.out)]),
      ...states.flatMap(({ c, h }, k) => [
        ...(c === undefined ? [] : [writeTensor(backend, c, shapes.states[k]?.c as number[])]),
        writeTensor(backend, h, shapes.states[k]?.h as number[]),
      ]),
    ];
  });
}

function gradients(dys: readonly Tensor[], { passes = [], stacks }: Attributes): Record<string, () => Tensor> {
  const ops = new Set(stacks.flatMap(({ layers }) => layers.map(({ kind }) => `${kinds[kind].type}Sequence`)));
  differentiatedOnce(ops.size === 1 ? ([...ops][0] as string) : 'layeredSequences');
  const { backend } = core();
  let made: StackGradients[] | undefined;
  // TensorFlow.js asks for the gradients it needs in the order of the inputs: the sequences first, then the layers upward. So the first shows
  // how far down it needs them. It takes all of them before it calls anything else, so views of the engine's memory hold.
  const run = (withX: boolean, lowest: number): StackGradients[] => {
    if (made === undefined) {
      for (const pass of passes) done(pass);
      made = runBackward(
        passes,
        resultsOf(
          stacks,
          dys.map((dy) => viewTensor(backend, dy)),
        ),
        withX,
        lowest,
      );
    }
    return made;
  };
  const functions: Record<string, () => Tensor> = {};
  const give = (name: string, { shape }: Tensor, view: () => Float32Array | undefined): void => {
    functions[name] = () => core().makeTensorFromTensorInfo(writeTensor(backend, view() as Float32Array, shape));
  };
  for (const [i, { x, layers }] of stacks.entries()) {
    give(inputsOf(i), x, () => run(true, 0)[i]?.x);
    for (const [k, { kind, tensors }] of layers.entries()) {
      for (const [name, pick] of gradientsOfLayer(kinds[kind], (name) => tensors[name]?.size)) {
        give(nameOf(i, k, name), tensors[name] as Tensor, () => {
          const layer = run(false, k)[i]?.layers[k];
          return layer && pick(layer);
        });
      }
    }
  }
  return functions;
}

/** The results' gradients, which come in the order of the results. */
function resultsOf(stacks: readonly StackAttributes[], arrays: readonly Float32Array[]): StackResult[] {
  const left = [...arrays];
  const next = (): Float32Array => left.shift() as Float32Array;
  return stacks.map(({ returnSequences, layers }) => ({
    ...(returnSequences && { out: next() }),
    states: layers.map(({ kind }) => ({ ...(kinds[kind].hasCell && { c: next() }), h: next() })),
  }));
}

/** Runs stacks on checked arguments, at once. */
export function runStacks(stacks: readonly LayeredSequenceArgs[]): LayeredSequenceResult[] {
  const attributes: Attributes = {
    stacks: stacks.map((args): StackAttributes => {
      const { lengths, reverse = false, timeMajor = true, returnSequences = true, swapMemory = false } = args;
      return {
        ...{ lengths: lengths && Array.from(lengths), reverse, batchMajor: !timeMajor, returnSequences, swapMemory },
        ...{ x: args.inputs, layers: args.layers.map(takeLayer) },
      };
    }),
  };
  // A copy: the tape keeps the list itself.
  const results = core().runKernel(kernelName, inputsOfKernel(attributes), attributes as never);
  const left = [...(results as unknown as Tensor[])];
  const next = <T extends Tensor>(): T => left.shift() as T;
  return attributes.stacks.map(({ returnSequences, layers }) => ({
    ...(returnSequences && { outputs: next() }),
    states: layers.map(({ kind }) => ({ ...(kinds[kind].hasCell && { c: next() }), h: next() })),
  })) as unknown as LayeredSequenceResult[];
}

/** The sequences, then all first layers' tensors, all second ones': the order in which gradients are asked for. */
function inputsOfKernel({ stacks }: Attributes): NamedTensorMap {
  const inputs: NamedTensorMap = {};
  for (const [i, { x }] of stacks.entries()) inputs[inputsOf(i)] = x;
  const most = Math.max(...stacks.map(({ layers }) => layers.length));
  for (let k = 0; k < most; k++)
    for (const [i, { layers }] of stacks.entries())
      for (const [name, tensor] of Object.entries(layers[k]?.tensors ?? {})) inputs[nameOf(i, k, name)] = tensor;
  return inputs;
}

function takeLayer(layer: SequenceLayer): LayerAttributes {
  for (const kind of kindNames) {
    const taken = kinds[kind].take(layer);
    if (taken !== undefined) return { kind, ...taken };
  }
  throw new Error(`takeLayer: the engine has no ${layer.type}`);
}
