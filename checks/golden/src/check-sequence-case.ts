import { type BaseRNNCell, flattenState, LSTMStateTuple, type NamedWeights, type State } from '@rnn/cells';
import {
  add,
  clone,
  dispose,
  engine,
  getBackend,
  mul,
  type Scalar,
  sum,
  type Tensor,
  type TensorContainer,
  tensor,
  tidy,
  type Variable,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { tolerance } from 'testing/tolerance';
import { type Comparison, faultsOf } from './comparison';
import type { CellSpec, NamedValues, SequenceCase, StateValues, Values } from './golden-case';
import { initialBias } from './initial-bias';
import { makeCell, NotSupported } from './make-cell';
import { inOurLayout } from './our-layout';
import { runnerOptions } from './runner-options';
import { type RunnerResult, runners } from './runners';

/**
 * What is wrong with a case on the backend in use, one sentence each: variables, shapes, outputs, final state, loss and gradients. Throws
 * `NotSupported` for a cell or runner that is not there.
 */
export async function checkSequenceCase(asWritten: SequenceCase): Promise<string[]> {
  const golden = inOurLayout(asWritten);
  const run = runners[golden.runner.type];
  if (run === undefined) throw new NotSupported(golden.runner.type);
  const options = runnerOptions(golden);
  const cells = cellsOf(golden).map(makeCell);
  let comparisons: Comparison[] = [];
  try {
    const compare = (): Comparison[] => {
      const inputs = toTensor(golden.inputs as Values);
      const initialStates =
        golden.initial_state === null ? undefined : bothWays<StateValues>(golden.initial_state).map(toState);
      const call = (): RunnerResult =>
        run({
          cells,
          inputs,
          initialStates,
          timeMajor: golden.time_major,
          options: { ...(golden.sequence_length && { sequenceLength: golden.sequence_length }), ...options },
        });
      call(); // Builds the cells, under the names that the runner gives.
      if (checkVariables(golden, cells).length > 0) return [];
      const biases = compareInitialBiases(golden, cells);
      for (const cell of cells) cell.setWeights(named(pickWeights(golden.weights, cell)));
      return [
        ...biases,
        ...compareForward(golden, call()),
        ...compareGradients(golden, call, inputs, initialStates ?? [], cells),
      ];
    };
    comparisons = tidy(compare as unknown as () => TensorContainer) as unknown as Comparison[];
    return [...checkVariables(golden, cells), ...(await faultsOf(comparisons))];
  } finally {
    dispose(comparisons.map(({ got }) => got));
    for (const cell of cells) cell.dispose();
  }
}

function checkVariables(golden: SequenceCase, cells: readonly BaseRNNCell<State>[]): string[] {
  const describe = (weights: readonly { name: string; shape: readonly number[] }[]): string =>
    weights
      .map(({ name, shape }) => `${name} [${shape.join(', ')}]`)
      .sort()
      .join('; ');
  const want = describe(golden.weights);
  const got = describe(variablesOf(cells).map(([name, { shape }]) => ({ name, shape })));
  return got === want ? [] : [`variables: want ${want}, got ${got}`];
}

/**
 * A case about initialisation holds the biases that its cells begin with, and those are compared. Any other values, constant ones too, are
 * merely given and say nothing about it.
 */
function compareInitialBiases(golden: SequenceCase, cells: readonly BaseRNNCell<State>[]): Comparison[] {
  const biases = cellsOf(golden).flatMap((spec, i) =>
    pickWeights(golden.weights, cells[i] as BaseRNNCell<State>)
      .filter(({ name }) => name.endsWith('bias'))
      .map((bias) => ({ ...bias, initial: initialBias(spec, bias.name) })),
  );
  if (!biases.every(({ data, initial }) => data.every((value) => value === initial))) return [];
  const variables = new Map(variablesOf(cells));
  return biases.map(({ name, data, shape }) => ({
    ...{ what: `initial ${name}`, got: clone(variables.get(name) as Variable), bound: 0 },
    want: { shape, data: data.map(Math.fround) },
  }));
}

function compareForward(golden: SequenceCase, { outputs, states }: RunnerResult): Comparison[] {
  const bound = tolerance(getBackend()).forward;
  const wantOutputs = bothWays<Values>(golden.outputs);
  const wantStates = bothWays<StateValues>(golden.final_state);
  return [
    ...outputs.map((got, i) => ({ what: `outputs ${i}`, got, want: wantOutputs[i] as Values, bound })),
    ...states.flatMap((state, i) => compareState(`final state ${i}`, state, wantStates[i] as StateValues, bound)),
  ];
}

function compareGradients(
  golden: SequenceCase,
  call: () => RunnerResult,
  inputs: Tensor,
  initialStates: readonly State[],
  cells: readonly BaseRNNCell<State>[],
): Comparison[] {
  const { forward, gradient: bound } = tolerance(getBackend());
  const variables = variablesOf(cells);
  const loss = (): Scalar => {
    const { outputs, states } = call();
    const coefficients = [
      ...bothWays<Values>(golden.loss.output_coefficients),
      ...bothWays<StateValues>(golden.loss.final_state_coefficients).flatMap(leaves),
    ];
    const parts = [...outputs, ...states.flatMap(flattenState)];
    const terms = parts.map((part, i) => sum<Scalar>(mul(part, toTensor(coefficients[i] as Values))));
    // Not by addN, which binds more buffers on WebGPU than it may.
    return terms.reduce((total, term) => add(total, term));
  };
  const states = initialStates.flatMap(flattenState);
  const xs = [inputs, ...states, ...variables.map(([, variable]) => variable)];
  // Lengths of zero cut every path to a weight; TensorFlow then gives zeros.
  const { value, grads } = engine().gradients(loss, xs, undefined, true);
  const of = (x: Tensor): Tensor => (grads[xs.indexOf(x)] as Tensor | null) ?? zerosLike(x);

  const wantStates =
    golden.gradients.initial_state === null
      ? []
      : bothWays<StateValues>(golden.gradients.initial_state).flatMap(leaves);
  const wantWeights = new Map(golden.gradients.weights.map((weight) => [weight.name, weight]));
  return [
    {
      ...{ what: 'loss', got: value, want: { shape: [], data: [golden.loss.value] }, bound: forward },
      scale: scaleOfLoss(golden),
    },
    ...(golden.gradients.inputs === null
      ? [] // Ids have none.
      : [{ what: 'gradient of inputs', got: of(inputs), want: golden.gradients.inputs as Values, bound }]),
    ...states.map((state, i) => ({
      ...{ what: `gradient of initial state ${i}`, got: of(state), want: wantStates[i] as Values, bound },
    })),
    ...variables.map(([name, variable]) => ({
      ...{ what: `gradient of ${name}`, got: of(variable), want: wantWeights.get(name) as Values, bound },
    })),
  ];
}

/** The loss is a sum that may cancel to almost nothing, so its bound is a share of the sum of magnitudes. */
function scaleOfLoss({ loss, outputs, final_state }: SequenceCase): number {
  const magnitudes = (values: unknown, coefficients: unknown): number => {
    const factors = bothWays<StateValues>(coefficients)
      .flatMap(leaves)
      .flatMap(({ data }) => data);
    const terms = bothWays<StateValues>(values)
      .flatMap(leaves)
      .flatMap(({ data }) => data);
    return terms.reduce((sum, term, i) => sum + Math.abs(term * (factors[i] as number)), 0);
  };
  return magnitudes(outputs, loss.output_coefficients) + magnitudes(final_state, loss.final_state_coefficients);
}

/** One thing, or the forward and the backward one. */
function bothWays<T>(value: unknown): T[] {
  const pair = value as { fw?: T; bw?: T };
  return pair.fw === undefined ? [value as T] : [pair.fw, pair.bw as T];
}

/** One cell, the forward and the backward one, or each layer's forward ones before each layer's backward ones. */
const cellsOf = ({ cell }: SequenceCase): CellSpec[] => bothWays<CellSpec | CellSpec[]>(cell).flat();

const variablesOf = (cells: readonly BaseRNNCell<State>[]): [string, Variable][] =>
  cells.flatMap((cell) => [...cell.variables]);

const pickWeights = (weights: readonly NamedValues[], cell: BaseRNNCell<State>): NamedValues[] =>
  weights.filter(({ name }) => cell.variables.has(name));

const named = (weights: readonly NamedValues[]): NamedWeights =>
  Object.fromEntries(weights.map((weight) => [weight.name, weight]));

const toTensor = ({ data, shape }: Values): Tensor => tensor(data, shape, 'float32');

const isTuple = (state: StateValues): state is readonly StateValues[] => Array.isArray(state);

function toState(state: StateValues): State {
  if (isTuple(state)) return state.map(toState);
  return 'c' in state ? new LSTMStateTuple(toTensor(state.c as Values), toTensor(state.h as Values)) : toTensor(state);
}

function leaves(state: StateValues): Values[] {
  if (isTuple(state)) return state.flatMap(leaves);
  return 'c' in state ? [...leaves(state.c), ...leaves(state.h)] : [state];
}

function compareState(what: string, got: State, want: StateValues, bound: number): Comparison[] {
  const wanted = leaves(want);
  const parts = flattenState(got);
  const none: Values = { shape: [0], data: [] };
  const all = parts.map((part, i) => ({ what: `${what}.${i}`, got: part, want: wanted[i] ?? none, bound }));
  if (parts.length >= wanted.length) return all;
  return [
    ...all,
    { what: `${what}, which has too few tensors`, got: tensor([]), want: { shape: [1], data: [1] }, bound },
  ];
}
