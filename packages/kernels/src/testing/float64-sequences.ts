/**
 * The three recurrences as loops over rows, steps and units in float64, written from the equations and sharing nothing with the tensor
 * code. Each row is cut to its length, reversed as an array where `reverse` is set, run, and reversed back.
 */

type Numbers = ArrayLike<number>;
type Scalar = (x: number) => number;

/** Everything a recurrence is given, by name, row-major. */
export type Values = Readonly<Record<string, Numbers>>;

export interface Schedule {
  readonly lengths?: readonly number[];
  readonly reverse?: boolean;
}

export interface Sizes {
  readonly T: number;
  readonly B: number;
  readonly D: number;
  readonly H: number;
  /** H without a projection. */
  readonly P: number;
}

const sigmoid: Scalar = (x) => 1 / (1 + Math.exp(-x));
const clip = (x: number, limit = Number.POSITIVE_INFINITY): number => Math.max(-limit, Math.min(limit, x));
const value = (from: Numbers, index: number): number => from[index] as number;
const row = (from: Numbers, b: number, width: number): number[] => Array.from(from).slice(b * width, (b + 1) * width);
const units = (n: number, of: (k: number) => number): number[] => Array.from({ length: n }, (_, k) => of(k));

/** One entry of `x · matrix`, the matrix having `columns` columns. */
function product(x: readonly number[], matrix: Numbers, columns: number, column: number): number {
  return x.reduce((sum, entry, k) => sum + entry * value(matrix, k * columns + column), 0);
}

type Step = (x: readonly number[], state: readonly number[][]) => [number[], number[][]];

/** A step over every row of `inputs [T, B, D]`: the outputs `[T, B, P]` and the parts of the final state. */
function overRows(
  { T, B, D, P }: Sizes,
  { lengths, reverse = false }: Schedule,
  inputs: Numbers,
  initial: readonly [Numbers, number][],
  step: Step,
): { outputs: number[]; state: number[][] } {
  const outputs = new Array<number>(T * B * P).fill(0);
  const final: number[][] = initial.map(() => []);
  for (let b = 0; b < B; b++) {
    const order = units(lengths === undefined ? T : value(lengths, b), (t) => t);
    if (reverse) order.reverse();
    let state = initial.map(([part, width]) => row(part, b, width));
    for (const t of order) {
      const [output, next] = step(row(inputs, t * B + b, D), state);
      for (const [k, entry] of output.entries()) outputs[(t * B + b) * P + k] = entry;
      state = next;
    }
    for (const [k, part] of state.entries()) final[k]?.push(...part);
  }
  return { outputs, state: final };
}

export interface LstmConstants extends Schedule {
  readonly forgetBias?: number;
  readonly cellClip?: number;
  readonly projClip?: number;
  readonly act?: Scalar;
}

/** `values`: inputs, c, h, kernel, bias, and where they are used f, i, o (peepholes) and projection. */
export function lstm64(
  sizes: Sizes,
  values: Values,
  constants: LstmConstants,
): Record<'outputs' | 'c' | 'h', number[]> {
  const { H, P } = sizes;
  const { forgetBias = 1, cellClip, projClip, act = Math.tanh } = constants;
  const { inputs = [], c = [], h = [], kernel = [], bias = [], projection, ...peepholes } = values;
  const peep = (gate: 'f' | 'i' | 'o', cell: number, k: number): number => {
    const weight = peepholes[gate];
    return weight === undefined ? 0 : value(weight, k) * cell;
  };
  const { outputs, state } = overRows(
    sizes,
    constants,
    inputs,
    [
      [c, H],
      [h, P],
    ],
    (x, [cell = [], hidden = []]) => {
      const gate = (g: number, k: number) =>
        product([...x, ...hidden], kernel, 4 * H, g * H + k) + value(bias, g * H + k);
      const newC = units(H, (k) => {
        const old = cell[k] as number;
        const keep = sigmoid(gate(2, k) + forgetBias + peep('f', old, k));
        return clip(old * keep + sigmoid(gate(0, k) + peep('i', old, k)) * act(gate(1, k)), cellClip);
      });
      const m = units(H, (k) => sigmoid(gate(3, k) + peep('o', newC[k] as number, k)) * act(newC[k] as number));
      const newH = projection === undefined ? m : units(P, (k) => clip(product(m, projection, P, k), projClip));
      return [newH, [newC, newH]];
    },
  );
  return { outputs, c: state[0] as number[], h: state[1] as number[] };
}

export interface SimpleConstants extends Schedule {
  readonly act?: Scalar;
}

/** `values`: inputs, h, gatesKernel, gatesBias, candidateKernel, candidateBias. */
export function gru64(sizes: Sizes, values: Values, constants: SimpleConstants): Record<'outputs' | 'h', number[]> {
  const { H } = sizes;
  const { act = Math.tanh } = constants;
  const { inputs = [], h = [], gatesKernel = [], gatesBias = [], candidateKernel = [], candidateBias = [] } = values;
  const { outputs, state } = overRows(sizes, constants, inputs, [[h, H]], (x, [old = []]) => {
    const gate = (k: number) => sigmoid(product([...x, ...old], gatesKernel, 2 * H, k) + value(gatesBias, k));
    const reset = old.map((entry, k) => gate(k) * entry);
    const newH = old.map((entry, k) => {
      const u = gate(H + k);
      return u * entry + (1 - u) * act(product([...x, ...reset], candidateKernel, H, k) + value(candidateBias, k));
    });
    return [newH, [newH]];
  });
  return { outputs, h: state[0] as number[] };
}

/** `values`: inputs, h, gatesKernel, gatesBias, and the candidate's kernel and bias for the inputs and for h. */
export function gruResetAfter64(
  sizes: Sizes,
  values: Values,
  constants: SimpleConstants,
): Record<'outputs' | 'h', number[]> {
  const { H } = sizes;
  const { act = Math.tanh } = constants;
  const { inputs = [], h = [], gatesKernel = [], gatesBias = [], ...candidate } = values;
  const { candidateInputKernel = [], candidateInputBias = [] } = candidate;
  const { candidateHiddenKernel = [], candidateHiddenBias = [] } = candidate;
  const { outputs, state } = overRows(sizes, constants, inputs, [[h, H]], (x, [old = []]) => {
    const gate = (k: number) => sigmoid(product([...x, ...old], gatesKernel, 2 * H, k) + value(gatesBias, k));
    const newH = old.map((entry, k) => {
      const ofInputs = product(x, candidateInputKernel, H, k) + value(candidateInputBias, k);
      const ofState = product(old, candidateHiddenKernel, H, k) + value(candidateHiddenBias, k);
      const u = gate(H + k);
      return u * entry + (1 - u) * act(ofInputs + gate(k) * ofState);
    });
    return [newH, [newH]];
  });
  return { outputs, h: state[0] as number[] };
}

/** `values`: inputs, h, kernel, bias. */
export function rnn64(sizes: Sizes, values: Values, constants: SimpleConstants): Record<'outputs' | 'h', number[]> {
  const { H } = sizes;
  const { act = Math.tanh } = constants;
  const { inputs = [], h = [], kernel = [], bias = [] } = values;
  const { outputs, state } = overRows(sizes, constants, inputs, [[h, H]], (x, [old = []]) => {
    const newH = units(H, (k) => act(product([...x, ...old], kernel, H, k) + value(bias, k)));
    return [newH, [newH]];
  });
  return { outputs, h: state[0] as number[] };
}
