import { execFile } from 'node:child_process';

/** How a program ended and what it printed. */
export interface ProgramRun {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** For tests: runs a built program with these words, in a pipe, to its end; its engine on one thread, since tests run beside each other. */
export function runProgram(file: string, words: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<ProgramRun> {
  return new Promise((resolve) => {
    const options = { env: { RNN_THREADS: '1', ...process.env, ...env }, timeout: 300_000, maxBuffer: 2 ** 24 };
    execFile(process.execPath, [file, ...words], options, (error, stdout, stderr) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ status, stdout, stderr });
    });
  });
}
