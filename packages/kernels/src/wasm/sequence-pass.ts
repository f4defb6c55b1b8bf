import { Blocks } from './blocks';
import { type Engine, engine } from './engine';
import { makeSequence, type SequenceRecord, sequenceBytes, writeSequence } from './sequence-record';
import type { ThreadFunction } from './threads';

export type RecurrenceKind = 'lstm' | 'gru' | 'gruResetAfter' | 'rnn';

interface Kind {
  /** Gates in each of its products' kernels. */
  readonly gates: readonly number[];
  /** Those of their biases: a reset gate that acts after the product leaves the candidate two, x's, and h's, which the gate multiplies. */
  readonly biases: readonly number[];
  readonly hasCell: boolean;
  readonly forward: ThreadFunction;
  readonly backward: ThreadFunction;
}

const kinds: Record<RecurrenceKind, Kind> = {
  lstm: { gates: [4], biases: [4], hasCell: true, forward: 'lstmForward', backward: 'lstmBackward' },
  gru: { gates: [2, 1], biases: [2, 1], hasCell: false, forward: 'gruForward', backward: 'gruBackward' },
  gruResetAfter: {
    ...{ gates: [2, 1], biases: [2, 2], hasCell: false },
    ...{ forward: 'gruResetAfterForward', backward: 'gruResetAfterBackward' },
  },
  rnn: { gates: [1], biases: [1], hasCell: false, forward: 'rnnForward', backward: 'rnnBackward' },
};

/** A product's weights in TensorFlow's layout: `kernel [D + H, gates · H]`, of a projected LSTM `[D + P, 4H]`; `bias [biases · H]`. */
interface Product {
  readonly kernel: Float32Array;
  readonly bias: Float32Array;
}

export interface PassInputs {
  readonly kind: RecurrenceKind;
  readonly steps: number;
  readonly batch: number;
  readonly inputs: number;
  readonly units: number;
  /** `[T, B, D]`, or `[B, T, D]` with `batchMajor`. */
  readonly x: Float32Array;
  /** Of x, the outputs and their gradients. */
  readonly batchMajor?: boolean;
  /** `[B, H]`, or `[B, P]` with a projection. Default: zeros, to which no gradient is computed. */
  readonly h0?: Float32Array | undefined;
  /** `[B, H]`, for an LSTM; given where h0 is. */
  readonly c0?: Float32Array | undefined;
  /** The gates' product, and for a GRU the candidate's. */
  readonly products: readonly Product[];
  readonly lengths?: readonly number[] | undefined;
  readonly reverse: boolean;
  readonly forgetBias?: number;
  readonly relu?: boolean;
  /** An LSTM's w_f, w_i and w_o, each `[H]`. */
  readonly peepholes?: readonly Float32Array[] | undefined;
  /** An LSTM's, `[H, P]`. */
  readonly projection?: Float32Array | undefined;
  readonly cellClip?: number | undefined;
  /** Only with a projection. */
  readonly projClip?: number | undefined;
  /** For training: whether to keep states at every √T-th step only, and compute the others again in the backward run. Default: false. */
  readonly swapMemory?: boolean;
  /** Whether to give the outputs of all steps. Default: true. */
  readonly returnSequences?: boolean;
}

/** Those of the inputs that are arrays. */
type PassArrays = Pick<PassInputs, 'x' | 'h0' | 'c0' | 'products' | 'peepholes' | 'projection'>;

/** What a pass gives, or gradients of it. Arrays that the engine gives are views of its memory, and hold until its next call. */
export interface PassResult {
  /** `[T, B, H]`, or `[B, T, H]`; P in place of H with a projection. */
  readonly out?: Float32Array;
  /** `[B, H]`, or `[B, P]`. */
  readonly h: Float32Array;
  /** `[B, H]`, of an LSTM. */
  readonly c?: Float32Array;
}

export interface PassGradients {
  /** As x, where it was asked for. */
  readonly x?: Float32Array;
  /** Where there was one. */
  readonly h0?: Float32Array;
  readonly c0?: Float32Array;
  readonly products: readonly Product[];
  /** Those of w_f, w_i and w_o. */
  readonly peepholes?: readonly Float32Array[];
  readonly projection?: Float32Array;
}

