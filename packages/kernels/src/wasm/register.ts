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
  tensor,
} from '@tensorflow/tfjs-core';
import { registerFusedKernel, type SequenceFacts } from '../fused-kernels';
import { KernelError } from '../kernel-error';
import type { SequenceArgs } from '../sequence';
import { engine } from './engine';
import { hostBackends, notOnHost } from './host-backends';
import { type PassGradients, type RecurrenceKind, SequencePass } from './sequence-pass';

interface PassAttributes {
  readonly lengths: readonly number[] | undefined;
  readonly reverse: boolean;
  readonly forgetBias: number;
  readonly relu: boolean;
  /** The inputs' shapes, which are their gradients'. */
  readonly shapes: Record<string, number[]>;
  /** The forward run leaves itself here for the backward run; TensorFlow.js hands both this object. */
  pass?: SequencePass;
}

/** Passes that wait for their backward run, each with the tape that may ask for it. */
const waiting = new Map<SequencePass, unknown>();

/** Frees the passes whose tape has ended without asking for their gradients, or was dropped by an error. */
function freeDropped(): void {
  const { activeTape } = core().state;
  for (const [pass, tape] of waiting) {
    if (tape === activeTape) continue;
    pass.free();
    waiting.delete(pass);
  }
}

/** The products of a kind, as names of the operation's inputs. */
const productNames = {
  lstm: [['kernel', 'bias']],
  rnn: [['kernel', 'bias']],
  gru: [
    ['kernel', 'bias'],
    ['kernel2', 'bias2'],
  ],
} as const;
const operations = { lstm: 'lstmSequence', gru: 'gruSequence', rnn: 'rnnSequence' } as const;
const kernelNames = { lstm: 'RnnLstmSequence', gru: 'RnnGruSequence', rnn: 'RnnBasicSequence' } as const;

const values = (backend: KernelBackend, info: TensorInfo): Float32Array =>
  backend.readSync(info.dataId) as Float32Array;

function registerOperation(kind: RecurrenceKind): void {
  const kernelName = kernelNames[kind];
  const hasCell = kind === 'lstm';

  for (const backendName of hostBackends) {
    registerKernel({
      kernelName,
      backendName,
      kernelFunc: ({ inputs, attrs, backend: any }) => {
        const backend = any as KernelBackend;
        const attributes = attrs as unknown as PassAttributes;
        const { lengths, reverse, forgetBias, relu } = attributes;
        const input = (name: string): TensorInfo => inputs[name] as TensorInfo;
        const [steps, batch, width] = input('inputs').shape as [number, number, number];
        const units = input('h').shape[1] as number;
        const pass = new SequencePass({
          ...{ kind, steps, batch, inputs: width, units, lengths, reverse, forgetBias, relu },
          x: values(backend, input('inputs')),
          h0: values(backend, input('h')),
          c0: hasCell ? values(backend, input('c')) : undefined,
          products: productNames[kind].map(([kernel, bias]) => ({
            kernel: values(backend, input(kernel)),
            bias: values(backend, input(bias)),
          })),
        });
        freeDropped();
        const { gradientDepth, kernelDepth, activeTape } = core().state;
        // Within another kernel, such as the forward function of a customGrad, nothing is put on the tape.
        const taped = gradientDepth > 0 && kernelDepth === 1;
        const result = pass.forward(taped);
        if (taped) {
          attributes.pass = pass;
          waiting.set(pass, activeTape);
        }
        const write = (data: Float32Array, shape: number[]): TensorInfo => ({
          ...{ dataId: backend.write(data, shape, 'float32'), shape, dtype: 'float32' },
        });
        const state = [batch, units];
        const outputs = [write(result.out, [steps, ...state]), write(result.h, state)];
        return result.c === undefined ? outputs : [...outputs, write(result.c, state)];
      },
    });
  }

  registerGradient({
    kernelName,
    gradFunc: (dys, _saved, attrs) => {
      const [dOut, dH, dC] = dys as Tensor[];
      const { pass, shapes } = attrs as unknown as PassAttributes;
      if (core().state.gradientDepth > 0) {
        const remedy = "Use kernel: 'reference' for what is differentiated twice.";
        throw new KernelError(operations[kind], 'to be differentiated once', 'a gradient of its gradient', remedy);
      }
      let gradients: PassGradients | undefined;
      // TensorFlow.js asks for the gradients it needs in the order of the inputs; x is the first, so whether it is needed shows at once.
      const run = (withX: boolean): PassGradients => {
        if (gradients === undefined) {
          const result = { out: data(dOut), h: data(dH), ...(hasCell && { c: data(dC) }) };
          waiting.delete(pass as SequencePass);
          gradients = (pass as SequencePass).backward(result, withX);
        }
        return gradients;
      };
      const of = (name: string, pick: (g: PassGradients) => Float32Array | undefined, withX = false) => ({
        [name]: () => tensor(pick(run(withX)) as Float32Array, shapes[name]),
      });
      return {
        ...of('inputs', ({ x }) => x, true),
        ...of('h', ({ h0 }) => h0),
        ...(hasCell && of('c', ({ c0 }) => c0)),
        ...Object.assign(
          {},
          ...productNames[kind].map(([kernel, bias], p) => ({
            ...of(kernel, ({ products }) => products[p]?.kernel),
            ...of(bias, ({ products }) => products[p]?.bias),
          })),
        ),
      };
    },
  });
}

