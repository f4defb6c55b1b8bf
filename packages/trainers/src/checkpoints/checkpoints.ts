import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ArgumentError } from '@rnn/cells';
import { checkCount, checkFunction, describeValue } from '../checks';
import type { ModelDir } from '../estimator/estimator';
import { makeWritableFolder, trialName } from '../files/make-writable-folder';
import { partEnding } from '../files/part-files';
import { checkState } from '../guard/guard';
import type { TrainingState } from '../state/training-state';
import type { StepEndInfo, TrainingPosition } from '../trainer/training-callback';
import { checkConfig } from './check-config';
import { CheckpointError } from './checkpoint-error';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint, type RunConfig } from './checkpoint-file';
import { SafetensorsError } from './safetensors';
import { writeAtomically } from './write-atomically';

export interface CheckpointsOptions {
  /** After how many updates one is saved; another after the last one. Default: 500. */
  readonly every?: number;
  /** How many are kept, the newest. Default: 3. */
  readonly keep?: number;
  /** What the run is started with, such as the size of its batches: a checkpoint of a run that was started with something else is refused. */
  readonly config?: RunConfig | undefined;
  /** Is told of a checkpoint that is damaged, or that the system refuses to read, and left out. Default: `console.warn`. */
  readonly warn?: (sentence: string) => void;
}

const where = 'Checkpoints';
const nameOf = (step: number): string => `checkpoint-${step}.safetensors`;
const namePattern = /^checkpoint-(\d+)\.safetensors$/;

/**
 * The checkpoints of one run in a folder: safetensors files `checkpoint-<step>.safetensors` with all that the run is made of. As a callback of `fit`
 * it saves them; `latest` gives the newest, from which `Trainer.restore` goes on to the bit. Node only.
 *
 * Each is written whole or not at all, then those that are too many are deleted, so that whenever the process is killed the newest can be read. One
 * that was damaged since is told by its checksum and left out, as one that the system refuses to read, and the one before it is taken.
 *
 * Throws `ArgumentError` for options that do not fit, for a folder that cannot be written to, for a checkpoint of a run with another `config`, and
 * where a run begins before a checkpoint that is there, which it would overwrite; `CheckpointError` where none can be read, and where one cannot be
 * written, such as on a full disk: those before it are as they were. In `fit`, `NotFiniteError` for weights that are not finite, which are not saved,
 * unless that has `stopAtNaN: false`.
 *
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { BasicLSTMCell } from '@rnn/cells';
 * import { sine } from '@rnn/datasets';
 * import { adam, meanSquaredError, sequenceRegressor, Trainer } from '@rnn/trainers';
 * import { Checkpoints } from '@rnn/trainers/checkpoints';
 *
 * async function train(): Promise<number> {
 *   const model = sequenceRegressor({ cell: new BasicLSTMCell(8), outputs: 1 });
 *   const trainer = new Trainer(model, { loss: meanSquaredError, optimizer: adam(0.01), seed: 1 });
 *   const checkpoints = new Checkpoints('runs/sine', { every: 10, config: { batchSize: 32 } });
 *   const state = await checkpoints.latest(); // undefined where there is none
 *   if (state !== undefined) trainer.restore(state);
 *   const { steps } = await trainer.fit(sine({ seed: 1 }).train, { maxSteps: 25, batchSize: 32, callbacks: [checkpoints] });
 *   trainer.dispose();
 *   return steps;
 * }
 *
 * console.log(await train(), await train()); // 25 0: the second found all steps made
 * ```
 */
export class Checkpoints implements ModelDir {
  readonly folder: string;
  readonly #every: number;
  readonly #keep: number;
  readonly #config: RunConfig | undefined;
  readonly #warn: (sentence: string) => void;

  constructor(folder: string, { every = 500, keep = 3, config, warn = console.warn }: CheckpointsOptions = {}) {
    if (typeof folder !== 'string' || folder === '')
      throw new ArgumentError(where, 'folder to be a path', describeValue(folder));
    checkCount(where, 'every', every);
    checkCount(where, 'keep', keep);
    checkFunction(where, 'warn', warn);
    this.folder = folder;
    this.#every = every;
    this.#keep = keep;
    this.#config = config;
    this.#warn = warn;
  }

