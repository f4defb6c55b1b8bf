import {
  engine as core,
  type KernelBackend,
  type NamedTensorMap,
  registerGradient,
  registerKernel,
  type Tensor,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { KernelError } from '../kernel-error';
import type { LayeredSequenceArgs, LayeredSequenceResult } from '../layered/layered-sequences';
import type { SequenceLayer } from '../layered/sequence-layer';
import { awaitGradient, done, freeDropped, isTaped } from '../tape';
import { engine } from './engine';
import { hostBackends } from './host-backends';
import { ownsNumbers, viewTensor, writeTensor } from './host-data';
import type { KindLayer } from './kinds/kind';
import { type KindName, kinds } from './kinds/kinds';
import { gradientsOfLayer, layerInputs, unitsOfLayer, weightIds } from './layer-tensors';
import type { StackGradients, StackOptions, StackResult } from './stack-inputs';
import { runBackward, runForward, StackPass } from './stack-pass';

const kernelName = 'RnnLayeredSequences';

/** A layer without its tensors. */
interface LayerAttributes extends Omit<KindLayer, 'tensors'> {
  readonly kind: KindName;
}

/** A stack without its tensors. */
interface StackAttributes extends Omit<StackOptions, 'steps' | 'batch' | 'inputs'> {
  readonly layers: readonly LayerAttributes[];
}

interface Attributes {
  readonly stacks: readonly StackAttributes[];
  /** The inputs' shapes, which are their gradients'. */
  readonly shapes: Record<string, number[]>;
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
      kernelFunc: ({ inputs, attrs, backend }) => {
        const given = inputs as unknown as Record<string, TensorInfo>;
        return forward(given, attrs as unknown as Attributes, backend as KernelBackend);
      },
    });
  }
  registerGradient({
    kernelName,
    gradFunc: (dys, _saved, attrs) => gradients([dys].flat(), attrs as unknown as Attributes),
  });
}

function forward(
  inputs: Readonly<Record<string, TensorInfo>>,
  attributes: Attributes,
  backend: KernelBackend,
): TensorInfo[] {
  freeDropped();
  engine().weights.sweep();
  const taped = isTaped();
  const view = (info: TensorInfo): Float32Array => viewTensor(backend, info);
  const passes = attributes.stacks.map(({ layers, ...options }, i) => {
    const x = inputs[inputsOf(i)] as TensorInfo;
    const [first, second, width] = x.shape as [number, number, number];
    const [steps, batch] = options.batchMajor ? [second, first] : [first, second];
    return new StackPass({
      ...{ ...options, steps, batch, inputs: width, x: view(x) },
      layers: layers.map((layer, k) => {
        const kind = kinds[layer.kind];
        const info = (name: string): TensorInfo | undefined => inputs[nameOf(i, k, name)];
        const arrays = (name: string): Float32Array | undefined => {
          const given = info(name);
          return given && view(given);
        };
        const units = unitsOfLayer(kind, (name) => (info(name) as TensorInfo).shape[0] as number);
        const keeps = !taped && ownsNumbers(backend);
        return {
          ...{ ...layer, ...layerInputs(kind, units, arrays) },
          ...(keeps && { data: { backend, ids: weightIds(kind, (name) => info(name)?.dataId) } }),
        };
      }),
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

function gradients(dys: readonly Tensor[], { passes = [], stacks, shapes }: Attributes): Record<string, () => Tensor> {
  if (core().state.gradientDepth > 0) {
    const ops = new Set(stacks.flatMap(({ layers }) => layers.map(({ kind }) => `${kinds[kind].type}Sequence`)));
    const [op] = ops.size === 1 ? ops : ['layeredSequences'];
    const remedy = "Use kernel: 'reference' for what is differentiated twice.";
    throw new KernelError(op as string, 'to be differentiated once', 'a gradient of its gradient', remedy);
  }
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
  const give = (name: string, view: () => Float32Array | undefined): void => {
    functions[name] = () =>
      core().makeTensorFromTensorInfo(writeTensor(backend, view() as Float32Array, shapes[name] as number[]));
  };
  for (const [i, { layers }] of stacks.entries()) {
    give(inputsOf(i), () => run(true, 0)[i]?.x);
    for (const [k, { kind }] of layers.entries()) {
      const sizeOf = (name: string) => shapes[nameOf(i, k, name)]?.reduce((size, n) => size * n, 1);
      for (const [name, pick] of gradientsOfLayer(kinds[kind], sizeOf)) {
        give(nameOf(i, k, name), () => {
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
  const taken = stacks.map(({ layers }) => layers.map(takeLayer));
  const most = Math.max(...taken.map(({ length }) => length));
  const levels = Array.from({ length: most }, (_, k) => k);
  const inputs: NamedTensorMap = Object.fromEntries([
    ...stacks.map((stack, i) => [inputsOf(i), stack.inputs]),
    // Layer by layer, which is the order in which gradients are asked for.
    ...levels.flatMap((k) =>
      taken.flatMap((layers, i) =>
        Object.entries(layers[k]?.tensors ?? {}).map(([name, tensor]) => [nameOf(i, k, name), tensor]),
      ),
    ),
  ]);
  const attributes: Attributes = {
    stacks: stacks.map((args, i): StackAttributes => {
      const { lengths, reverse = false, timeMajor = true, returnSequences = true, swapMemory = false } = args;
      return {
        ...{ lengths: lengths && Array.from(lengths), reverse, batchMajor: !timeMajor, returnSequences, swapMemory },
        layers: (taken[i] ?? []).map(({ tensors: _, ...layer }) => layer),
      };
    }),
    shapes: Object.fromEntries(Object.entries(inputs).map(([name, { shape }]) => [name, shape])),
  };
  // A copy: the tape keeps the list itself.
  const left = [...(core().runKernel(kernelName, inputs, attributes as never) as unknown as Tensor[])];
  const next = <T extends Tensor>(): T => left.shift() as T;
  return attributes.stacks.map(({ returnSequences, layers }) => ({
    ...(returnSequences && { outputs: next() }),
    states: layers.map(({ kind }) => ({ ...(kinds[kind].hasCell && { c: next() }), h: next() })),
  })) as unknown as LayeredSequenceResult[];
}

function takeLayer(layer: SequenceLayer): KindLayer & LayerAttributes {
  for (const [kind, { take }] of Object.entries(kinds)) {
    const taken = take(layer);
    if (taken !== undefined) return { kind: kind as KindName, ...taken };
  }
  throw new Error(`takeLayer: the engine has no ${layer.type}`);
}
