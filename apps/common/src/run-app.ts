import { CommanderError } from 'commander';

/** Exit status of a program: done, failed, or called with what does not fit. */
const status = { done: 0, failed: 1, badInput: 2 };

/**
 * Runs an app and gives its exit status: 0 when done or help was asked for; 2 for bad input, which is one sentence on stderr; 1 for a run that
 * failed, with its stack, or in a sentence where the system refused what it needs, such as room on a disk.
 */
export async function runApp(main: () => Promise<void>): Promise<number> {
  try {
    await main();
    return status.done;
  } catch (error) {
    // Commander has printed its own sentence, or the help.
    if (error instanceof CommanderError) return error.exitCode === 0 ? status.done : status.badInput;
    if (isOfSystem(error)) {
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
