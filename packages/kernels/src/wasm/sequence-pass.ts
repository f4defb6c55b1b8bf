import { type Engine, engine } from './engine';
import { type SequenceRecord, sequenceBytes, writeSequence } from './sequence-record';
import type { ThreadFunction } from './threads';

/**
 * The kinds of recurrence and what each has: gates in its first product, a cell state, a second product for a candidate, and each product's
 * biases. A reset gate that acts after the product leaves the candidate two: x's, and h's, which the gate multiplies.
 */
const kinds = {
  lstm: { gates: 4, hasCell: true, hasCandidate: false, biases: [4], forward: 'lstmForward', backward: 'lstmBackward' },
  gru: { gates: 2, hasCell: false, hasCandidate: true, biases: [2, 1], forward: 'gruForward', backward: 'gruBackward' },
  gruResetAfter: {
    gates: 2,
    hasCell: false,
    hasCandidate: true,
    biases: [2, 2],
    forward: 'gruResetAfterForward',
    backward: 'gruResetAfterBackward',
  },
  rnn: { gates: 1, hasCell: false, hasCandidate: false, biases: [1], forward: 'rnnForward', backward: 'rnnBackward' },
} as const satisfies Record<string, { forward: ThreadFunction; backward: ThreadFunction; [key: string]: unknown }>;

export type RecurrenceKind = keyof typeof kinds;

/** A product's weights in TensorFlow's layout: `kernel [D + H, gates · H]`, `bias [biases · H]`. */
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
  /** `[T, B, D]` */
  readonly x: Float32Array;
  /** `[B, H]` */
  readonly h0: Float32Array;
  /** `[B, H]`, for an LSTM. */
  readonly c0?: Float32Array | undefined;
  /** The gates' product, and for a GRU the candidate's. */
  readonly products: readonly Product[];
  readonly lengths?: readonly number[] | undefined;
  readonly reverse: boolean;
  readonly forgetBias?: number;
  readonly relu?: boolean;
}

export interface PassResult {
  /** `[T, B, H]` */
  readonly out: Float32Array;
  /** `[B, H]` */
  readonly h: Float32Array;
  /** `[B, H]`, of an LSTM. */
  readonly c?: Float32Array;
}

export interface PassGradients {
  /** `[T, B, D]`, where it was asked for. */
  readonly x?: Float32Array;
  readonly h0: Float32Array;
  readonly c0?: Float32Array;
  readonly products: readonly Product[];
}

/** Rows whose whole work is less than this many multiplications are not worth a thread. */
const worthAThread = 400_000;

const ceil8 = (n: number): number => Math.ceil(n / 8) * 8;

/**
 * One pass of a recurrence over a sequence in the engine's memory: forward, and for training backward once. What the backward pass needs stays
 * there until it has run, or `free` is called.
 */
export class SequencePass {
  readonly #engine: Engine;
  readonly #inputs: PassInputs;
  /** Steps that are run: up to the longest length. */
  readonly #run: number;
  readonly #width: number;
  readonly #rows: readonly { readonly first: number; readonly count: number }[];
  /** The blocks that stay for the backward pass. */
  #kept: number[] = [];
  #sequences: number[] = [];
  /** The products' kernels as they were given. */
  #kernels: number[] = [];

  constructor(inputs: PassInputs, on: Engine = engine()) {
    this.#engine = on;
    this.#inputs = inputs;
    const { steps, batch, units, lengths } = inputs;
    this.#run = lengths === undefined ? steps : lengths.reduce((most, length) => Math.max(most, length), 0);
    this.#width = ceil8(units);
    this.#rows = this.#share(batch);
  }

