import { joinState, type LayersRecurrence, type State, splitState } from '@rnn/cells';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { type Operation, operations } from './operations';
import type { Pass, Unrolled } from './pass';
import { stepLoop } from './step-loop';

/**
 * Passes that do not need each other, such as both directions of a bidirectional network. Cells that declare the same type of recurrence run as
 * one operation for all passes and steps, cells of as many layers layer by layer; all others run one pass after the other, and a cell that
 * declares none is stepped.
 *
 * Every runner ends here. Call it inside `tidy`.
 */
export function unrollSequences(passes: readonly Pass[]): Unrolled[] {
  const [way, ...others] = passes.map(wayOf);
  if (others.some((other) => other !== way)) return passes.flatMap((pass) => unrollSequences([pass]));
  if (way === 'steps') return passes.map((pass) => stepLoop(pass));
  return typeof way === 'number' ? unrollLayers(passes) : operations[way as Operation](passes);
}

/** The operation that computes a pass, the number of its layers, or that it is stepped. */
function wayOf({ cell: { recurrence } }: Pass): Operation | number | 'steps' {
  if (recurrence?.type === 'layers') return recurrence.cells.length;
  return recurrence?.weights === undefined ? 'steps' : recurrence.type;
}

/** Layer by layer gives what step by step gives: past its length a row's outputs are zeros, its states stay, and nothing flows back. */
function unrollLayers(passes: readonly Pass[]): Unrolled[] {
  const layers = passes.map(layersOf);
  const states = passes.map((): State[] => []);
  let below: readonly Tensor[] = passes.map(({ inputs }) => inputs);
  for (const k of layers[0]?.keys() ?? []) {
    const results = unrollSequences(layers.map((all, i) => ({ ...(all[k] as Pass), inputs: below[i] as Tensor })));
    for (const [i, { state }] of results.entries()) states[i]?.push(state);
    below = results.map(({ outputs }) => outputs);
  }
  return passes.map(({ cell }, i) => {
    const all = states[i] as State[];
    const { stateIsTuple } = cell.recurrence as LayersRecurrence;
    return { outputs: below[i] as Tensor, state: stateIsTuple ? all : joinState(all) };
  });
}

/** A pass for each layer. All have the inputs of the first, and all but the last give the outputs of all steps. */
function layersOf({ cell, initialState, ...pass }: Pass): Pass[] {
  const { cells, stateIsTuple } = cell.recurrence as LayersRecurrence;
  const sizes = cells.map(({ stateSize }) => stateSize);
  const states = stateIsTuple ? initialState : initialState && splitState(initialState as Tensor2D, sizes);
  return cells.map((layer, k) => ({
    ...{ ...pass, cell: layer },
    ...(states !== undefined && { initialState: (states as readonly State[])[k] as State }),
    returnSequences: k < cells.length - 1 || pass.returnSequences !== false,
  }));
}
