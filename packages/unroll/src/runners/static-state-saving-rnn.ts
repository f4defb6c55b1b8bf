import {
  ArgumentError,
  flattenState,
  type LSTMStateTuple,
  type RNNCell,
  type State,
  tidyState,
  unflattenState,
  zeroState,
} from '@rnn/cells';
import { fromSteps, toSteps } from '@rnn/kernels';
import { keep, Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import type { Unrolled } from '../pass/pass';
import { runCells } from '../pass/run-cells';
import { checkSequenceLength } from '../sequences/sequence-length';
import { checkCell, checkOptions, type RunnerOptions } from './runner-options';
import { checkSteps } from './static-rnn';
import { stopGradient } from './stop-gradient';

const where = 'staticStateSavingRnn';

/** Where states lie between runs, by name: a map in memory, the sessions of a server. */
export interface StateSaver {
  /** The state of this name, `[B, size]`. It stays the saver's: the runner neither changes nor disposes it. */
  state(name: string): Tensor;
  /** Takes the state after the last step. The tensor is the saver's from then on, to dispose when it is replaced, and no `tidy` frees it. */
  saveState(name: string, state: Tensor): void;
}

/** A name for each part of a state: structured like it, or a list, c before h, the first layer first. */
export type StateName = string | LSTMStateTuple<string> | readonly StateName[];

export interface StaticStateSavingRnnOptions extends Omit<RunnerOptions<State>, 'initialState'> {}

/**
 * Runs a cell over a list, one tensor `[B, D]` a step, as TensorFlow 1's `tf.nn.static_state_saving_rnn`: from the state that `stateSaver` has,
 * leaving it the final one.
 *
 *     state_0 = stateSaver.state(stateName);   output_t, state_t+1 = cell(inputs_t, state_t);   stateSaver.saveState(stateName, state_T)
 *
 * Gives `[outputs, state]` as `staticRnn`. What is saved are copies, through which no gradient flows. When the run throws, nothing is saved; when
 * `saveState` throws, the parts before are. To train on windows of a long sequence in one process, `truncatedRnn` is the shorter way.
 *
 * Throws `ArgumentError` for what `staticRnn` refuses, for other than one name for each part of the state, each another,
 * and for a state that is no tensor or does not fit.
 *
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { BasicLSTMCell } from '@rnn/cells';
 * import { type StateSaver, staticStateSavingRnn } from '@rnn/unroll';
 * import { ones, type Tensor, zeros } from '@tensorflow/tfjs-core';
 *
 * const saved = new Map<string, Tensor>([['c', zeros([2, 3])], ['h', zeros([2, 3])]]);
 * const saver: StateSaver = {
 *   state: (name) => saved.get(name) as Tensor,
 *   saveState(name, state) {
 *     saved.get(name)?.dispose();
 *     saved.set(name, state);
 *   },
 * };
 * const [outputs] = staticStateSavingRnn(new BasicLSTMCell(3), [ones([2, 5]), ones([2, 5])], saver, ['c', 'h']);
 * console.log(outputs.length, saved.get('h')?.shape); // 2 [2, 3]
 * ```
 */
export function staticStateSavingRnn<S extends State, I extends Tensor = Tensor2D, O extends Tensor = Tensor2D>(
  cell: RNNCell<S, I, O>,
  inputs: readonly Tensor[],
  stateSaver: StateSaver,
  stateName: StateName,
  options: StaticStateSavingRnnOptions = {},
): [O[], S] {
  const { scope = 'rnn', kernel, training } = options;
  checkCell(where, 'cell', cell);
  checkOptions(where, options);
  const batchSize = checkSteps(where, inputs, options, cell);
  const lengths = checkSequenceLength(where, options.sequenceLength, batchSize, inputs.length);
  checkSaver(stateSaver);
  const names = namesOf(stateName);
  const twice = names.find((name, k) => names.indexOf(name) < k);
  if (twice !== undefined) throw new ArgumentError(where, 'stateName to name each part once', `'${twice}' twice`);

  return tidyState(() => {
    const like = zeroState(cell.stateSize, batchSize);
    const count = flattenState(like).length;
    if (names.length !== count)
      throw new ArgumentError(
        where,
        `stateName to have a name for each of the state's ${count} parts`,
        `${names.length}`,
      );
    const initialState = unflattenState(
      like,
      names.map((name) => savedState(stateSaver, name)),
    );
    const overTime = { inputs: fromSteps(inputs), timeMajor: true, lengths };
    const run = {
      ...{ ...overTime, where, cell, stateName: 'the state of stateSaver' },
      ...{ initialState, scope, kernel, training },
    };
    const [{ outputs, state }] = runCells([run]) as [Unrolled];
    for (const [k, part] of flattenState(state).entries()) save(stateSaver, names[k] as string, part);
    return [toSteps<O>(outputs), state as S];
  });
}

function checkSaver(saver: StateSaver): void {
  const missing = (['state', 'saveState'] as const).filter((name) => typeof saver?.[name] !== 'function');
  if (missing.length > 0)
    throw new ArgumentError(where, 'stateSaver to be a StateSaver', `one without ${missing.join(', ')}`);
}

function namesOf(name: StateName): string[] {
  if (typeof name === 'string') return [name];
  if (Array.isArray(name)) return name.flatMap((part) => namesOf(part));
  const pair = name as LSTMStateTuple<string> | undefined;
  if (typeof pair?.c === 'string' && typeof pair.h === 'string') return [pair.c, pair.h];
  throw new ArgumentError(where, 'stateName to be a string, a pair of them, or a list', `${name}`);
}

function savedState(saver: StateSaver, name: string): Tensor {
  const saved: unknown = saver.state(name);
  if (saved instanceof Tensor) return saved;
  throw new ArgumentError(
    where,
    `stateSaver.state('${name}') to give a tensor`,
    saved === null ? 'null' : typeof saved,
  );
}

/** A saver that throws has taken nothing. */
function save(saver: StateSaver, name: string, part: Tensor): void {
  const saved = keep(stopGradient(part));
  try {
    saver.saveState(name, saved);
  } catch (error) {
    saved.dispose();
    throw error;
  }
}
