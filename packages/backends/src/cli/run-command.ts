import { Command, CommanderError } from 'commander';
import type { BackendName } from '../backends';
import { doctor } from '../doctor/doctor';
import { examine } from '../doctor/examine';
import { healthLines } from '../doctor/health-lines';
import type { Trial } from '../doctor/trial';

/** Exit status: done, failed, or called with what does not fit. */
const status = { done: 0, failed: 1, badArguments: 2 };

/** Tries a backend in a process of its own, with the packages of the project in the current folder. */
const examineHere = (name: 'auto' | BackendName): Promise<Trial> =>
  examine(name, { script: new URL('./try-backend.js', import.meta.url), project: process.cwd() });

/** Runs `rnn-backends` with these words and gives its exit status. */
export async function runCommand(words: readonly string[], examine = examineHere): Promise<number> {
  let result = status.done;
  const program = new Command('rnn-backends')
    .description('Says which backends of TensorFlow.js work here, and why the others do not; prepares the native one.')
    .exitOverride();
  program
    .command('doctor')
    .description('tries every backend, each in a process of its own; exit status 0 where the default works, else 1')
    .option('--json', 'print what was found as JSON')
    .action(async ({ json }: { readonly json?: true }) => {
      const health = await doctor({ examine });
      console.log(json ? JSON.stringify(health, undefined, 2) : healthLines(health).join('\n'));
      if (health.default.state !== 'works') result = status.failed;
    });
  try {
    await program.parseAsync(words, { from: 'user' });
    return result;
  } catch (error) {
    // Commander has printed its own sentence, or the help.
    if (error instanceof CommanderError) return error.exitCode === 0 ? status.done : status.badArguments;
    throw error;
  }
}
