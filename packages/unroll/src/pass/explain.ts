import type { RNNCell, State } from '@rnn/cells';
import type { KernelMode } from '@rnn/kernels';
import { getBackend, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { checkCell, checkInputs, checkOptions } from '../runners/runner-options';
import type { OverTime } from '../sequences/over-time';
import { checkSequenceLength, type SequenceLength } from '../sequences/sequence-length';
import { type LayerPlan, planRun, runShape } from './plan';

export interface ExplainOptions {
  /** True: the inputs are `[T, B, D]`. Default: false. */
  timeMajor?: boolean | undefined;
  /** As the runner's: a kernel may run whole sequences alone. Default: T for all. */
  sequenceLength?: SequenceLength | undefined;
  /** As the runner's, which not every kernel can. Default: false. */
  swapMemory?: boolean | undefined;
  /** Default: `auto`. */
  kernel?: KernelMode | undefined;
  /** False: of the cell without what is random in training. Default: true. */
  training?: boolean | undefined;
}

/** What a runner would do with a cell on the backend in use, layer by layer; as text, one line for a person. */
export class Explanation {
  constructor(
    /** The TensorFlow.js backend. */
    readonly backend: string,
    /** One for each layer of the cell, the first first. */
    readonly layers: readonly LayerPlan[],
  ) {}

  toString(): string {
    const counted = new Map<string, { plan: LayerPlan; count: number }>();
    for (const plan of this.layers) {
      const key = [plan.op, plan.kernel, plan.device, plan.reason].join('|');
      counted.set(key, { plan, count: (counted.get(key)?.count ?? 0) + 1 });
    }
    return [...counted.values()].map(({ plan, count }) => this.#describe(plan, count)).join('; ');
  }

  // Node's console prints an object by this.
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  #describe({ cell, op, device, reason }: LayerPlan, count: number): string {
    const what = `${op === 'steps' ? `${cell} step by step` : op}${count > 1 ? ` x ${count}` : ''} on ${this.backend}`;
    return device === undefined ? `${what}, stock operations: ${reason}` : `${what}, ${device}`;
  }
}

/**
 * Which kernel `dynamicRnn(cell, inputs)` would run on which device, and why. No step is run and no weight is made; the engine starts, as it
 * would for the run, since only then its threads are known. `inputs` is `[B, T, D]`. Throws what the runner would throw for `kernel: 'fused'`
 * and `swapMemory`.
 *
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { LSTMCell, MultiRNNCell } from '@rnn/cells';
 * import { explain } from '@rnn/unroll';
 * import { zeros } from '@tensorflow/tfjs-core';
 *
 * const cell = new MultiRNNCell([128, 256].map((units) => new LSTMCell(units)));
 * console.log(`${explain(cell, zeros([32, 28, 28]))}`); // lstmSequence x 2 on cpu, WebAssembly, 2 threads, …
 * ```
 */
export function explain<S extends State, I extends Tensor = Tensor2D, O extends Tensor = Tensor2D>(
  cell: RNNCell<S, I, O>,
  inputs: OverTime<I>,
  options: ExplainOptions = {},
): Explanation {
  const { timeMajor = false, swapMemory, kernel = 'auto', training } = options;
  checkCell('explain', 'cell', cell);
  checkInputs('explain', cell, inputs, timeMajor);
  checkOptions('explain', options);
  const { batchSize, steps } = runShape(inputs, timeMajor);
  const lengths = checkSequenceLength('explain', options.sequenceLength, batchSize, steps);
  const shape = { ...runShape(inputs, timeMajor, lengths), swapMemory };
  const layers = planRun('explain', cell, shape, kernel, training);
  return new Explanation(getBackend(), layers);
}
