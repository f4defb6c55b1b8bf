import type { KernelMode } from '@rnn/kernels';
import type { CommonFields } from './golden-case';
import { NotSupported } from './make-cell';
import type { RunnerCall } from './runners';

type Options = RunnerCall['options'];

/** What each runner option of TensorFlow is here; undefined: it cannot be had. */
const known: Readonly<Record<string, (value: unknown, golden: CommonFields) => Options | undefined>> = {
  scope: (value, { runner }) => (runner.type === 'cell_step' ? undefined : { scope: value as string }),
  parallel_iterations: (value, { runner }) =>
    takingSteps.includes(runner.type) ? {} : { parallelIterations: value as number },
  // Where TensorFlow keeps the steps' tensors; no value depends on it.
  swap_memory: () => ({}),
  // The golden numbers are float64, and compared within what float32 can do.
  dtype: (value) => (value === 'float32' || value === 'float64' ? {} : undefined),
  // A field of the case as well, which the inputs follow.
  time_major: (value, { time_major }) => (value === time_major ? {} : undefined),
  // Not TensorFlow's: a check asks for one implementation by it.
  kernel: (value, { runner }) => (runner.type === 'cell_step' ? undefined : { kernel: value as KernelMode }),
};

/** The runners that take a list of steps, and the step itself: they have no `parallel_iterations`. */
const takingSteps = ['cell_step', 'static_rnn', 'static_bidirectional_rnn', 'stack_bidirectional_rnn'];

/** The options that a case gives its runner. Throws `NotSupported` for one that is not known, or has a value that cannot be had. */
export function runnerOptions(golden: CommonFields): Options {
  const given = Object.entries(golden.runner.options).filter(([, value]) => value !== null);
  const options = given.map(([name, value]) => {
    const option = known[name]?.(value, golden);
    if (option === undefined) throw new NotSupported(`runner option ${name}: ${JSON.stringify(value)}`);
    return option;
  });
  return Object.assign({}, ...options);
}
