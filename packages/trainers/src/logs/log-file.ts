import { type FileHandle, open, readFile, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ArgumentError } from '@rnn/cells';
import { makeFolder } from '../files/make-folder';

/**
 * A text file that grows line by line. One that cannot be opened is an `ArgumentError` that names it; where later the system refuses to write, as on a full
 * disk, its own error says which file that was.
 */
export class LogFile {
  readonly #where: string;
  readonly #path: string;
  #handle: FileHandle | undefined;

  constructor(where: string, path: string) {
    this.#where = where;
    this.#path = path;
  }

  /** Makes it, and its folder, or begins it anew. */
  async create(): Promise<void> {
    await this.#try(async () => {
      await makeFolder(dirname(this.#path));
      this.#handle = await open(this.#path, 'w');
    });
  }

  /** Goes on after the last line up to which `keeps` is true of every one, which are returned; what follows it is cut off, half a line too. */
  async resume(keeps: (line: string, index: number) => boolean): Promise<string[]> {
    return this.#try(async () => {
      await makeFolder(dirname(this.#path));
      this.#handle = await open(this.#path, 'a');
      const lines = (await readFile(this.#path, 'utf8')).split('\n').slice(0, -1);
      const end = lines.findIndex((line, index) => !keeps(line, index));
      const kept = end < 0 ? lines : lines.slice(0, end);
      await truncate(this.#path, Buffer.byteLength(kept.map((line) => `${line}\n`).join('')));
      return kept;
    });
  }

  /** Writes at its end, and returns when the system has it. */
  async append(data: string | Uint8Array): Promise<void> {
    try {
      await this.#handle?.appendFile(data);
    } catch (error) {
      await this.close();
      const { code, message } = error as NodeJS.ErrnoException;
      throw Object.assign(new Error(`${this.#where}: expected ${this.#path} to be written, got ${message}`), { code });
    }
  }

  async close(): Promise<void> {
    await this.#handle?.close();
    this.#handle = undefined;
  }

  async #try<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      await this.close();
      throw new ArgumentError(this.#where, `${this.#path} to be a file that can be written`, (error as Error).message);
    }
  }
}
