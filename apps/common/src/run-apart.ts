import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signalStatus } from './stopped-run';
import type { TrainingReport } from './training-report';

/** How a run ended that had a process of its own: with its report or with none, and then why. */
export type ApartRun =
  | { readonly report: TrainingReport }
  | { readonly failed: string }
  | { readonly stopped: NodeJS.Signals };

/** What a terminal or a user ends a program with. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/**
 * Runs this program with other words in a process of its own, so that memory is that run's alone and a failure does not reach others. Its progress bar
 * and its errors appear as its own; a signal that comes meanwhile is passed on and ends it. A terminal signals a whole group of processes, so this one has
 * a group of its own: else Ctrl-C would reach it twice, and the second one ends a run without its clean end. Ctrl-Z stops both, and `fg` continues both.
 */
export async function runApart(words: readonly string[]): Promise<ApartRun> {
  const folder = await mkdtemp(join(tmpdir(), 'run-'));
  const json = join(folder, 'report.json');
  try {
    const child = spawn(process.execPath, [...process.execArgv, process.argv[1] as string, ...words, '--json', json], {
      stdio: ['ignore', 'ignore', 'inherit'],
      detached: true,
    });
    const { status, received } = await ended(child);
    if (received !== undefined) return { stopped: received };
    if (status !== 0) return { failed: `exit status ${status}` };
    return { report: JSON.parse(await readFile(json, 'utf8')) as TrainingReport };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function ended(child: ChildProcess): Promise<{ status: number; received: NodeJS.Signals | undefined }> {
  return new Promise((resolve, reject) => {
    let received: NodeJS.Signals | undefined;
    const passOn = (signal: NodeJS.Signals): void => {
      received = signal;
      child.kill(signal);
    };
    // This process may end before, as where nobody reads what it prints.
    const end = (): void => {
      child.kill();
    };
    // The system ignores SIGTSTP in a group that has no parent in its session, as the child's, but not SIGSTOP.
    const suspend = (): void => {
      child.kill('SIGSTOP');
      process.off('SIGTSTP', suspend);
      process.kill(process.pid, 'SIGTSTP'); // Returns when this process is continued, or at once where nobody could continue it.
      process.on('SIGTSTP', suspend);
      child.kill('SIGCONT');
    };
    for (const signal of signals) process.on(signal, passOn);
    process.on('SIGTSTP', suspend);
    process.on('exit', end);
    const ignore = (): void => {
      for (const signal of signals) process.off(signal, passOn);
      process.off('SIGTSTP', suspend);
      process.off('exit', end);
    };
    child.once('error', (error) => {
      ignore();
      reject(error);
    });
    child.once('exit', (status, signal) => {
      ignore();
      resolve({ status: status ?? signalStatus(signal as string), received });
    });
  });
}
