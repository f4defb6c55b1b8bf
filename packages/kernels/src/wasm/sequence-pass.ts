import { type Engine, engine } from './engine';
import { type SequenceRecord, sequenceBytes, writeSequence } from './sequence-record';
import type { ThreadFunction } from './threads';

/** The kinds of recurrence and what each has: gates in its first product, a cell state, a second product for a candidate. */
const kinds = {
  lstm: { gates: 4, hasCell: true, hasCandidate: false, forward: 'lstmForward', backward: 'lstmBackward' },
  gru: { gates: 2, hasCell: false, hasCandidate: true, forward: 'gruForward', backward: 'gruBackward' },
  rnn: { gates: 1, hasCell: false, hasCandidate: false, forward: 'rnnForward', backward: 'rnnBackward' },
} as const satisfies Record<string, { forward: ThreadFunction; backward: ThreadFunction; [key: string]: unknown }>;

export type RecurrenceKind = keyof typeof kinds;

/** A product's weights in TensorFlow's layout: `kernel [D + H, gates · H]`, of a projected LSTM `[D + P, 4H]`; `bias [gates · H]`. */
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
  /** `[B, H]`, or `[B, P]` with a projection. */
  readonly h0: Float32Array;
  /** `[B, H]`, for an LSTM. */
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
}

export interface PassResult {
  /** `[T, B, H]`, or `[T, B, P]`. */
  readonly out: Float32Array;
  /** `[B, H]`, or `[B, P]`. */
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
  /** Those of w_f, w_i and w_o. */
  readonly peepholes?: readonly Float32Array[];
  readonly projection?: Float32Array;
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
  /** The width of h: P with a projection, H without. */
  readonly #outputs: number;
  readonly #outputWidth: number;
  readonly #rows: readonly { readonly first: number; readonly count: number }[];
  /** The blocks that stay for the backward pass. */
  #kept: number[] = [];
  #sequences: number[] = [];
  /** The products' kernels as they were given. */
  #kernels: number[] = [];
  /** The projection as it was given. */
  #projection = 0;

