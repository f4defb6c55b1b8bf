import {
  engine as core,
  type KernelBackend,
  type NamedTensorMap,
  registerGradient,
  registerKernel,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core';
import { registerFusedKernel, type SequenceFacts } from '../fused-kernels';
import type { GruSequenceArgs } from '../gru/gru-sequence';
import { KernelError } from '../kernel-error';
import type { SequenceArgs } from '../sequence';
import { engine } from './engine';
import { engineAbsent, hostBackends } from './host-backends';
import { viewTensor, writeTensor } from './host-data';
import { type PassGradients, type RecurrenceKind, runBackward, runForward, SequencePass } from './sequence-pass';

/** What is not a tensor of a sequence. */
interface SequenceAttributes {
  readonly lengths: readonly number[] | undefined;
  readonly reverse: boolean;
  readonly timeMajor: boolean;
  readonly returnSequences: boolean;
  readonly swapMemory: boolean;
  readonly forgetBias?: number;
  readonly relu?: boolean;
  readonly cellClip?: number | undefined;
  readonly projClip?: number | undefined;
}

interface Attributes {
  readonly sequences: readonly SequenceAttributes[];
  /** The inputs' shapes, which are their gradients'. */
  readonly shapes: Record<string, number[]>;
  /** The forward run leaves its passes here for the backward run; TensorFlow.js hands both this object. */
  passes?: readonly SequencePass[];
}

/** Passes that wait for their backward run, each with the tape that may ask for it. */
const waiting = new Map<SequencePass, unknown>();

/** Frees the passes whose tape has ended without asking for their gradients, or was dropped by an error. */
export function freeDropped(): void {
  const { activeTape, gradientDepth, scopeStack } = core().state;
  // An error in what is differentiated leaves its tape where it was, though nothing is differentiated any more.
  const differentiates = gradientDepth > 0 || scopeStack.some(({ name }) => name === 'backward');
  for (const [pass, tape] of waiting) {
    if (differentiates && tape === activeTape) continue;
    pass.free();
    waiting.delete(pass);
  }
}

/** The products of a kind: the operation's inputs that are the kernel, one after the other, and those that are the bias. */
const productNames = {
  lstm: [{ kernel: ['kernel'], bias: ['bias'] }],
  rnn: [{ kernel: ['kernel'], bias: ['bias'] }],
  gru: [
    { kernel: ['kernel'], bias: ['bias'] },
    { kernel: ['kernel2'], bias: ['bias2'] },
  ],
  gruResetAfter: [
    { kernel: ['kernel'], bias: ['bias'] },
    { kernel: ['kernel2', 'kernel3'], bias: ['bias2', 'bias3'] },
  ],
} as const;
/** The other weights of an LSTM that has them. */
const peepholeNames = ['peepholeF', 'peepholeI', 'peepholeO'] as const;
const operations = {
  lstm: 'lstmSequence',
  gru: 'gruSequence',
  gruResetAfter: 'gruSequence',
  rnn: 'rnnSequence',
} as const;
const kernelNames = {
  lstm: 'RnnLstmSequence',
  gru: 'RnnGruSequence',
  gruResetAfter: 'RnnGruResetAfterSequence',
  rnn: 'RnnBasicSequence',
} as const;

/** The parts one after the other; a single one as it is. */
function joined(parts: readonly Float32Array[]): Float32Array {
  if (parts.length === 1) return parts[0] as Float32Array;
  const all = new Float32Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Of the first product. */
const gatesOf = { lstm: 4, gru: 2, gruResetAfter: 2, rnn: 1 } as const;

/** One TensorFlow.js kernel for any number of sequences; the names of its inputs end in the sequence's number. */
function registerOperation(kind: RecurrenceKind): void {
  const kernelName = kernelNames[kind];

  for (const backendName of hostBackends) {
    registerKernel({
      kernelName,
      backendName,
      kernelFunc: ({ inputs, attrs, backend: any }) => {
        const backend = any as KernelBackend;
        const attributes = attrs as unknown as Attributes;
        freeDropped();
        const passes = attributes.sequences.map(({ timeMajor, ...sequence }, i) => {
          const view = (name: string): Float32Array => viewTensor(backend, inputs[name + i] as TensorInfo);
          const optional = (name: string) => (inputs[name + i] === undefined ? undefined : view(name));
          const [first, second, width] = (inputs[`inputs${i}`] as TensorInfo).shape as [number, number, number];
          const [steps, batch] = timeMajor ? [first, second] : [second, first];
          const weights = (names: readonly string[]): Float32Array => joined(names.map(view));
          const products = productNames[kind].map(({ kernel, bias }) => ({
            ...{ kernel: weights(kernel), bias: weights(bias) },
          }));
          const units = (products[0]?.bias.length as number) / gatesOf[kind];
          const passInputs = {
            ...{ kind, steps, batch, inputs: width, units, batchMajor: !timeMajor, ...sequence },
            ...{
              x: view('inputs'),
              h0: optional('h'),
              c0: optional('c'),
              products,
              projection: optional('projection'),
            },
            ...(inputs[`peepholeF${i}`] && { peepholes: peepholeNames.map(view) }),
          };
          return new SequencePass(passInputs, engine(), 1 / attributes.sequences.length);
        });
        const { gradientDepth, kernelDepth, activeTape } = core().state;
        // Within another kernel, such as the forward function of a customGrad, nothing is put on the tape.
        const taped = gradientDepth > 0 && kernelDepth === 1;
        const results = runForward(passes, taped);
        if (taped) {
          attributes.passes = passes;
          for (const pass of passes) waiting.set(pass, activeTape);
        }
        return results.flatMap(({ out, h, c }, i) => {
          const shapes = passes[i]?.shapes as SequencePass['shapes'];
          return [
            ...(out === undefined ? [] : [writeTensor(backend, out, shapes.out)]),
            ...(c === undefined ? [] : [writeTensor(backend, c, shapes.c)]),
            writeTensor(backend, h, shapes.h),
          ];
        });
      },
    });
  }

  registerGradient({
    kernelName,
    gradFunc: (dys, _saved, attrs) => {
      const { passes = [], sequences, shapes } = attrs as unknown as Attributes;
      if (core().state.gradientDepth > 0) {
        const remedy = "Use kernel: 'reference' for what is differentiated twice.";
        throw new KernelError(operations[kind], 'to be differentiated once', 'a gradient of its gradient', remedy);
      }
      const { backend } = core();
      // Of an operation that gives one tensor TensorFlow.js hands over no list.
      const left = [dys].flat();
      const next = (): Float32Array => viewTensor(backend, left.shift() as Tensor);
      let gradients: PassGradients[] | undefined;
      // TensorFlow.js asks for the gradients it needs in the order of the inputs; the sequences are the first, so whether they are needed
      // shows at once. It takes all of them before it calls anything else, so views of the engine's memory hold.
      const run = (withX: boolean): PassGradients[] => {
        if (gradients === undefined) {
          const results = sequences.map(({ returnSequences }) => ({
            ...{ ...(returnSequences && { out: next() }), ...(kind === 'lstm' && { c: next() }), h: next() },
          }));
          for (const pass of passes) waiting.delete(pass);
          gradients = runBackward(passes, results, withX);
        }
        return gradients;
      };
      const of = (name: string, i: number, pick: (g: PassGradients) => Float32Array | undefined, withX = false) => {
        const write = (): Tensor => {
          const view = pick(run(withX)[i] as PassGradients) as Float32Array;
          return core().makeTensorFromTensorInfo(writeTensor(backend, view, shapes[name + i] as number[]));
        };
        return shapes[name + i] === undefined ? {} : { [name + i]: write };
      };
      /** Of inputs whose gradients lie one after the other. */
      const ofEach = (names: readonly string[], i: number, pick: (g: PassGradients) => Float32Array | undefined) => {
        let end = 0;
        return names.map((name) => {
          const begin = end;
          end += util.sizeFromShape(shapes[name + i] as number[]);
          const size = end - begin;
          return of(name, i, (g) => pick(g)?.subarray(begin, begin + size));
        });
      };
      const all = sequences.map((_, i) => [
        of('inputs', i, ({ x }) => x, true),
        of('h', i, ({ h0 }) => h0),
        of('c', i, ({ c0 }) => c0),
        ...productNames[kind].flatMap(({ kernel, bias }, p) => [
          ...ofEach(kernel, i, ({ products }) => products[p]?.kernel),
          ...ofEach(bias, i, ({ products }) => products[p]?.bias),
        ]),
        ...peepholeNames.map((name, p) => of(name, i, ({ peepholes }) => peepholes?.[p])),
        of('projection', i, ({ projection }) => projection),
      ]);
      return Object.assign({}, ...all.flat());
    },
  });
}

interface Operation {
  readonly args: SequenceArgs;
  /** Besides the inputs. */
  readonly tensors: NamedTensorMap;
  readonly forgetBias?: number;
  readonly relu?: boolean;
  readonly cellClip?: number | undefined;
  readonly projClip?: number | undefined;
}

interface OperationResult {
  readonly outputs: Tensor3D;
  readonly h: Tensor2D;
  readonly c: Tensor2D;
}

/** Runs the registered operation. */
function runOperation(kind: RecurrenceKind, operations: readonly Operation[]): OperationResult[] {
  const named = (i: number, tensors: NamedTensorMap): [string, Tensor][] =>
    Object.entries(tensors).map(([name, t]) => [name + i, t]);
  const inputs = Object.fromEntries([
    ...operations.flatMap(({ args }, i) => named(i, { inputs: args.inputs })),
    ...operations.flatMap(({ tensors }, i) => named(i, tensors)),
  ]);
  const sequences = operations.map(({ args, tensors: _, ...constants }): SequenceAttributes => {
    const { lengths, reverse = false, timeMajor = true, returnSequences = true, swapMemory = false } = args;
    return {
      ...{ lengths: lengths === undefined ? undefined : Array.from(lengths), reverse, timeMajor, returnSequences },
      ...{ swapMemory, ...constants },
    };
  });
  const attributes: Attributes = {
    sequences,
    shapes: Object.fromEntries(Object.entries(inputs).map(([name, { shape }]) => [name, shape])),
  };
  // A copy: the tape keeps the list itself.
  const left = [...(core().runKernel(kernelNames[kind], inputs, attributes as never) as unknown as Tensor[])];
  const next = (): Tensor | undefined => left.shift();
  return sequences.map(
    ({ returnSequences }) =>
      ({
        ...(returnSequences && { outputs: next() }),
        ...(kind === 'lstm' && { c: next() }),
        h: next(),
      }) as unknown as OperationResult,
  );
}

/** What no recurrence of the engine does. */
function unsupported(
  { steps, batchSize, activation }: SequenceFacts,
  activations: readonly string[],
): string | undefined {
  if (steps === 0 || batchSize === 0) return 'there is nothing to compute';
  if (typeof activation === 'function') return 'the activation is a function of the caller’s own';
  if (!activations.includes(activation)) return `the engine has no ${activation} activation here`;
  return engineAbsent();
}

/** The weights of the candidate's product, as inputs of the operation. */
function candidateOf({ resetAfter, weights }: GruSequenceArgs): NamedTensorMap {
  if (!resetAfter) return { kernel2: weights.candidateKernel, bias2: weights.candidateBias };
  return {
    ...{ kernel2: weights.candidateInputKernel, kernel3: weights.candidateHiddenKernel },
    ...{ bias2: weights.candidateInputBias, bias3: weights.candidateHiddenBias },
  };
}

/** Registers the engine for every host backend. */
export function registerEngine(): void {
  for (const kind of ['lstm', 'gru', 'gruResetAfter', 'rnn'] as const) registerOperation(kind);
  const device = (): string => engine().device;
  for (const backend of hostBackends) {
    registerFusedKernel({
      op: 'lstmSequence',
      backend,
      device,
      unsupported: (facts) => unsupported(facts, ['tanh']),
      run: (sequences) =>
        runOperation(
          'lstm',
          sequences.map(({ initialState, weights, forgetBias = 1, cellClip, projClip, ...args }) => {
            const { kernel, bias, peepholes, projection } = weights;
            const tensors = {
              ...{ ...initialState, kernel, bias },
              ...(peepholes && { peepholeF: peepholes.f, peepholeI: peepholes.i, peepholeO: peepholes.o }),
              ...(projection && { projection }),
            };
            return { args, tensors, forgetBias, cellClip, projClip: projection && projClip };
          }),
        ),
    });
    registerFusedKernel({
      op: 'gruSequence',
      backend,
      device,
      unsupported: (facts) => unsupported(facts, ['tanh']),
      run: (sequences) => {
        const kind = (args: GruSequenceArgs): RecurrenceKind => (args.resetAfter ? 'gruResetAfter' : 'gru');
        const operations = sequences.map((args) => {
          const { initialState: h, weights } = args;
          const gates = { kernel: weights.gatesKernel, bias: weights.gatesBias };
          return { args, tensors: { ...(h && { h }), ...gates, ...candidateOf(args) } };
        });
        const [first, ...others] = sequences.map(kind);
        if (others.every((other) => other === first)) return runOperation(first as RecurrenceKind, operations);
        return operations.flatMap((operation, i) => runOperation(kind(sequences[i] as GruSequenceArgs), [operation]));
      },
    });
    registerFusedKernel({
      op: 'rnnSequence',
      backend,
      device,
      unsupported: (facts) => unsupported(facts, ['tanh', 'relu']),
      run: (sequences) =>
        runOperation(
          'rnn',
          sequences.map(({ initialState: h, weights: { kernel, bias }, activation, ...args }) => ({
            ...{ args, relu: activation === 'relu', tensors: { ...(h && { h }), kernel, bias } },
          })),
        ),
    });
  }
}
