import '@tensorflow/tfjs-backend-cpu';
import { BasicLSTMCell, BasicRNNCell, GRUCell, type RNNCell } from '@rnn/cells';
import { type EngineMemory, type KernelMode, memory, setThreads } from '@rnn/kernels';
import { adam, type Examples, meanSquaredError, sequenceRegressor, Trainer, valueAndGradients } from '@rnn/trainers';
import { dynamicRnn, explain } from '@rnn/unroll';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { type Rank, setBackend, square, sum, type Tensor2D, type Tensor3D, tensor, tidy } from '@tensorflow/tfjs-core';
import { relativeError } from 'testing/relative-error';

export interface EngineReport {
  readonly isolated: boolean;
  /** `navigator.hardwareConcurrency` */
  readonly cores: number;
  readonly backend: string;
  /** What computes before this thread has come to rest for the first time, and when the workers have had time to start. */
  readonly device: { readonly first: string; readonly later: string };
  readonly cells: Readonly<Record<Cell, CellReport>>;
  /** Before training and after it. */
  readonly loss: readonly [number, number];
  readonly memory: EngineMemory;
  /** Whether updates were made where the tensors of TensorFlow.js lie, and not on copies. */
  readonly updatesInPlace: boolean;
}

type Cell = 'lstm' | 'gru' | 'rnn';

interface CellReport {
  /** Whether outputs and gradients are the same to the last bit with the workers and before there were any. */
  readonly sameBits: boolean;
  /** The largest error of outputs and of gradients, against the reference out of stock operations. */
  readonly outputs: number;
  readonly gradients: number;
  /** Tasks that workers were given, before there were any and with them: one for each worker in inference, two in training. */
  readonly tasks: { readonly early: number; readonly late: number };
}

export interface EngineCheck {
  /** TensorFlow.js'. */
  readonly backend: 'cpu' | 'wasm';
  /** Default: the engine's own. */
  readonly threads?: number;
  /** How long workers may take to start. */
  readonly waitMs: number;
}

/** 15 million multiplications and more, which three threads share, in rows that do not come out even. */
const [B, T, D, H] = [113, 4, 70, 150];
const lengths = Array.from({ length: B }, (_, row) => (row * 3) % (T + 1));

/** Runs the engine forward and backward in this page or worker, before its own workers have started and after, and trains with it. */
export async function checkEngine({ backend, threads, waitMs }: EngineCheck): Promise<EngineReport> {
  if (backend === 'wasm') setWasmPaths(new URL('.', location.href).href);
  if (!(await setBackend(backend))) throw new Error(`checkEngine: TensorFlow.js has no backend '${backend}' here`);
  if (threads !== undefined) setThreads(threads);
  const inputs = waves([B, T, D]);
  const lstm = new BasicLSTMCell(H);
  const cells: Record<Cell, AnyCell> = { lstm, gru: new GRUCell(H), rnn: new BasicRNNCell(H) };
  const plan = () => explain(lstm, inputs);
  const device = (): string => plan().layers[0]?.device ?? 'stock operations';
  const runEach = (kernel: KernelMode): Record<Cell, Results> => ({
    lstm: run(cells.lstm, inputs, kernel),
    gru: run(cells.gru, inputs, kernel),
    rnn: run(cells.rnn, inputs, kernel),
  });

  const first = device();
  const early = runEach('auto');
  const deadline = performance.now() + waitMs;
  while (device().includes(' of ') && performance.now() < deadline) await new Promise((done) => setTimeout(done, 10));
  const later = device();
  const late = runEach('auto');
  const reference = runEach('reference');
  const report = (cell: Cell): CellReport => compare(early[cell], late[cell], reference[cell]);
  return {
    isolated: crossOriginIsolated,
    cores: navigator.hardwareConcurrency,
    backend: plan().backend,
    device: { first, later },
    cells: { lstm: report('lstm'), gru: report('gru'), rnn: report('rnn') },
    loss: await train(),
    memory: memory(),
    updatesInPlace,
  };
}

type AnyCell = BasicLSTMCell | GRUCell | BasicRNNCell;

interface Results {
  readonly tasks: number;
  readonly outputs: Float32Array;
  readonly gradients: readonly Float32Array[];
}

function run(cell: AnyCell, inputs: Tensor3D, kernel: KernelMode): Results {
  return tidy(() => {
    const unroll = (): Tensor3D =>
      dynamicRnn(cell as RNNCell<Tensor2D>, inputs, { sequenceLength: lengths, kernel })[0];
    const before = tasks;
    const outputs = unroll().dataSync<'float32'>();
    const { gradients } = valueAndGradients(() => sum(square(unroll())), cell.variables);
    const arrays = [...gradients.values()].map((gradient) => gradient.dataSync<'float32'>());
    return { outputs, gradients: arrays, tasks: tasks - before };
  });
}

/** How often the engine has woken a worker. */
let tasks = 0;
Atomics.notify = new Proxy(Atomics.notify, {
  apply(notify, self, args) {
    tasks++;
    return Reflect.apply(notify, self, args);
  },
});

let updatesInPlace = false;
WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
  construct(make, args, self) {
    const instance: WebAssembly.Instance = Reflect.construct(make, args, self);
    // The engine has the updates too, beside the recurrences.
    updatesInPlace ||= 'adam' in instance.exports && !('forward' in instance.exports);
    return instance;
  },
});

function compare(early: Results, late: Results, reference: Results): CellReport {
  const same = (a: Float32Array, b: Float32Array | undefined) => a.every((value, k) => Object.is(value, b?.[k]));
  return {
    sameBits:
      same(early.outputs, late.outputs) && early.gradients.every((values, k) => same(values, late.gradients[k])),
    outputs: relativeError(late.outputs, reference.outputs),
    tasks: { early: early.tasks, late: late.tasks },
    gradients: Math.max(...late.gradients.map((values, k) => relativeError(values, reference.gradients[k] ?? []))),
  };
}

/** The mean of a wave is to be told: the loss before and after 30 steps. */
async function train(): Promise<[number, number]> {
  const waveOf = (example: number): Float32Array =>
    Float32Array.from({ length: T }, (_, t) => Math.sin(example + t / 3));
  const examples: Examples = {
    size: 64,
    inputShape: [T, 1],
    targetShape: [1],
    *batches({ batchSize }) {
      for (let begin = 0; begin < this.size; begin += batchSize) {
        const waves = Array.from({ length: batchSize }, (_, row) => waveOf(begin + row));
        const targets = Float32Array.from(waves, (wave) => wave.reduce((sum, value) => sum + value / T, 0));
        yield { size: batchSize, inputs: Float32Array.from(waves.flatMap((wave) => [...wave])), targets };
      }
    },
  };
  const model = sequenceRegressor({ cell: new BasicLSTMCell(16), outputs: 1 });
  const trainer = new Trainer(model, { loss: meanSquaredError, optimizer: adam(0.02), seed: 3 });
  await trainer.fit(examples, { steps: 1, batchSize: 32 });
  const { loss: before } = await trainer.evaluate(examples);
  await trainer.fit(examples, { steps: 30, batchSize: 32 });
  const { loss: after } = await trainer.evaluate(examples);
  trainer.dispose();
  return [before, after];
}

function waves(shape: [number, number, number]): Tensor3D {
  const values = Float32Array.from({ length: B * T * D }, (_, k) => Math.sin(k * 1.7));
  return tensor<Rank.R3>(values, shape);
}