  constructor(inputs: PassInputs, on: Engine = engine()) {
    this.#engine = on;
    this.#inputs = inputs;
    const { steps, batch, units, lengths } = inputs;
    this.#run = lengths === undefined ? steps : lengths.reduce((most, length) => Math.max(most, length), 0);
    this.#width = ceil8(units);
    this.#outputs = inputs.projection === undefined ? units : inputs.projection.length / units;
    this.#outputWidth = ceil8(this.#outputs);
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
    const { peepholes, projection, cellClip, projClip } = this.#inputs;
    const { gates, hasCell, hasCandidate, forward } = kinds[kind];
    const { functions, arena } = this.#engine;
    const [run, width, outputs, outputWidth] = [this.#run, this.#width, this.#outputs, this.#outputWidth];
    const k = inputs + outputWidth;
    const passing: number[] = [];
    const allocate = (blocks: number[], floats: number): number => {
      const address = arena.allocate(floats * 4);
      blocks.push(address);
      return address;
    };
    try {
      const [state, cell] = [batch * outputs, batch * units];
      const given = {
        x: allocate(passing, run * batch * inputs),
        h0: allocate(passing, state),
        ...(hasCell && { c0: allocate(passing, cell), cEnd: allocate(passing, cell) }),
        out: allocate(passing, run * batch * outputs),
        hEnd: allocate(passing, state),
        ...(lengths !== undefined && { lengths: allocate(this.#kept, batch) }),
      };
      this.#kernels = products.map(({ kernel }) => allocate(this.#kept, kernel.length));
      const biases = products.map(({ bias }) => allocate(passing, bias.length));
      const packed = products.map((_, p) => allocate(passing, (p === 0 ? gates : 1) * width * k));
      const packedBiases = products.map((_, p) => allocate(passing, (p === 0 ? gates : 1) * width));
      const peepholeWeights = peepholes === undefined ? 0 : allocate(this.#kept, 3 * width);
      this.#projection = projection === undefined ? 0 : allocate(this.#kept, projection.length);
      const packedProjection = projection === undefined ? 0 : allocate(passing, outputWidth * width);
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
          ...{ outputs, outputWidth, cellClip: cellClip ?? -1, projClip: projClip ?? -1 },
          ...{ peepholes: peepholeWeights, projection: packedProjection },
          ...given,
          ...{ weights: packed[0] as number, bias: packedBiases[0] as number },
          joined: allocate(kept, (run + 1) * count * rowFloats),
          gates: allocate(kept, gateSteps * gates * width * count),
          ...(hasCell && {
            cells: allocate(kept, (training ? run + 1 : 2) * width * count),
            cellTanh: allocate(kept, gateSteps * width * count),
          }),
          ...(projection && { m: allocate(kept, gateSteps * width * count) }),
          ...(projClip !== undefined && { projected: allocate(kept, gateSteps * outputWidth * count) }),
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
        functions.packWeights(
          this.#kernels[p] as number,
          packed[p] as number,
          inputs + outputs,
          k,
          units,
          width,
          count,
        );
        functions.packBias(biases[p] as number, packedBiases[p] as number, units, width, count);
      }
      if (peepholes !== undefined) {
        memory.fill(0, peepholeWeights / 4, peepholeWeights / 4 + 3 * width);
        for (const [p, peephole] of peepholes.entries()) memory.set(peephole, peepholeWeights / 4 + p * width);
      }
      if (projection !== undefined) {
        memory.set(projection, this.#projection / 4);
        functions.packWeights(this.#projection, packedProjection, units, width, outputs, outputWidth, 1);
      }
      this.#engine.threads.run(forward, this.#sequences);

      const copy = (address: number, floats: number): Float32Array => memory.slice(address / 4, address / 4 + floats);
      const out = new Float32Array(steps * batch * outputs);
      out.set(memory.subarray(given.out / 4, given.out / 4 + run * batch * outputs));
      return { out, h: copy(given.hEnd, state), ...(given.cEnd !== undefined && { c: copy(given.cEnd, cell) }) };
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
    const { kind, steps, batch, inputs, units, products, peepholes, projection } = this.#inputs;
    const { gates, hasCell, hasCandidate, backward } = kinds[kind];
    const { functions, arena } = this.#engine;
    const [run, width, outputs, outputWidth] = [this.#run, this.#width, this.#outputs, this.#outputWidth];
    const k = inputs + outputWidth;
    const inputWidth = ceil8(inputs);
    const passing: number[] = [];
    const allocate = (floats: number): number => {
      const address = arena.allocate(floats * 4);
      passing.push(address);
      return address;
    };
    try {
      const [state, cell] = [batch * outputs, batch * units];
      const counts = hasCandidate ? [gates, 1] : [gates];
      const given = {
        dOut: allocate(run * batch * outputs),
        dhEnd: allocate(state),
        dh0: allocate(state),
        ...(hasCell && { dcEnd: allocate(cell), dc0: allocate(cell) }),
        dx: withX ? allocate(run * batch * inputs) : 0,
      };
      const stateT = counts.map((count) => allocate(outputWidth * count * width));
      const projectionT = projection === undefined ? 0 : allocate(outputWidth * width);
      const inputT = counts.map((count) => (withX ? allocate(inputWidth * count * width) : 0));
      const gradients = counts.map((count) => ({ kernel: allocate(k * count * width), bias: allocate(count * width) }));
      const perThread = this.#rows.map(({ count: rows }, thread) => {
        // Rows of gradients are a little longer than they must be, as those of `joined`.
        const rowFloats = counts.map((count) => count * width + 16);
        const own = counts.map((count, p) =>
          thread === 0
            ? (gradients[p] as { kernel: number; bias: number })
            : { kernel: allocate(k * count * width), bias: allocate(count * width) },
        );
        const dPeepholes = peepholes === undefined ? 0 : allocate(3 * width);
        const dProjection = projection === undefined ? 0 : allocate(width * outputWidth);
        const record: SequenceRecord = {
          ...given,
          ...{ dPeepholes, dProjection },
          ...(projection && {
            projectionT,
            dProjected: allocate(run * outputWidth * rows),
            dProjectedRow: allocate(rows * outputWidth),
            dM: allocate(width * rows),
          }),
          ...{ stateWeightsT: stateT[0] as number, inputWeightsT: inputT[0] as number },
          dGates: allocate(run * gates * width * rows),
          dRow: allocate(rows * (rowFloats[0] as number)),
          dRowBytes: (rowFloats[0] as number) * 4,
          dh: allocate(outputWidth * rows),
          heldH: allocate(outputWidth * rows),
          dxRow: withX ? allocate(inputWidth * rows) : 0,
          ...{ dWeights: own[0]?.kernel as number, dBias: own[0]?.bias as number },
          ...(hasCell && { dc: allocate(width * rows), heldC: allocate(width * rows) }),
          ...(hasCandidate && {
            ...{ stateWeightsT2: stateT[1] as number, inputWeightsT2: inputT[1] as number },
            dGates2: allocate(run * width * rows),
            dRow2: allocate(rows * (rowFloats[1] as number)),
            dRowBytes2: (rowFloats[1] as number) * 4,
            dReset: allocate(width * rows),
            ...{ dWeights2: own[1]?.kernel as number, dBias2: own[1]?.bias as number },
          }),
        };
        return { record, own, dPeepholes, dProjection };
      });

      const memory = this.#engine.floats;
      for (const [thread, { record }] of perThread.entries())
        writeSequence(memory, this.#sequences[thread] as number, record);
      for (const [p, count] of counts.entries()) {
        const kernel = this.#kernels[p] as number;
        functions.packTransposed(kernel, stateT[p] as number, inputs, outputs, units, width, count);
        if (withX) functions.packTransposed(kernel, inputT[p] as number, 0, inputs, units, width, count);
      }
      if (projection) functions.packTransposed(this.#projection, projectionT, 0, units, outputs, outputWidth, 1);
      memory.set(run < steps ? result.out.subarray(0, run * batch * outputs) : result.out, given.dOut / 4);
      memory.set(result.h, given.dhEnd / 4);
      if (given.dcEnd !== undefined) memory.set(result.c as Float32Array, given.dcEnd / 4);
      // A product over no steps writes nothing.
      if (run === 0) {
        for (const { own, dProjection } of perThread) {
          for (const [p, { kernel }] of own.entries())
            memory.fill(0, kernel / 4, kernel / 4 + k * (counts[p] as number) * width);
          if (projection) memory.fill(0, dProjection / 4, dProjection / 4 + width * outputWidth);
        }
      }
      this.#engine.threads.run(backward, this.#sequences);

      const { dPeepholes, dProjection } = perThread[0] as (typeof perThread)[number];
      for (const { own, ...others } of perThread.slice(1)) {
        for (const [p, count] of counts.entries()) {
          functions.addInto(gradients[p]?.kernel as number, own[p]?.kernel as number, k * count * width);
          functions.addInto(gradients[p]?.bias as number, own[p]?.bias as number, count * width);
        }
        if (peepholes) functions.addInto(dPeepholes, others.dPeepholes, 3 * width);
        if (projection) functions.addInto(dProjection, others.dProjection, width * outputWidth);
      }
      const copy = (address: number, floats: number): Float32Array => memory.slice(address / 4, address / 4 + floats);
      const unpacked = counts.map((count, p): Product => {
        const { kernel, bias } = products[p] as Product;
        const to = this.#kernels[p] as number;
        functions.unpack(gradients[p]?.kernel as number, to, inputs + outputs, units, width, count);
        const dKernel = copy(to, kernel.length);
        functions.unpack(gradients[p]?.bias as number, to, 1, units, width, count);
        return { kernel: dKernel, bias: copy(to, bias.length) };
      });
      const dx = new Float32Array(withX ? steps * batch * inputs : 0);
      if (withX) dx.set(memory.subarray(given.dx / 4, given.dx / 4 + run * batch * inputs));
      if (projection) functions.unpack(dProjection, this.#projection, units, outputs, outputWidth, 1);
      return {
        ...(withX && { x: dx }),
        h0: copy(given.dh0, state),
        ...(given.dc0 !== undefined && { c0: copy(given.dc0, cell) }),
        products: unpacked,
        ...(peepholes && { peepholes: peepholes.map((_, p) => copy(dPeepholes + 4 * p * width, units)) }),
        ...(projection && { projection: copy(this.#projection, projection.length) }),
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
    const { kind, inputs, projection } = this.#inputs;
    const projected = projection === undefined ? 0 : this.#width * this.#outputWidth;
    const perRow = this.#run * ((inputs + this.#outputWidth) * this.#width * kinds[kind].gates + projected);
    const useful = Math.max(1, Math.floor((batch * perRow) / worthAThread));
    const threads = Math.min(this.#engine.threads.count, useful, batch);
    const each = Math.ceil(batch / threads);
    const firsts = Array.from({ length: Math.ceil(batch / each) }, (_, thread) => thread * each);
    return firsts.map((first) => ({ first, count: Math.min(each, batch - first) }));
  }
}
