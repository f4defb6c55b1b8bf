import type { BaseRNNCell, State } from '@rnn/cells';
import { fromSteps, toSteps } from '@rnn/kernels';
import {
  bidirectionalDynamicRnn,
  dynamicRnn,
  type RunnerOptions,
  stackBidirectionalDynamicRnn,
  stackBidirectionalRnn,
  staticBidirectionalRnn,
  staticRnn,
  type TensorRunnerOptions,
} from '@rnn/unroll';
import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';

type Cell = BaseRNNCell<State>;

/**
 * What a case gives a runner. Cells and states: one, or forward and backward. Of a stack the cells are each layer's forward ones and then each
 * layer's backward ones, and the two states are tuples of the layers'.
 */
export interface RunnerCall {
  readonly cells: readonly Cell[];
  readonly inputs: Tensor;
  readonly initialStates: readonly State[] | undefined;
  readonly timeMajor: boolean;
  readonly options: Pick<RunnerOptions<State>, 'scope' | 'kernel' | 'dtype'> &
    Pick<TensorRunnerOptions, 'parallelIterations' | 'swapMemory'> & { sequenceLength?: number[] };
}

/** The outputs and final states, one or forward and backward, as the case holds them. */
export interface RunnerResult {
  readonly outputs: readonly Tensor[];
  readonly states: readonly State[];
}

const bothWays = (initialStates: readonly State[] | undefined) =>
  initialStates && { initialStateFw: initialStates[0] as State, initialStateBw: initialStates[1] as State };
const oneWay = (initialStates: readonly State[] | undefined) =>
  initialStates && { initialState: initialStates[0] as State };

const stackStates = (initialStates: readonly State[] | undefined) =>
  initialStates && { initialStatesFw: initialStates[0] as State[], initialStatesBw: initialStates[1] as State[] };
const halves = (cells: readonly Cell[]): [forward: Cell[], backward: Cell[]] => [
  cells.slice(0, cells.length / 2),
  cells.slice(cells.length / 2),
];

/** Each runner by the name that the golden files use. */
export const runners: Record<string, (call: RunnerCall) => RunnerResult> = {
  cell_step({ cells: [cell], inputs, initialStates }) {
    const [output, state] = (cell as Cell).call(
      inputs as Tensor2D,
      initialStates?.[0] ?? (cell as Cell).zeroState(inputs.shape[0] as number),
    );
    return { outputs: [output], states: [state] };
  },
  dynamic_rnn({ cells: [cell], inputs, initialStates, timeMajor, options }) {
    const [outputs, state] = dynamicRnn(cell as Cell, inputs as Tensor3D, {
      timeMajor,
      ...oneWay(initialStates),
      ...options,
    });
    return { outputs: [outputs], states: [state] };
  },
  static_rnn({ cells: [cell], inputs, initialStates, options }) {
    const [outputs, state] = staticRnn(cell as Cell, toSteps(inputs as Tensor3D), {
      ...oneWay(initialStates),
      ...options,
    });
    return { outputs: [fromSteps(outputs)], states: [state] };
  },
  bidirectional_dynamic_rnn({ cells: [fw, bw], inputs, initialStates, timeMajor, options }) {
    const [outputs, states] = bidirectionalDynamicRnn(fw as Cell, bw as Cell, inputs as Tensor3D, {
      timeMajor,
      ...bothWays(initialStates),
      ...options,
    });
    return { outputs, states };
  },
  static_bidirectional_rnn({ cells: [fw, bw], inputs, initialStates, options }) {
    const steps = toSteps(inputs as Tensor3D);
    const [outputs, ...states] = staticBidirectionalRnn(fw as Cell, bw as Cell, steps, {
      ...bothWays(initialStates),
      ...options,
    });
    return { outputs: [fromSteps(outputs)], states };
  },
  stack_bidirectional_dynamic_rnn({ cells, inputs, initialStates, timeMajor, options }) {
    const [outputs, ...states] = stackBidirectionalDynamicRnn(...halves(cells), inputs as Tensor3D, {
      timeMajor,
      ...stackStates(initialStates),
      ...options,
    });
    return { outputs: [outputs], states };
  },
  stack_bidirectional_rnn({ cells, inputs, initialStates, options }) {
    const [outputs, ...states] = stackBidirectionalRnn(...halves(cells), toSteps(inputs as Tensor3D), {
      ...stackStates(initialStates),
      ...options,
    });
    return { outputs: [fromSteps(outputs)], states };
  },
};
