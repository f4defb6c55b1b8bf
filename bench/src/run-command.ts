import { execFile } from 'node:child_process';

export interface CommandRun {
  readonly outcome: 'done' | 'failed' | 'too slow';
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly cwd: string;
  /** Beside what this process has. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** After so many milliseconds it is ended. */
  readonly limitMs: number;
}

/** Runs a program to its end. */
export function runCommand(
  [program, ...words]: readonly [string, ...string[]],
  { cwd, env, limitMs }: CommandOptions,
): Promise<CommandRun> {
  return new Promise((resolve) => {
    const options = { cwd, env: { ...process.env, ...env }, timeout: limitMs, killSignal: 'SIGKILL' as const };
    execFile(program, words, options, (error, stdout, stderr) => {
      const outcome = error === null ? 'done' : error.killed ? 'too slow' : 'failed';
      resolve({ outcome, stdout, stderr });
    });
  });
}