/** Rows whose whole work is less than this many multiplications are not worth a thread. */
const worthAThread = 400_000;

/** Steps of a window for inference, which keeps nothing but the states: few, so that they stay in the cache. */
const inferenceWindow = 16;

const ceil8 = (n: number): number => Math.ceil(n / 8) * 8;

/** The fields of a product in a Sequence: those of the second end in 2. */
const ofProduct = (p: number, fields: Record<string, number>): SequenceRecord =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [p === 0 ? name : `${name}${p + 1}`, value]));

/**
 * Runs passes of one kind forward, at once: none needs what another gives. With `training`, `runBackward` or `free` of each must follow.
 */
export function runForward(passes: readonly SequencePass[], training: boolean): PassResult[] {
  try {
    return run(passes, 'forward', (pass) => pass.loadForward(training));
  } catch (error) {
    for (const pass of passes) pass.free();
    throw error;
  } finally {
    for (const pass of passes) pass.free(!training);
  }
}

/** The passes' gradients from those of their results; those of x only `withX`. Frees what the passes kept. */
export function runBackward(
  passes: readonly SequencePass[],
  results: readonly PassResult[],
  withX: boolean,
): PassGradients[] {
  try {
    return run(passes, 'backward', (pass, i) => pass.loadBackward(results[i] as PassResult, withX));
  } finally {
    for (const pass of passes) pass.free();
  }
}

function run<R>(
  passes: readonly SequencePass[],
  direction: 'forward' | 'backward',
  load: (pass: SequencePass, i: number) => () => R,
): R[] {
  const { engine, functions } = passes[0] as SequencePass;
  const read = passes.map(load);
  const sequences = passes.flatMap((pass) => pass.sequences);
  const { count } = engine.threads;
  for (let first = 0; first < sequences.length; first += count)
    engine.threads.run(functions[direction], sequences.slice(first, first + count));
  return read.map((results) => results());
}

/**
 * One pass of a recurrence over a sequence in the engine's memory: forward, and for training backward once. What the backward pass needs stays
 * there until it has run, or `free` is called.
 */