  /** Runs forward. With `training`, `backward` or `free` must follow. */
  forward(training: boolean): PassResult {
    const {
      kind,
      steps,
      batch,
      inputs,
      units,
      x,
      h0,
      c0,
      products,
      lengths,
      reverse,
      forgetBias = 0,
      relu = false,
    } = this.#inputs;
    const { gates, hasCell, hasCandidate, biases: biasCounts, forward } = kinds[kind];
    const { functions, arena } = this.#engine;
    const [run, width] = [this.#run, this.#width];
    const k = inputs + width;
    const passing: number[] = [];
    const allocate = (blocks: number[], floats: number): number => {
      const address = arena.allocate(floats * 4);
      blocks.push(address);
      return address;
    };
    try {
      const state = batch * units;
      const given = {
        x: allocate(passing, run * batch * inputs),
        h0: allocate(passing, state),
        ...(hasCell && { c0: allocate(passing, state), cEnd: allocate(passing, state) }),
        out: allocate(passing, run * batch * units),
        hEnd: allocate(passing, state),
        ...(lengths !== undefined && { lengths: allocate(this.#kept, batch) }),
      };
      this.#kernels = products.map(({ kernel }) => allocate(this.#kept, kernel.length));
      const biases = products.map(({ bias }) => allocate(passing, bias.length));
      const packed = products.map((_, p) => allocate(passing, (p === 0 ? gates : 1) * width * k));
      const packedBiases = biasCounts.map((count) => allocate(passing, count * width));
      // A row of `joined` is a little longer than it must be, so that rows do not fall on the same lines of the cache.
      const rowFloats = k + 4;
      const kept = training ? this.#kept : passing;
      const gateSteps = training ? run : 1;
      this.#sequences = this.#rows.map(({ first, count }) => {
        const address = allocate(this.#kept, sequenceBytes / 4);
        const record: SequenceRecord = {
          ...{ rows: count, firstRow: first, batch, steps: run, inputs, units, width, rowBytes: rowFloats * 4 },
          ...{ reverse: reverse ? 1 : 0, training: training ? 1 : 0, relu: relu ? 1 : 0, forgetBias },
          ...{ lengths: 0, shortest: Math.min(run, ...(lengths?.slice(first, first + count) ?? [])) },
          ...given,
          ...{ weights: packed[0] as number, bias: packedBiases[0] as number },
          joined: allocate(kept, (run + 1) * count * rowFloats),
          gates: allocate(kept, gateSteps * gates * width * count),
          ...(hasCell && {
            cells: allocate(kept, (training ? run + 1 : 2) * width * count),
            cellTanh: allocate(kept, gateSteps * width * count),
          }),
          ...(hasCandidate && {
            ...{ weights2: packed[1] as number, bias2: packedBiases[1] as number },
            gates2: allocate(kept, gateSteps * width * count),
            reset: allocate(kept, gateSteps * width * count),
          }),
        };
        writeSequence(this.#engine.floats, address, record);
        return address;
      });

      const memory = this.#engine.floats;
      memory.set(run < steps ? x.subarray(0, run * batch * inputs) : x, given.x / 4);
      memory.set(h0, given.h0 / 4);
      if (given.c0 !== undefined) memory.set(c0 as Float32Array, given.c0 / 4);
      if (given.lengths !== undefined)
        new Int32Array(memory.buffer, given.lengths, batch).set(lengths as readonly number[]);
      for (const [p, { kernel, bias }] of products.entries()) {
        const count = p === 0 ? gates : 1;
        memory.set(kernel, (this.#kernels[p] as number) / 4);
        memory.set(bias, (biases[p] as number) / 4);
        functions.packWeights(this.#kernels[p] as number, packed[p] as number, inputs, units, width, count);
        functions.packBias(biases[p] as number, packedBiases[p] as number, units, width, biasCounts[p] as number);
      }
      this.#engine.threads.run(forward, this.#sequences);

      const copy = (address: number, floats: number): Float32Array => memory.slice(address / 4, address / 4 + floats);
      const out = new Float32Array(steps * batch * units);
      out.set(memory.subarray(given.out / 4, given.out / 4 + run * batch * units));
      return { out, h: copy(given.hEnd, state), ...(given.cEnd !== undefined && { c: copy(given.cEnd, state) }) };
    } catch (error) {
      this.free();
      throw error;
    } finally {
      for (const address of passing) arena.free(address);
      if (!training) this.free();
    }
  }

  /** The gradients from those of the result; that of x only `withX`. Frees what the pass kept. */
  backward(result: PassResult, withX: boolean): PassGradients {
    if (this.#kept.length === 0) throw new Error('SequencePass.backward: what the forward run kept has been freed');
    const { kind, steps, batch, inputs, units, products } = this.#inputs;
    const { gates, hasCell, hasCandidate, biases: biasCounts, backward } = kinds[kind];
    const { functions, arena } = this.#engine;
    const [run, width] = [this.#run, this.#width];
    const k = inputs + width;
    const inputWidth = ceil8(inputs);
    const passing: number[] = [];
    const allocate = (floats: number): number => {
      const address = arena.allocate(floats * 4);
      passing.push(address);
      return address;
    };
    try {
      const state = batch * units;
      const counts = hasCandidate ? [gates, 1] : [gates];
      const given = {
        dOut: allocate(run * batch * units),
        dhEnd: allocate(state),
        dh0: allocate(state),
        ...(hasCell && { dcEnd: allocate(state), dc0: allocate(state) }),
        dx: withX ? allocate(run * batch * inputs) : 0,
      };
      const stateT = counts.map((count) => allocate(width * count * width));
      const inputT = counts.map((count) => (withX ? allocate(inputWidth * count * width) : 0));
      const allocateBias = (p: number): number => allocate((biasCounts[p] as number) * width);
      const gradients = counts.map((count, p) => ({ kernel: allocate(k * count * width), bias: allocateBias(p) }));
      const perThread = this.#rows.map(({ count: rows }, thread) => {
        // Rows of gradients are a little longer than they must be, as those of `joined`.
        const rowFloats = biasCounts.map((count) => count * width + 16);
        const own = counts.map((count, p) =>
          thread === 0
            ? (gradients[p] as { kernel: number; bias: number })
            : { kernel: allocate(k * count * width), bias: allocateBias(p) },
        );
        const record: SequenceRecord = {
          ...given,
          ...{ stateWeightsT: stateT[0] as number, inputWeightsT: inputT[0] as number },
          dGates: allocate(run * gates * width * rows),
          dRow: allocate(rows * (rowFloats[0] as number)),
          dRowBytes: (rowFloats[0] as number) * 4,
          dh: allocate(width * rows),
          heldH: allocate(width * rows),
          dxRow: withX ? allocate(inputWidth * rows) : 0,
          ...{ dWeights: own[0]?.kernel as number, dBias: own[0]?.bias as number },
          ...(hasCell && { dc: allocate(width * rows), heldC: allocate(width * rows) }),
          ...(hasCandidate && {
            ...{ stateWeightsT2: stateT[1] as number, inputWeightsT2: inputT[1] as number },
            dGates2: allocate(run * (biasCounts[1] as number) * width * rows),
            dRow2: allocate(rows * (rowFloats[1] as number)),
            dRowBytes2: (rowFloats[1] as number) * 4,
            dReset: kind === 'gru' ? allocate(width * rows) : 0,
            ...{ dWeights2: own[1]?.kernel as number, dBias2: own[1]?.bias as number },
          }),
        };
        return { record, own };
      });

      const memory = this.#engine.floats;
      for (const [thread, { record }] of perThread.entries())
        writeSequence(memory, this.#sequences[thread] as number, record);
      for (const [p, count] of counts.entries()) {
        const kernel = this.#kernels[p] as number;
        functions.packTransposed(kernel, stateT[p] as number, inputs, units, units, width, count);
        if (withX) functions.packTransposed(kernel, inputT[p] as number, 0, inputs, units, width, count);
      }
      memory.set(run < steps ? result.out.subarray(0, run * batch * units) : result.out, given.dOut / 4);
      memory.set(result.h, given.dhEnd / 4);
      if (given.dcEnd !== undefined) memory.set(result.c as Float32Array, given.dcEnd / 4);
      // A product over no steps writes nothing.
      if (run === 0)
        for (const { own } of perThread)
          for (const [p, { kernel }] of own.entries())
            memory.fill(0, kernel / 4, kernel / 4 + k * (counts[p] as number) * width);
      this.#engine.threads.run(backward, this.#sequences);

      for (const { own } of perThread.slice(1)) {
        for (const [p, count] of counts.entries()) {
          functions.addInto(gradients[p]?.kernel as number, own[p]?.kernel as number, k * count * width);
          functions.addInto(gradients[p]?.bias as number, own[p]?.bias as number, (biasCounts[p] as number) * width);
        }
      }
      const copy = (address: number, floats: number): Float32Array => memory.slice(address / 4, address / 4 + floats);
      const unpacked = counts.map((count, p): Product => {
        const { kernel, bias } = products[p] as Product;
        const to = this.#kernels[p] as number;
        functions.unpack(gradients[p]?.kernel as number, to, inputs + units, units, width, count);
        const dKernel = copy(to, kernel.length);
        functions.unpack(gradients[p]?.bias as number, to, 1, units, width, biasCounts[p] as number);
        return { kernel: dKernel, bias: copy(to, bias.length) };
      });
      const dx = new Float32Array(withX ? steps * batch * inputs : 0);
      if (withX) dx.set(memory.subarray(given.dx / 4, given.dx / 4 + run * batch * inputs));
      return {
        ...(withX && { x: dx }),
        h0: copy(given.dh0, state),
        ...(given.dc0 !== undefined && { c0: copy(given.dc0, state) }),
        products: unpacked,
      };
    } finally {
      for (const address of passing) arena.free(address);
      this.free();
    }
  }

  /** Gives back what was kept for the backward pass. */
  free(): void {
    for (const address of this.#kept) this.#engine.arena.free(address);
    this.#kept = [];
  }

  /** The rows of each thread. Depends on sizes alone, so that sums are the same in every run. */
  #share(batch: number): { first: number; count: number }[] {
    const { kind, inputs } = this.#inputs;
    const perRow = this.#run * (inputs + this.#width) * this.#width * kinds[kind].gates;
    const useful = Math.max(1, Math.floor((batch * perRow) / worthAThread));
    const threads = Math.min(this.#engine.threads.count, useful, batch);
    const each = Math.ceil(batch / threads);
    const firsts = Array.from({ length: Math.ceil(batch / each) }, (_, thread) => thread * each);
    return firsts.map((first) => ({ first, count: Math.min(each, batch - first) }));
  }
}
