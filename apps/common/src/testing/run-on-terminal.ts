import { execFile, spawnSync } from 'node:child_process';
import { quoted } from '../command-line';

/** How a program ended and what a terminal got from it. */
export interface TerminalRun {
  readonly status: number;
  /** What was in a line at any time, without escape codes. */
  readonly lines: readonly string[];
  /** The escape codes, such as `[0K`; one that sets colours ends in m (SGR of ECMA-48). */
  readonly codes: readonly string[];
}

/** Whether tests can have a terminal: that of `script`, as util-linux has it. */
export const hasTerminal = `${spawnSync('script', ['--version']).stdout}`.includes('util-linux');

/** For tests: runs a built program with these words on a terminal of 80 columns, its engine on one thread; of what tells it how to print, `env` alone. */
export function runOnTerminal(
  file: string,
  words: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<TerminalRun> {
  const command = `stty cols 80 rows 24; ${[process.execPath, file, ...words].map(quoted).join(' ')}`;
  const settings = { CI: undefined, NO_COLOR: undefined, FORCE_COLOR: undefined, TERM: 'xterm', SHELL: '/bin/sh' };
  const options = { env: { RNN_THREADS: '1', ...process.env, ...settings, ...env }, timeout: 300_000 };
  return new Promise((resolve) => {
    execFile('script', ['--quiet', '--return', '--command', command, '/dev/null'], options, (error, printed) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      const codes = Array.from(printed.matchAll(code), ([, name]) => name as string);
      resolve({ status, lines: linesOf(printed), codes });
    });
  });
}

const esc = '\u001b';
const code = new RegExp(`${esc}(\\[[\\d;:?]*[A-Za-z]|[78])`, 'g');

/** A line begins after a line feed or a return, and where the cursor is set to a place. */
function linesOf(printed: string): string[] {
  return printed.replace(code, (_, name: string) => (/^[78]$|G$/.test(name) ? '\n' : '')).split(/[\r\n]+/);
}