export class SequencePass {
  readonly #engine: Engine;
  readonly #inputs: Omit<PassInputs, keyof PassArrays>;
  /** Views of TensorFlow.js' memory, which hold until that grows: gone when they are loaded. */
  #arrays: PassArrays | undefined;
  /** How long the arrays were; 0 for what was not given. */
  readonly #lengths: {
    readonly x: number;
    readonly h0: number;
    readonly products: readonly { readonly kernel: number; readonly bias: number }[];
    readonly peepholes: number;
    readonly projection: number;
  };
  /** Steps that are run: up to the longest length. */
  readonly #run: number;
  /** H, rounded up to 8. */
  readonly #width: number;
  /** The width of h: P with a projection, H without. */
  readonly #outputs: number;
  readonly #outputWidth: number;
  readonly #rows: readonly { readonly first: number; readonly count: number }[];
  /** What stays for the backward pass, and what a call gives back at its end. */
  readonly #kept: Blocks;
  readonly #passing: Blocks;
  #sequences: number[] = [];
  /** The products' kernels as they were given. */
  #kernels: number[] = [];
  /** The projection as it was given. */
  #projection = 0;

  /** @param share The part of the engine's threads that the pass may take. */
  constructor(inputs: PassInputs, on: Engine = engine(), share = 1) {
    const { steps, units, lengths } = inputs;
    this.#engine = on;
    const { x, h0, c0, products, peepholes, projection, ...rest } = inputs;
    this.#inputs = rest;
    this.#arrays = { x, h0, c0, products, peepholes, projection };
    this.#lengths = {
      ...{ x: x.length, h0: h0?.length ?? 0, peepholes: peepholes?.length ?? 0, projection: projection?.length ?? 0 },
      products: products.map(({ kernel, bias }) => ({ kernel: kernel.length, bias: bias.length })),
    };
    this.#run = lengths === undefined ? steps : lengths.reduce((most, length) => Math.max(most, length), 0);
    this.#width = ceil8(units);
    this.#outputs = projection === undefined ? units : projection.length / units;
    this.#outputWidth = ceil8(this.#outputs);
    this.#rows = this.#divide(Math.max(1, Math.floor(on.threads.count * share)));
    this.#kept = new Blocks(on.arena);
    this.#passing = new Blocks(on.arena);
  }

  get engine(): Engine {
    return this.#engine;
  }

  /** What the threads call with each of `sequences`. */
  get functions(): { readonly forward: ThreadFunction; readonly backward: ThreadFunction } {
    return kinds[this.#inputs.kind];
  }

  /** Of what `runForward` gives. */
  get shapes(): { readonly out: number[]; readonly c: number[]; readonly h: number[] } {
    const { steps, batch, units, batchMajor } = this.#inputs;
    const width = this.#outputs;
    const out = batchMajor ? [batch, steps, width] : [steps, batch, width];
    return { out, c: [batch, units], h: [batch, width] };
  }

  /** Addresses of the Sequences in the engine's memory. */
  get sequences(): readonly number[] {
    return this.#sequences;
  }

  /** Gives back what a call needed; with `all`, also what was kept for the backward run. */
  free(all = true): void {
    this.#passing.free();
    if (all) this.#kept.free();
  }

  /** Allocates all that the forward run needs, and writes its inputs there; gives what reads its results. */
  loadForward(training: boolean): () => PassResult {
    const { kind, steps, batch, inputs, units, lengths, cellClip, projClip } = this.#inputs;
    const { forgetBias = 0, relu = false, reverse, returnSequences = true } = this.#inputs;
    const { x, h0, c0, products, peepholes, projection } = this.#arrays as PassArrays;
    this.#arrays = undefined;
    const { gates, biases, hasCell } = kinds[kind];
    const [run, width, outputs, outputWidth] = [this.#run, this.#width, this.#outputs, this.#outputWidth];
    const k = inputs + outputWidth;
    const [state, cell] = [batch * outputs, batch * units];
    const [passing, kept] = [this.#passing, this.#kept];
    const window = this.#window(training);
    const saves = training && window < run;
    /** What the backward run needs too, where it runs windows forward again. */
    const rerun = saves ? kept : passing;
    const given = {
      x: rerun.allocate(x.length),
      h0: h0 === undefined ? 0 : passing.allocate(state),
      out: returnSequences ? passing.allocate(steps * state) : 0,
      hEnd: passing.allocate(state),
      ...(hasCell && { c0: c0 === undefined ? 0 : passing.allocate(cell), cEnd: passing.allocate(cell) }),
    };
    const lengthsAt = lengths === undefined ? 0 : kept.allocate(batch);
    const weights = products.map(({ kernel, bias }, p) => ({
      kernel: kept.allocate(kernel.length),
      bias: passing.allocate(bias.length),
      packed: rerun.allocate((gates[p] as number) * width * k),
      packedBias: rerun.allocate((biases[p] as number) * width),
    }));
    const peepholesAt = peepholes === undefined ? 0 : kept.allocate(3 * width);
    const packedProjection = projection === undefined ? 0 : rerun.allocate(outputWidth * width);
    this.#projection = projection === undefined ? 0 : kept.allocate(projection.length);
    // A row of `joined` is a little longer than it must be, so that rows do not fall on the same lines of the cache.
    const rowFloats = k + 4;
    const states = training ? kept : passing;
    const gateSteps = training ? window : 1;
    const windows = Math.ceil(run / window);
    this.#sequences = this.#rows.map(({ first, count }) => {
      const address = kept.allocate(sequenceBytes / 4);
      const gate = width * count;
      const record: SequenceRecord = {
        ...{ rows: count, firstRow: first, total: run, window, inputs, units, width, rowBytes: rowFloats * 4 },
        ...this.#strides(),
        ...{ reverse: reverse ? 1 : 0, training: training ? 1 : 0, relu: relu ? 1 : 0, forgetBias },
        ...{
          lengths: lengthsAt,
          shortest: (lengths?.slice(first, first + count) ?? []).reduce(
            (least, length) => Math.min(least, length),
            run,
          ),
        },
        ...{ outputs, outputWidth, cellClip: cellClip ?? -1, projClip: projClip ?? -1 },
        ...{ peepholes: peepholesAt, projection: packedProjection },
        ...given,
        ...Object.assign({}, ...weights.map((w, p) => ofProduct(p, { weights: w.packed, bias: w.packedBias }))),
        ...(saves && { savedH: kept.allocate(windows * count * outputWidth) }),
        ...(saves && hasCell && { savedC: kept.allocate(windows * gate) }),
        joined: states.allocate((window + 1) * count * rowFloats),
        ...Object.assign({}, ...gates.map((g, p) => ofProduct(p, { gates: states.allocate(gateSteps * g * gate) }))),
        ...(hasCell && {
          cells: states.allocate((training ? window + 1 : 2) * gate),
          cellTanh: states.allocate(gateSteps * gate),
        }),
        ...(projection !== undefined && { m: states.allocate(gateSteps * gate) }),
        ...(projClip !== undefined && { projected: states.allocate(gateSteps * outputWidth * count) }),
        ...(gates.length > 1 && { reset: states.allocate(gateSteps * gate) }),
      };
      makeSequence(this.#engine.floats, address, record);
      return address;
    });

    const { floats, functions } = this.#engine;
    floats.set(x, given.x / 4);
    if (h0 !== undefined) floats.set(h0, given.h0 / 4);
    if (c0 !== undefined) floats.set(c0, (given.c0 as number) / 4);
    if (lengths !== undefined) new Int32Array(floats.buffer, lengthsAt, batch).set(lengths);
    // Steps that are not run.
    if (returnSequences && run < steps) floats.fill(0, given.out / 4, given.out / 4 + steps * state);
    for (const [p, { kernel, bias, packed, packedBias }] of weights.entries()) {
      const count = gates[p] as number;
      floats.set((products[p] as Product).kernel, kernel / 4);
      floats.set((products[p] as Product).bias, bias / 4);
      functions.packWeights(kernel, packed, inputs + outputs, k, units, width, count);
      functions.packBias(bias, packedBias, units, width, biases[p] as number);
    }
    this.#kernels = weights.map(({ kernel }) => kernel);
    if (peepholes !== undefined) {
      floats.fill(0, peepholesAt / 4, peepholesAt / 4 + 3 * width);
      for (const [p, peephole] of peepholes.entries()) floats.set(peephole, peepholesAt / 4 + p * width);
    }
    if (projection !== undefined) {
      floats.set(projection, this.#projection / 4);
      functions.packWeights(this.#projection, packedProjection, units, width, outputs, outputWidth, 1);
    }
    return () => ({
      ...(returnSequences && { out: this.#view(given.out, steps * state) }),
      h: this.#view(given.hEnd, state),
      ...(given.cEnd !== undefined && { c: this.#view(given.cEnd, cell) }),
    });
  }

  /** Allocates all that the backward run needs, and writes the results' gradients there; gives what reads those that it computes. */
  loadBackward(result: PassResult, withX: boolean): () => PassGradients {
    if (this.#kept.isEmpty) throw new Error('SequencePass: what the forward run kept has been freed');
    const { kind, steps, batch, inputs, units } = this.#inputs;
    const { x, h0, peepholes, projection } = this.#lengths;
    const window = this.#window(true);
    const { gates, biases, hasCell } = kinds[kind];
    const [run, width, outputs, outputWidth] = [this.#run, this.#width, this.#outputs, this.#outputWidth];
    const k = inputs + outputWidth;
    const inputWidth = ceil8(inputs);
    const [state, cell] = [batch * outputs, batch * units];
    const passing = this.#passing;
    const given = {
      dx: withX ? passing.allocate(x) : 0,
      dOut: result.out === undefined ? 0 : passing.allocate(steps * state),
      // Its block is gone; windows that are run again write no outputs.
      out: 0,
      dhEnd: passing.allocate(state),
      dh0: h0 === 0 ? 0 : passing.allocate(state),
      ...(hasCell && { dcEnd: passing.allocate(cell), dc0: h0 === 0 ? 0 : passing.allocate(cell) }),
    };
    const transposed = gates.map((count) => ({
      stateWeightsT: passing.allocate(outputWidth * count * width),
      inputWeightsT: withX ? passing.allocate(inputWidth * count * width) : 0,
    }));
    /** Each product's gradients, by threads. */
    const gradients = gates.map((count, p) =>
      this.#rows.map(() => ({
        dWeights: passing.allocate(k * count * width),
        dBias: passing.allocate((biases[p] as number) * width),
      })),
    );
    const projectionT = projection === 0 ? 0 : passing.allocate(outputWidth * width);
    /** Likewise, 0 where there is none. */
    const extras = this.#rows.map(() => ({
      dPeepholes: peepholes === 0 ? 0 : passing.allocate(3 * width),
      dProjection: projection === 0 ? 0 : passing.allocate(width * outputWidth),
    }));
    const records = this.#rows.map(({ count: rows }, thread): SequenceRecord => {
      const ofH = (): number => passing.allocate(outputWidth * rows);
      const ofC = (): number => passing.allocate(width * rows);
      return {
        ...given,
        ...Object.assign(
          {},
          ...biases.map((count, p) => {
            // Rows of gradients are a little longer than they must be, as those of `joined`.
            const rowFloats = count * width + 16;
            return ofProduct(p, {
              ...transposed[p],
              dGates: passing.allocate(window * count * width * rows),
              dRow: passing.allocate(rows * rowFloats),
              dRowBytes: rowFloats * 4,
              ...gradients[p]?.[thread],
            });
          }),
        ),
        ...extras[thread],
        ...(projection !== 0 && {
          ...{
            projectionT,
            dProjected: passing.allocate(window * outputWidth * rows),
            dProjectedRow: ofH(),
            dM: ofC(),
          },
        }),
        ...{ dh: ofH(), heldH: ofH(), dxRow: withX ? passing.allocate(inputWidth * rows) : 0 },
        ...(hasCell && { dc: ofC(), heldC: ofC() }),
        ...(kind === 'gru' && { dReset: ofC() }),
      };
    });

    const { floats, functions } = this.#engine;
    for (const [thread, record] of records.entries()) writeSequence(floats, this.#sequences[thread] as number, record);
    const clear = (address: number, count: number) => floats.fill(0, address / 4, address / 4 + count);
    for (const [p, threads] of gradients.entries())
      for (const { dBias } of threads) clear(dBias, (biases[p] as number) * width);
    if (peepholes !== 0) for (const { dPeepholes } of extras) clear(dPeepholes, 3 * width);
    for (const [p, { stateWeightsT, inputWeightsT }] of transposed.entries()) {
      const [kernel, count] = [this.#kernels[p] as number, gates[p] as number];
      functions.packTransposed(kernel, stateWeightsT, inputs, outputs, units, width, count);
      if (withX) functions.packTransposed(kernel, inputWeightsT, 0, inputs, units, width, count);
    }
    if (projection !== 0) functions.packTransposed(this.#projection, projectionT, 0, units, outputs, outputWidth, 1);
    if (result.out !== undefined) floats.set(result.out, given.dOut / 4);
    floats.set(result.h, given.dhEnd / 4);
    if (given.dcEnd !== undefined) floats.set(result.c as Float32Array, given.dcEnd / 4);
    if (withX && run < steps) clear(given.dx, x);
    const { dx, dh0, dc0 = 0 } = given;
    return () => ({
      ...(dx !== 0 && { x: this.#view(dx, x) }),
      ...(dh0 !== 0 && { h0: this.#view(dh0, state) }),
      ...(dc0 !== 0 && { c0: this.#view(dc0, cell) }),
      products: gradients.map((threads, p) => this.#unpack(threads, p)),
      ...this.#unpackExtras(extras),
    });
  }

  /** The sum of the threads' gradients of a product, in TensorFlow's layout. */
  #unpack(threads: readonly { dWeights: number; dBias: number }[], p: number): Product {
    const { kind, inputs, units } = this.#inputs;
    const { functions } = this.#engine;
    const width = this.#width;
    const [count, biases] = [kinds[kind].gates[p] as number, kinds[kind].biases[p] as number];
    const [first, ...others] = threads;
    const { dWeights, dBias } = first as { dWeights: number; dBias: number };
    for (const other of others) {
      functions.addInto(dWeights, other.dWeights, (inputs + this.#outputWidth) * count * width);
      functions.addInto(dBias, other.dBias, biases * width);
    }
    const { kernel, bias } = this.#lengths.products[p] as { kernel: number; bias: number };
    // The kernel itself is needed no more: its place takes its gradient. So do the packed gradients' that of the bias.
    const kernelAt = this.#kernels[p] as number;
    functions.unpack(dWeights, kernelAt, inputs + this.#outputs, units, width, count);
    functions.unpack(dBias, dWeights, 1, units, width, biases);
    return { kernel: this.#view(kernelAt, kernel), bias: this.#view(dWeights, bias) };
  }

  /** Likewise of the peepholes and the projection, where there are any. */
  #unpackExtras(threads: readonly { dPeepholes: number; dProjection: number }[]): Partial<PassGradients> {
    const { units } = this.#inputs;
    const { peepholes, projection } = this.#lengths;
    const { functions } = this.#engine;
    const [width, outputs, outputWidth] = [this.#width, this.#outputs, this.#outputWidth];
    const [first, ...others] = threads;
    const { dPeepholes, dProjection } = first as { dPeepholes: number; dProjection: number };
    for (const other of others) {
      if (peepholes !== 0) functions.addInto(dPeepholes, other.dPeepholes, 3 * width);
      if (projection !== 0) functions.addInto(dProjection, other.dProjection, width * outputWidth);
    }
    if (projection !== 0) functions.unpack(dProjection, this.#projection, units, outputs, outputWidth, 1);
    return {
      ...(peepholes !== 0 && { peepholes: [0, 1, 2].map((p) => this.#view(dPeepholes + 4 * p * width, units)) }),
      ...(projection !== 0 && { projection: this.#view(this.#projection, projection) }),
    };
  }

  /** Steps that the threads' regions hold. */
  #window(training: boolean): number {
    const { swapMemory = false } = this.#inputs;
    if (!training) return Math.max(1, Math.min(this.#run, inferenceWindow));
    return Math.max(1, swapMemory ? Math.ceil(Math.sqrt(this.#run)) : this.#run);
  }

  /** Bytes between steps and between rows. */
  #strides(): SequenceRecord {
    const { steps, batch, inputs, batchMajor = false } = this.#inputs;
    const [step, row] = batchMajor ? [4, 4 * steps] : [4 * batch, 4];
    const outputs = this.#outputs;
    return { xStep: step * inputs, xRow: row * inputs, outStep: step * outputs, outRow: row * outputs };
  }

  #view(address: number, floats: number): Float32Array {
    return this.#engine.floats.subarray(address / 4, address / 4 + floats);
  }

  /** The rows of each thread, `threads` at most. Depends on sizes alone, so that sums are the same in every run. */
  #divide(threads: number): { first: number; count: number }[] {
    const { kind, batch, inputs } = this.#inputs;
    const { projection } = this.#lengths;
    const gates = kinds[kind].gates.reduce((sum, count) => sum + count);
    const projected = projection === 0 ? 0 : this.#width * this.#outputWidth;
    const perRow = this.#run * ((inputs + this.#outputWidth) * this.#width * gates + projected);
    const useful = Math.max(1, Math.floor((batch * perRow) / worthAThread));
    const each = Math.ceil(batch / Math.min(threads, useful, batch));
    const firsts = Array.from({ length: Math.ceil(batch / each) }, (_, thread) => thread * each);
    return firsts.map((first) => ({ first, count: Math.min(each, batch - first) }));
  }
}
