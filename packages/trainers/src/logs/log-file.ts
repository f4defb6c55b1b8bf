import { type FileHandle, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ArgumentError } from '@rnn/cells';
import { makeFolder } from '../files/make-folder';

/** How a log knows its own lines from those of another file. */
interface OwnLines {
  /** What the first of them begins with. */
  readonly beginning: string;
  isOwn(line: string, index: number): boolean;
}

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

  /** Makes it, and its folder, or goes on at its end; gives its whole lines. A file with a line of something else is refused, and stays as it is. */
  async open({ beginning, isOwn }: OwnLines): Promise<string[]> {
    return this.#try(async () => {
      await makeFolder(dirname(this.#path));
      this.#handle = await open(this.#path, 'a');
      // A pipe or a terminal has no lines to go on with.
      if (!(await this.#handle.stat()).isFile()) return [];
      const lines = (await readFile(this.#path, 'utf8')).split('\n');
      const half = lines.pop() as string;
      const isBegun = half.startsWith(beginning) || beginning.startsWith(half);
      const other = lines.length === 0 && !isBegun ? half : lines.find((line, index) => !isOwn(line, index));
      if (other === undefined) return lines;
      const expected = `${this.#path} to hold such a log or nothing`;
      throw new ArgumentError(this.#where, expected, `the line '${other}'`, 'Give another file.');
    });
  }

  /** Cuts off what follows these lines, the first of those that `open` gave; half a line too. */
  async keep(lines: readonly string[]): Promise<void> {
    await this.#try(async () => {
      if ((await this.#handle?.stat())?.isFile())
        await this.#handle?.truncate(Buffer.byteLength(lines.map((line) => `${line}\n`).join('')));
    });
  }

  /** Writes at its end, and returns when the system has it. */
  async append(data: string | Uint8Array): Promise<void> {
    try {
      await this.#handle?.appendFile(data);
    } catch (error) {
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
      if (error instanceof ArgumentError) throw error;
      throw new ArgumentError(this.#where, `${this.#path} to be a file that can be written`, (error as Error).message);
    }
  }
}
