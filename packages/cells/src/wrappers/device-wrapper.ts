import { backend, engine, getBackend, setBackend, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { ArgumentError } from '../argument-error';
import type { BuildContext, RNNCell } from '../cell';
import { describeValue } from '../checks';
import type { State } from '../state';
import type { SizeOf } from '../tensor-shape';
import { CellWrapper } from './cell-wrapper';

/**
 * Runs a cell on a TensorFlow.js backend of its own, as `tf.nn.rnn_cell.DeviceWrapper` does on a device: each step, the making of its weights and
 * its zero state. `device` is the backend's name, such as `cpu`; the caller's backend is active again afterwards, also when the step throws.
 *
 * TensorFlow.js moves each tensor to the backend that next uses it, there and back at every step, which blocks; a backend that cannot be read
 * at once, such as `webgpu`, is refused by it. Gradients are computed on the backend that is active where they are asked for. Under a runner the cell
 * is called step by step. The backend must be registered when the wrapper is made, and started, by awaiting `setBackend` once, when it is used.
 * Throws `ArgumentError` where it is not, before anything runs.
 *
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import '@tensorflow/tfjs-backend-wasm';
 * import { DeviceWrapper, GRUCell, MultiRNNCell } from '@rnn/cells';
 * import { ones, setBackend } from '@tensorflow/tfjs-core';
 *
 * await setBackend('cpu'); // starts it
 * await setBackend('wasm');
 * const cell = new MultiRNNCell([new GRUCell(8), new DeviceWrapper(new GRUCell(4), 'cpu')]); // the upper layer on cpu
 * console.log(cell.call(ones([2, 3]), cell.zeroState(2))[0].shape); // [2, 4]
 * ```
 */
export class DeviceWrapper<
  S extends State,
  I extends Tensor = Tensor2D,
  O extends Tensor = Tensor2D,
> extends CellWrapper<S, I, O> {
  constructor(
    cell: RNNCell<S, I, O>,
    /** The TensorFlow.js backend that the cell runs on. */
    readonly device: string,
  ) {
    super(cell);
    const { registryFactory } = engine();
    if (typeof device === 'string' && Object.hasOwn(registryFactory, device)) return;
    const registered = Object.keys(registryFactory).join(', ') || 'none';
    const expected = `device to be a registered TensorFlow.js backend (${registered})`;
    throw new ArgumentError('DeviceWrapper', expected, describeValue(device), 'Import the backend first.');
  }

  override build(inputSize: SizeOf<I>, context?: BuildContext): void {
    this.#onDevice('build', () => super.build(inputSize, context));
  }

  override zeroState(batchSize: number): S {
    return this.#onDevice('zeroState', () => super.zeroState(batchSize));
  }

  protected step(inputs: I, state: S, cell: RNNCell<S, I, O>): [O, S] {
    return this.#onDevice('call', () => cell.call(inputs, state));
  }

  #onDevice<T>(method: string, work: () => T): T {
    backend(); // Starts the best one where none was chosen yet, which is then the caller's.
    const caller = getBackend();
    if (caller === this.device) return work();
    if (!Object.hasOwn(engine().registry, this.device)) {
      const remedy = `Await tf.setBackend('${this.device}') once, before that of '${caller}'.`;
      throw new ArgumentError(
        `DeviceWrapper.${method}`,
        `the backend '${this.device}' to be started`,
        'one that is not',
        remedy,
      );
    }
    // Done when it returns, for a backend that is started: its promise is for those that are not.
    void setBackend(this.device);
    try {
      return work();
    } finally {
      void setBackend(caller);
    }
  }
}