const data = (t: Tensor | undefined): Float32Array => (t as Tensor).dataSync<'float32'>();

/** Runs the registered operation: its outputs, the final h and, of an LSTM, c. */
function runOperation(
  kind: RecurrenceKind,
  inputs: NamedTensorMap,
  { lengths, reverse = false }: SequenceArgs,
  more: { forgetBias?: number; relu?: boolean } = {},
): Tensor[] {
  const shapes = Object.fromEntries(Object.entries(inputs).map(([name, { shape }]) => [name, shape]));
  const attributes = {
    ...{ lengths: lengths === undefined ? undefined : Array.from(lengths), reverse, shapes },
    ...{ forgetBias: more.forgetBias ?? 0, relu: more.relu ?? false },
  };
  return core().runKernel(kernelNames[kind], inputs, attributes as never) as unknown as Tensor[];
}

/** What no recurrence of the engine does. */
function unsupported(
  { steps, batchSize, activation, usePeepholes, numProj, cellClip }: SequenceFacts,
  activations: readonly string[],
): string | undefined {
  if (steps === 0 || batchSize === 0) return 'there is nothing to compute';
  if (typeof activation === 'function') return 'the activation is a function of the caller’s own';
  if (!activations.includes(activation)) return `the engine has no ${activation} activation here`;
  if (usePeepholes) return 'the engine has no peepholes yet';
  if (numProj !== undefined) return 'the engine has no projection yet';
  if (cellClip !== undefined) return 'the engine has no cell clipping yet';
  return notOnHost();
}

/** Registers the engine for every host backend. */
export function registerEngine(): void {
  for (const kind of ['lstm', 'gru', 'rnn'] as const) registerOperation(kind);
  const device = (): string => engine().device;
  for (const backend of hostBackends) {
    registerFusedKernel({
      op: 'lstmSequence',
      backend,
      device,
      unsupported: (facts) => unsupported(facts, ['tanh']),
      run: ({ inputs, initialState: { c, h }, weights: { kernel, bias }, forgetBias = 1, ...args }) => {
        const results = runOperation('lstm', { inputs, h, c, kernel, bias }, { inputs, ...args }, { forgetBias });
        return { outputs: results[0] as Tensor3D, c: results[2] as Tensor2D, h: results[1] as Tensor2D };
      },
    });
    registerFusedKernel({
      op: 'gruSequence',
      backend,
      device,
      unsupported: (facts) => unsupported(facts, ['tanh']),
      run: ({ inputs, initialState: h, weights, ...args }) => {
        const { gatesKernel: kernel, gatesBias: bias, candidateKernel: kernel2, candidateBias: bias2 } = weights;
        const results = runOperation('gru', { inputs, h, kernel, bias, kernel2, bias2 }, { inputs, ...args });
        return { outputs: results[0] as Tensor3D, h: results[1] as Tensor2D };
      },
    });
    registerFusedKernel({
      op: 'rnnSequence',
      backend,
      device,
      unsupported: (facts) => unsupported(facts, ['tanh', 'relu']),
      run: ({ inputs, initialState: h, weights: { kernel, bias }, activation, ...args }) => {
        const relu = activation === 'relu';
        const results = runOperation('rnn', { inputs, h, kernel, bias }, { inputs, ...args }, { relu });
        return { outputs: results[0] as Tensor3D, h: results[1] as Tensor2D };
      },
    });
  }
}
