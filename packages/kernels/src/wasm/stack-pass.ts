import { Blocks } from './blocks';
import { type Engine, engine } from './engine';
import { workOf } from './layer-layout';
import { LayerPass, type StackRun } from './layer-pass';
import { Scratch } from './scratch';
import { writeSequence } from './sequence-record';
import { type Slice, splitRows } from './split-rows';
import type { StackGradients, StackInputs, StackOptions, StackResult } from './stack-inputs';

/** Steps of a window for inference, which keeps nothing but the states: few, so that they stay in the cache. */
const inferenceWindow = 16;

/**
 * Runs stacks forward, at once: none needs what another gives. A thread runs its rows through all layers of a stack. With `training`,
 * `runBackward` or `free` of each must follow.
 */
export function runForward(passes: readonly StackPass[], training: boolean): StackResult[] {
  const { engine } = passes[0] as StackPass;
  const slices = splitRows(passes, engine.threads.count, engine.worthAThread);
  const shared = new Blocks(engine.arena);
  try {
    const scratch = new Scratch(shared);
    for (const [i, pass] of passes.entries()) pass.beginForward(slices[i] as Slice[], training, scratch);
    for (const pass of passes) pass.loadForward();
    runThreads(engine, 'forward', passes, 0);
    return passes.map((pass) => pass.readForward());
  } catch (error) {
    for (const pass of passes) pass.free();
    throw error;
  } finally {
    shared.free();
    engine.weights.release();
    for (const pass of passes) pass.free(!training);
  }
}

/**
 * The stacks' gradients from those of their results: of the layers from `lowest` on, 0 the lowest of all, and of x only `withX`. Frees what the
 * stacks kept.
 */
export function runBackward(
  passes: readonly StackPass[],
  results: readonly StackResult[],
  withX: boolean,
  lowest = 0,
): StackGradients[] {
  const { engine } = passes[0] as StackPass;
  const shared = new Blocks(engine.arena);
  try {
    const scratch = new Scratch(shared);
    for (const pass of passes) pass.beginBackward(lowest, withX, scratch);
    for (const [i, pass] of passes.entries()) pass.loadBackward(results[i] as StackResult, lowest, withX);
    runThreads(engine, 'backward', passes, lowest);
    return passes.map((pass) => pass.readBackward(lowest, withX));
  } finally {
    shared.free();
    for (const pass of passes) pass.free();
  }
}

/** Links what each thread has to run, and runs it. */
function runThreads(
  { threads, floats }: Engine,
  direction: 'forward' | 'backward',
  passes: readonly StackPass[],
  lowest: number,
): void {
  const lists = new Map<number, number[]>();
  for (const pass of passes) {
    for (const [thread, sequences] of pass.sequencesByThread(lowest)) {
      const inOrder = direction === 'forward' ? sequences : [...sequences].reverse();
      lists.set(thread, [...(lists.get(thread) ?? []), ...inOrder]);
    }
  }
  const all = [...lists.values()].filter(({ length }) => length > 0);
  for (const list of all)
    for (const [i, address] of list.entries()) writeSequence(floats, address, [{ after: list[i + 1] ?? 0 }]);
  if (all.length > 0)
    threads.run(
      direction,
      all.map(([first]) => first as number),
    );
}

/**
 * Layers of recurrences on top of each other over one sequence, in the engine's memory: forward, and for training backward once. What passes
 * between the layers stays there. What the backward pass needs is kept until it has run, or `free` is called.
 */
export class StackPass {
  readonly engine: Engine;
  readonly #options: StackOptions;
  /** A view of TensorFlow.js' memory, which holds until that grows: gone when it is loaded. */
  #x: Float32Array | undefined;
  readonly #layers: readonly LayerPass[];
  /** Steps that are run: up to the longest length. */
  readonly #steps: number;
  readonly #kept: Blocks;
  readonly #passing: Blocks;
  #run: StackRun | undefined;
  /** The addresses of the last layer's outputs, and of the gradient of x. */
  #out = 0;
  #dx = 0;

