import { NotFiniteError } from '@rnn/trainers';
import { CommanderError } from 'commander';
import { ExitError } from './exit-error';
import { signalStatus } from './stopped-run';

/** Exit status of a program: done, failed, or called with what does not fit. */
const status = { done: 0, failed: 1, badInput: 2 };

/** As the tools of a shell end when what they print to was closed, as by `head`. */
function endQuietlyWhenNobodyReads(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      process.exit(signalStatus('SIGPIPE'));
    });
  }
}

/**
 * Runs an app and gives its exit status: 0 when done or help was asked for; 2 for bad input, which is one sentence on stderr; 1 for a run that
 * failed, with its stack, or in a sentence where its numbers were not finite any more or the system refused what it needs, such as room on a disk; and
 * whatever an `ExitError` says.
 */
export async function runApp(main: () => Promise<unknown>): Promise<number> {
  endQuietlyWhenNobodyReads();
  try {
    await main();
    return status.done;
  } catch (error) {
    // Commander has printed its own sentence, or the help.
    if (error instanceof CommanderError) return error.exitCode === 0 ? status.done : status.badInput;
    if (error instanceof ExitError) {
      console.error(error.message);
      return error.status;
    }
    if (error instanceof NotFiniteError || isOfSystem(error)) {
      console.error(error.message);
      return status.failed;
    }
    if (isBadInput(error)) {
      console.error(error.message);
      return status.badInput;
    }
    console.error(error);
    return status.failed;
  }
}

/** Every package's errors about what it was given say what was expected and what came. */
function isBadInput(error: unknown): error is Error {
  return error instanceof Error && 'expected' in error && 'got' in error;
}

/** An error with a code of the operating system: `ENOSPC`, `EACCES`. */
function isOfSystem(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && /^E[A-Z\d]+$/.test(`${error.code}`);
}
