import { execFile } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';

export interface Ran {
  readonly done: boolean;
  /** The first line of what it printed that says "error", or else the last line. */
  readonly lastWords: string;
}

interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Has the program end before its end. */
  readonly interrupted?: AbortSignal;
}

/** Runs a program to its end; nothing where there is no program of that name on the PATH. Throws once one that is interrupted has ended. */
export function runProgram(
  [name, ...words]: readonly string[],
  { interrupted, ...options }: RunOptions = {},
): Promise<Ran | undefined> {
  return new Promise((resolve, reject) => {
    interrupted?.throwIfAborted();
    const child = execFile(name as string, words, { ...options, maxBuffer: 2 ** 28 }, (error, stdout, stderr) => {
      interrupted?.removeEventListener('abort', end);
      if (interrupted?.aborted) return reject(interrupted.reason);
      if (error?.code === 'ENOENT') return resolve(undefined);
      const lines = stripVTControlCharacters(`${stdout}\n${stderr}`)
        .split('\n')
        .filter((line) => line.trim());
      const lastWords = (lines.find((line) => /\berror\b/i.test(line)) ?? lines.at(-1) ?? '').trim();
      resolve({ done: error === null, lastWords });
    });
    const end = () => child.kill();
    interrupted?.addEventListener('abort', end);
  });
}

/** The first of these commands that runs and ends well; each is tried with `--version`. */
export async function firstThatRuns(commands: readonly (readonly string[])[]): Promise<readonly string[] | undefined> {
  for (const command of commands) {
    if ((await runProgram([...command, '--version']))?.done) return command;
  }
  return undefined;
}
