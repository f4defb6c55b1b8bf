import { backend } from '@tensorflow/tfjs-core';

/** What this file uses of TensorFlow.js' WebGPU backend: every dispatch goes through it. */
interface Dispatching {
  runWebGPUProgram?: (...args: unknown[]) => unknown;
}

/** How many shaders `step` has the GPU run; undefined on a backend that has none. */
export async function countDispatches(step: () => Promise<void>): Promise<number | undefined> {
  const dispatching = backend() as Dispatching;
  const run = dispatching.runWebGPUProgram;
  if (run === undefined) return undefined;
  let dispatches = 0;
  dispatching.runWebGPUProgram = (...args) => {
    dispatches++;
    return run.apply(dispatching, args);
  };
  try {
    await step();
  } finally {
    // Of its own no longer: that of its class.
    delete dispatching.runWebGPUProgram;
  }
  return dispatches;
}