  constructor({ x, layers, ...options }: StackInputs, on: Engine = engine()) {
    this.engine = on;
    this.#x = x;
    this.#options = options;
    let { inputs } = options;
    this.#layers = layers.map((layer) => {
      const pass = new LayerPass(layer, inputs, options, on);
      inputs = pass.sizes.outputs;
      return pass;
    });
    const { steps, lengths } = options;
    this.#steps = lengths === undefined ? steps : lengths.reduce((most, length) => Math.max(most, length), 0);
    this.#kept = new Blocks(on.arena);
    this.#passing = new Blocks(on.arena);
  }

  get batch(): number {
    return this.#options.batch;
  }

  /** Multiplications of a row, forward. */
  get workOfRow(): number {
    return this.#steps * this.#layers.reduce((sum, { sizes }) => sum + workOf(sizes), 0);
  }

  /** Of what `runForward` gives. */
  get shapes(): { readonly out: number[]; readonly states: readonly { readonly c: number[]; readonly h: number[] }[] } {
    const { steps, batch, batchMajor } = this.#options;
    const states = this.#layers.map(({ sizes }) => ({ c: [batch, sizes.units], h: [batch, sizes.outputs] }));
    const width = this.#top.sizes.outputs;
    return { out: batchMajor ? [batch, steps, width] : [steps, batch, width], states };
  }

  /** The Sequences of the layers from `lowest` on that each thread runs, the lowest first. */
  sequencesByThread(lowest: number): [thread: number, sequences: number[]][] {
    const layers = this.#layers.slice(lowest);
    return (this.#run as StackRun).slices.map(({ thread }, i) => [
      thread,
      layers.map(({ sequences }) => sequences[i] as number),
    ]);
  }

  /** Gives back what a call needed; with `all`, also what was kept for the backward run. */
  free(all = true): void {
    this.#passing.free();
    if (all) this.#kept.free();
  }

  beginForward(slices: readonly Slice[], training: boolean, scratch: Scratch): void {
    const { batch, lengths, swapMemory = false } = this.#options;
    const run = this.#steps;
    const kept = swapMemory ? Math.ceil(Math.sqrt(run)) : run;
    const window = Math.max(1, training ? kept : Math.min(run, inferenceWindow));
    const lengthsAt = lengths === undefined ? 0 : this.#kept.allocate(batch);
    if (lengths !== undefined) new Int32Array(this.engine.floats.buffer, lengthsAt, batch).set(lengths);
    const shortest = slices.map(({ first, count }) =>
      (lengths?.slice(first, first + count) ?? []).reduce((least, length) => Math.min(least, length), run),
    );
    this.#run = {
      ...{ slices, shortest, lengths: lengthsAt, run, window, training, saves: training && window < run },
      ...{ kept: this.#kept, passing: this.#passing, scratch },
    };
    this.#reserve('forward', 0, false);
  }

  beginBackward(lowest: number, withX: boolean, scratch: Scratch): void {
    if (this.#kept.isEmpty) throw new Error('StackPass: what the forward run kept has been freed');
    this.#run = { ...(this.#run as StackRun), scratch };
    this.#reserve('backward', lowest, withX);
  }

  #reserve(direction: 'forward' | 'backward', lowest: number, withX: boolean): void {
    const run = this.#run as StackRun;
    for (const [k, layer] of this.#layers.entries()) {
      if (k < lowest) continue;
      for (const slice of run.slices)
        run.scratch.reserve(slice.thread, layer.scratchOf(run, slice, direction, withX || k > lowest));
    }
  }

  loadForward(): void {
    const run = this.#run as StackRun;
    const { steps, batch, returnSequences = true } = this.#options;
    const x = this.#x as Float32Array;
    this.#x = undefined;
    // Windows that are run again read their inputs again.
    const blocks = run.saves ? this.#kept : this.#passing;
    const xAt = blocks.allocate(x.length);
    let below = xAt;
    for (const layer of this.#layers) {
      const floats = steps * batch * layer.sizes.outputs;
      const isTop = layer === this.#top;
      const out = isTop ? (returnSequences ? this.#passing.allocate(floats) : 0) : blocks.allocate(floats);
      layer.loadForward(run, below, out);
      below = out;
    }
    this.#out = below;
    const { floats } = this.engine;
    floats.set(x, xAt / 4);
    // Steps that are not run.
    if (returnSequences && run.run < steps) floats.fill(0, this.#out / 4, this.#out / 4 + this.#outFloats);
  }

  readForward(): StackResult {
    const { returnSequences = true } = this.#options;
    return {
      ...(returnSequences && { out: this.#view(this.#out, this.#outFloats) }),
      states: this.#layers.map((layer) => layer.readForward()),
    };
  }

  loadBackward({ out, states }: StackResult, lowest: number, withX: boolean): void {
    const run = this.#run as StackRun;
    const { steps, batch } = this.#options;
    const dTop = out === undefined ? 0 : this.#passing.allocate(out.length);
    let above = dTop;
    for (const [k, layer] of [...this.#layers.entries()].reverse()) {
      if (k < lowest) break;
      const floats = steps * batch * layer.sizes.inputs;
      const dx = k > lowest || withX ? this.#passing.allocate(floats) : 0;
      layer.loadBackward(run, dx, above, states[k] as StackResult['states'][number]);
      above = dx;
    }
    this.#dx = above;
    const { floats } = this.engine;
    if (out !== undefined) floats.set(out, dTop / 4);
    if (withX && run.run < steps) floats.fill(0, this.#dx / 4, this.#dx / 4 + this.#xFloats);
  }

  readBackward(lowest: number, withX: boolean): StackGradients {
    return {
      ...(withX && { x: this.#view(this.#dx, this.#xFloats) }),
      layers: this.#layers.map((layer, k) => (k < lowest ? undefined : layer.readBackward())),
    };
  }

  get #top(): LayerPass {
    return this.#layers.at(-1) as LayerPass;
  }

  get #outFloats(): number {
    const { steps, batch } = this.#options;
    return steps * batch * this.#top.sizes.outputs;
  }

  get #xFloats(): number {
    const { steps, batch, inputs } = this.#options;
    return steps * batch * inputs;
  }

  #view(address: number, floats: number): Float32Array {
    return this.engine.floats.subarray(address / 4, address / 4 + floats);
  }
}
