import { fork } from 'node:child_process';
import { type BackendName, backends } from '../backends';
import type { Trial } from './trial';

export interface ExamineOptions {
  /** The program that tries the backend whose name is its argument, and sends a `Trial`. */
  readonly script: string | URL;
  /** The folder of the project whose packages it uses. */
  readonly project: string;
  /** For all of it. Default: two minutes. */
  readonly timeoutMs?: number;
  /** Ends it early. */
  readonly interrupted?: AbortSignal;
}

/**
 * Tries a backend in a process of its own, so that one that crashes or hangs is reported and takes nobody with it. A backend that computes and whose
 * process then does not end by itself, or crashes as it ends, is broken, too: so would a user's program.
 */
export function examine(
  name: 'auto' | BackendName,
  { script, project, timeoutMs = 120_000, interrupted }: ExamineOptions,
): Promise<Trial> {
  return new Promise((resolve) => {
    const child = fork(script, [name], {
      ...{ cwd: project, execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] },
      ...(interrupted && { signal: interrupted, killSignal: 'SIGKILL' as const }),
    });
    // Where it is interrupted; `close` comes then, too.
    child.once('error', () => {});
    let trial: Trial | undefined;
    let said = '';
    let late = false;
    child.once('message', (message) => {
      trial = message as Trial;
      timer.refresh(); // as long again to end
    });
    // What a library says before it aborts comes last.
    child.stderr?.on('data', (chunk) => {
      said = `${said}${chunk}`.slice(-10_000);
    });
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, timeoutMs);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      // One that did not work has said why already.
      if (trial && (code === 0 || trial.state !== 'works')) resolve(trial);
      else
        resolve({
          state: 'broken',
          ...whyNot({ name, late, computed: trial !== undefined, code, signal, said, timeoutMs }),
        });
    });
  });
}

interface End {
  readonly name: 'auto' | BackendName;
  readonly late: boolean;
  readonly computed: boolean;
  readonly code: number | null;
  readonly signal: string | null;
  readonly said: string;
  readonly timeoutMs: number;
}

function whyNot({ name, late, computed, code, signal, said, timeoutMs }: End) {
  const remedy = backends.find((backend) => backend.name === name)?.remedy ?? 'Ask for a backend by name.';
  const last = said.trim().split('\n').pop();
  const words = last ? ` (${last})` : '';
  const end = `with ${signal ?? `status ${code}`}${words}`;
  if (late && computed) return { reason: `${name} computes, and its process does not end by itself`, remedy };
  if (late) return { reason: `${name} does not answer in ${timeoutMs / 1000} s${words}`, remedy };
  if (computed) return { reason: `${name} computes, and its process then ends ${end}`, remedy };
  return { reason: `${name} ends its process ${end}`, remedy };
}
