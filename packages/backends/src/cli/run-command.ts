import { existsSync } from 'node:fs';
import { arch, platform } from 'node:process';
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import envPaths from 'env-paths';
import { BackendError } from '../backend-error';
import type { BackendName } from '../backends';
import { doctor } from '../doctor/doctor';
import { examine } from '../doctor/examine';
import { healthLines } from '../doctor/health-lines';
import type { Trial } from '../doctor/trial';
import { findPackage } from '../find-package';
import { type InstallOptions, installTensorflow } from '../install/install-tensorflow';
import { Interruption, interruptible } from '../install/interruption';
import type { Place } from '../install/place';
import { uninstallTensorflow } from '../install/uninstall-tensorflow';

/** Exit status: done, failed, or called with what does not fit. An interruption has its own. */
const status = { done: 0, failed: 1, badArguments: 2 };

/** Tries a backend in a process of its own, with the packages of the project in the current folder. */
const examineHere = (name: 'auto' | BackendName, interrupted?: AbortSignal): Promise<Trial> =>
  examine(name, {
    ...{ script: new URL('./try-backend.js', import.meta.url), project: process.cwd() },
    ...(interrupted && { interrupted }),
  });

const placeHere = (): Place => ({
  nodePackage: findPackage('@tensorflow/tfjs-node-gpu'),
  cache: envPaths('rnn-backends', { suffix: '' }).cache,
  platform: `${platform} ${arch}`,
  examine: (interrupted) => examineHere('tensorflow', interrupted),
  say: (line) => console.log(`${line} …`),
});

/** Runs `rnn-backends` with these words and gives its exit status. */
export async function runCommand(
  words: readonly string[],
  examine = examineHere,
  place = placeHere(),
): Promise<number> {
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
  const tensorflow = () => new Argument('<backend>', 'the backend').choices(['tensorflow']);
  program
    .command('install')
    .description(
      "gives @tensorflow/tfjs-node-gpu a current TensorFlow, by the user's own pip and C++ compiler, and tries it",
    )
    .addArgument(tensorflow())
    .option('--cuda', 'the TensorFlow that computes on NVIDIA cards, with the CUDA that it needs', false)
    .addOption(new Option('--wheel <file>', 'a wheel of TensorFlow, in place of a download').argParser(existingFile))
    .addOption(
      new Option('--stock', "the package's own download: TensorFlow 2.9, for CUDA 11.2")
        .default(false)
        .conflicts(['cuda', 'wheel']),
    )
    .action(async (_, options: InstallOptions) => {
      const trial = await interruptible((interrupted) => installTensorflow(options, place, interrupted));
      const where = trial.onGpu ? 'a CUDA GPU' : 'the CPU';
      const ms = trial.product.ms.toFixed(1);
      console.log(
        `TensorFlow ${trial.versions.tensorflow} computes on ${where}: a product of 256 x 256 took ${ms} ms.`,
      );
      if (options.cuda && !trial.onGpu) console.log('It found no CUDA GPU. npx @rnn/backends doctor tells more.');
    });
  program
    .command('uninstall')
    .description('takes the binding and every library in the cache away')
    .addArgument(tensorflow())
    .action(async () => {
      const removed = await uninstallTensorflow(place);
      console.log(
        removed.length > 0 ? removed.map((path) => `removed ${path}`).join('\n') : 'There was nothing to remove.',
      );
    });
  try {
    await program.parseAsync(words, { from: 'user' });
    return result;
  } catch (error) {
    // Commander has printed its own sentence, or the help.
    if (error instanceof CommanderError) return error.exitCode === 0 ? status.done : status.badArguments;
    if (error instanceof Interruption) return error.exitStatus;
    if (error instanceof BackendError) {
      console.error(error.message);
      return status.failed;
    }
    throw error;
  }
}

function existingFile(path: string): string {
  if (!existsSync(path)) throw new InvalidArgumentError('There is no such file.');
  return path;
}
