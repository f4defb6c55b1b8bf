import type { Phase } from './phases';

/** What a shader is written for, besides its sizes. */
export interface ShaderOptions {
  /** Whether the outputs of all steps are asked for, and not the final state alone. */
  readonly returnSequences: boolean;
  /** Whether what the backward run needs is kept. */
  readonly training: boolean;
  readonly initialState: boolean;
  readonly peepholes: boolean;
  readonly projection: boolean;
  readonly cellClip: boolean;
  readonly projClip: boolean;
  readonly relu: boolean;
}

/**
 * A part of a shader's result. The shader has a function `<name>At(place, column)` that gives an index; the place is `here` in what each step has, `row` in
 * what each row of the batch has once. `h` has two places a row, since the old one is read while the new one is written.
 */
export interface Section {
  readonly each: 'step' | 'row' | 'rowTwice';
  /** Columns: so many times H, or P. */
  readonly units?: number;
  readonly outputs?: number;
}

export interface Shader {
  readonly sections: Readonly<Record<string, Section>>;
  readonly start: readonly Phase[];
  readonly phases: readonly Phase[];
}

/** The gradient of a weight: `ofᵀ · to`, or where `of` is left out the sum of `to` over steps and rows; of columns, in H, of `to`. */
export interface WeightGradient {
  /** A section of the forward result. */
  readonly of?: string;
  /** A section of the backward result. */
  readonly to: string;
  /** Default: all columns. */
  readonly columns?: readonly [from: number, count: number];
}

/**
 * A recurrence in WGSL, on the products of its inputs: `projected`, a row of `gates · H` for each step of each row. Its forward shader reads `projected`,
 * its weights, `initialH` and `initialC`, and leaves its sections in `result`. The backward one finds them in `kept`, and reads the weights, the matrices
 * among them transposed, `dOutputs`, and `dStates`, of h and then of c. Every backward shader has the sections `dGates`, the gradient of `projected`, `dH`
 * and, of an LSTM, `dC`.
 */
export interface Recurrence {
  readonly gates: number;
  readonly hasCell: boolean;
  readonly weights: Readonly<Record<string, WeightGradient>>;
  forward(options: ShaderOptions): Shader;
  backward(options: ShaderOptions): Shader;
}
