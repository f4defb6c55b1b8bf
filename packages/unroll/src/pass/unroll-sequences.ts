import { joinState, type LayersRecurrence, type State } from '@rnn/cells';
import { type LayeredSequenceResult, layeredSequences, type SequenceLayer } from '@rnn/kernels';
import { clone, type Tensor, type Tensor2D, type Tensor3D, tensor, where, zerosLike } from '@tensorflow/tfjs-core';
import { cellLayers, cellState, layerStates } from './cell-layers';
import type { Pass, Unrolled } from './pass';
import { stepLoop } from './step-loop';

/**
 * Passes that do not need each other, such as both directions of a bidirectional network. Where all their cells declare their recurrences, they run
 * as one operation for all passes, layers and steps; else one pass after the other, a stack layer by layer, and a cell that declares none is
 * stepped.
 *
 * Every runner ends here. Call it inside `tidy`.
 */
export function unrollSequences(passes: readonly Pass[]): Unrolled[] {
  const layers = passes.map(({ cell, initialState }) => cellLayers(cell, initialState));
  if (!layers.includes(undefined)) return runLayers(passes, layers as SequenceLayer[][]);
  if (passes.length > 1) return passes.flatMap((pass) => unrollSequences([pass]));
  return passes.map((pass) => (pass.cell.recurrence?.type === 'layers' ? layerByLayer(pass) : stepLoop(pass)));
}

function runLayers(passes: readonly Pass[], layers: readonly SequenceLayer[][]): Unrolled[] {
  const results = layeredSequences(
    passes.map(({ cell: _, initialState: __, inputs, ...args }, i) => ({
      ...{ ...args, inputs: inputs as Tensor3D, layers: layers[i] as SequenceLayer[] },
    })),
  );
  return passes.map((pass, i) => {
    const result = results[i] as LayeredSequenceResult;
    const left = [...result.states];
    return {
      outputs: outputsOf(pass, result),
      state: cellState(pass.cell, () => left.shift() as LayeredSequenceResult['states'][number]),
    };
  });
}

/**
 * What a pass gives as outputs. A recurrence's last output is its final h, but for rows that took no step: their h is the initial one. It is
 * a tensor of its own, so that disposing it leaves the state.
 */
function outputsOf(
  { inputs, timeMajor, returnSequences, lengths }: Pass,
  { outputs, states }: LayeredSequenceResult,
): Tensor {
  if (returnSequences !== false) return outputs as Tensor3D;
  const { h } = states.at(-1) as { h: Tensor2D };
  const steps = inputs.shape[timeMajor === false ? 1 : 0] as number;
  const stepped = lengths && Array.from(lengths, (length) => length > 0);
  if (stepped?.every(Boolean) ?? steps > 0) return clone(h);
  return stepped === undefined ? zerosLike(h) : where(tensor(stepped, [h.shape[0], 1], 'bool'), h, zerosLike(h));
}

/** Layer by layer gives what step by step gives: past its length a row's outputs are zeros, its states stay, and nothing flows back. */
function layerByLayer({ cell, initialState, ...pass }: Pass): Unrolled {
  const recurrence = cell.recurrence as LayersRecurrence;
  const initialStates = layerStates(recurrence, initialState);
  const states: State[] = [];
  let below: Tensor = pass.inputs;
  for (const [k, layer] of recurrence.cells.entries()) {
    const given = initialStates?.[k];
    const returnSequences = k < recurrence.cells.length - 1 || pass.returnSequences !== false;
    const run = { ...pass, cell: layer, inputs: below, returnSequences };
    const [{ outputs, state }] = unrollSequences([{ ...run, ...(given && { initialState: given }) }]) as [Unrolled];
    states.push(state);
    below = outputs;
  }
  return { outputs: below, state: recurrence.stateIsTuple ? states : joinState(states) };
}