  /** The state of the newest checkpoint that can be read; undefined where there is none at all. */
  async latest(): Promise<TrainingState | undefined> {
    return (await this.newest())?.state;
  }

  /** The same with the `config` that it was saved with. */
  async newest(): Promise<Checkpoint | undefined> {
    const steps = await this.#steps();
    const leftOut: string[] = [];
    let refusal: string | undefined;
    for (const step of steps) {
      const file = this.#path(step);
      const found = await this.#read(step);
      if (found instanceof CheckpointError) {
        leftOut.push(`${nameOf(step)} (${found.code ?? 'damaged'})`);
        refusal ??= found.code;
        this.#warn(found.message);
      } else if (found !== undefined) {
        if (this.#config !== undefined) checkConfig(file, found.config, this.#config);
        return found;
      }
    }
    if (leftOut.length === 0) return undefined;
    const expected = `a checkpoint in ${this.folder} that can be read`;
    const remedy = refusal === undefined ? 'Delete what is there to begin anew.' : 'Who may read it?';
    throw new CheckpointError(where, expected, leftOut.join(', '), remedy, refusal);
  }

  /** Writes a checkpoint and deletes those that are too many; gives its path. */
  async save(state: TrainingState): Promise<string> {
    const file = this.#path(state.step);
    try {
      await writeAtomically(file, encodeCheckpoint({ state, config: this.#config ?? {} }));
      for (const step of (await this.#steps()).slice(this.#keep)) await rm(this.#path(step), { force: true });
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const remedy = 'The checkpoints before it are as they were.';
      throw new CheckpointError(where, `${file} to be written`, code ?? message, remedy, code);
    }
    return file;
  }

  /** Makes the folder ready: what a run that was killed left half written is deleted. */
  async onTrainBegin({ step }: TrainingPosition): Promise<void> {
    await makeWritableFolder(where, this.folder);
    for (const name of await readdir(this.folder)) {
      const whole = name.replace(partEnding, '');
      if (whole !== name && (whole === trialName || namePattern.test(whole)))
        await rm(join(this.folder, name), { force: true });
    }
    for (const later of await this.#steps()) if (later > step) await this.#setAside(later, step);
  }

  async onStepEnd({ trainer, options, step, last }: StepEndInfo): Promise<void> {
    if (!last && step % this.#every !== 0) return;
    const state = await trainer.state(options.callbacks);
    if (options.stopAtNaN !== false) checkState(state);
    await this.save(state);
  }

  /** A checkpoint that cannot be read gets another name, since it would count as the newest; one that is whole is another run's, or this one's own future. */
  async #setAside(later: number, step: number): Promise<void> {
    const file = this.#path(later);
    const found = await this.#read(later);
    if (found instanceof CheckpointError) {
      await rename(file, `${file}.${found.code === undefined ? 'damaged' : 'unreadable'}`);
      return;
    }
    const expected = `${this.folder} to hold no checkpoint after step ${step}, where this run begins`;
    throw new ArgumentError(where, expected, nameOf(later), 'Go on from it, or name another folder.');
  }

  #path(step: number): string {
    return join(this.folder, nameOf(step));
  }

  /** Of the checkpoints that are there, the newest first. */
  async #steps(): Promise<number[]> {
    const names = await readdir(this.folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw new ArgumentError(where, 'a folder that can be read', `${this.folder} (${error.code})`);
    });
    const steps = names.flatMap((name) => namePattern.exec(name)?.[1] ?? []).map(Number);
    return steps.sort((a, b) => b - a);
  }

  /**
   * What is wrong with it, where it is damaged or the system refuses to read it; undefined where it is gone, since a run that goes on meanwhile deletes
   * those that are too many.
   */
  async #read(step: number): Promise<Checkpoint | CheckpointError | undefined> {
    const file = this.#path(step);
    const remedy = 'It is left out.';
    try {
      return decodeCheckpoint(await readFile(file));
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (error instanceof SafetensorsError) return new CheckpointError(where, `${file} to be whole`, message, remedy);
      if (code === undefined) throw error;
      return code === 'ENOENT' ? undefined : new CheckpointError(where, `${file} to be readable`, code, remedy, code);
    }
  }
}
