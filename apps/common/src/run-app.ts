import { CommanderError } from 'commander';

/** Exit status of a program: done, failed, or called with what does not fit. */
const status = { done: 0, failed: 1, badInput: 2 };

/**
 * Runs an app and gives its exit status: 0 when done or help was asked for; 2 for bad input, which is one sentence on stderr; 1 for a run that
 * failed, with its stack.
 */
export async function runApp(main: () => Promise<void>): Promise<number> {
  try {
    await main();
    return status.done;
  } catch (error) {
    // Commander has printed its own sentence, or the help.
    if (error instanceof CommanderError) return error.exitCode === 0 ? status.done : status.badInput;
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
