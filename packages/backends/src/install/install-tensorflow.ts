import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { WorkingTrial } from '../doctor/trial';
import { installFailure } from './install-failure';
import { bindingOf, hasBinding, linkBinding } from './link-binding';
import { removeAbandoned } from './making-folder';
import type { Place } from './place';
import { type LibraryOptions, libraryFolder, prepareLibrary } from './prepare-library';
import { runProgram } from './run-program';

export interface InstallOptions extends LibraryOptions {
  /** tfjs-node-gpu's own download in place of a wheel. */
  readonly stock: boolean;
}

type FoundPlace = Place & { readonly nodePackage: string; readonly interrupted: AbortSignal };

/**
 * Gives tfjs-node-gpu a binding, from the cache where it is there, and computes on it in a process of its own. A library of the cache that does not
 * work is made again. Where all that fails, or is interrupted, the package has the binding that it had before. Throws `BackendError`.
 */
export async function installTensorflow(
  options: InstallOptions,
  place: Place,
  interrupted: AbortSignal,
): Promise<WorkingTrial> {
  const { nodePackage, cache, platform } = place;
  if (!nodePackage) {
    throw installFailure(
      '@tensorflow/tfjs-node-gpu to be installed',
      'none',
      'Run npm install --ignore-scripts @tensorflow/tfjs-node-gpu.',
    );
  }
  const found = { ...place, nodePackage, interrupted };
  await removeAbandoned(cache);
  if (options.stock) return installStock(found);
  if (platform !== 'linux x64') {
    throw installFailure('linux x64', platform, "Try --stock, TensorFlow.js' own download, or compute on wasm.");
  }
  const { version }: { version: string } = JSON.parse(readFileSync(join(nodePackage, 'package.json'), 'utf8'));
  const binding = `tfjs_binding-${version}.node`;
  const home = libraryFolder(cache, options);
  if (existsSync(join(home, binding))) {
    const trial = await linkAndTry(found, join(home, binding));
    if (trial.state === 'works') return trial;
    place.say(`The library in the cache does not work (${trial.reason}), and is made again`);
  }
  await prepareLibrary(home, binding, options, found, interrupted);
  const trial = await linkAndTry(found, join(home, binding));
  if (trial.state === 'works') return trial;
  await rm(home, { recursive: true });
  throw doesNotWork(trial.reason);
}

const doesNotWork = (reason: string) =>
  installFailure('TensorFlow to compute a product', `none: ${reason}`, 'Compute on wasm, which needs no install.');

/** The binding that is linked stays where it works. */
async function linkAndTry({ nodePackage, examine, interrupted }: FoundPlace, target: string) {
  interrupted.throwIfAborted();
  const link = await linkBinding(nodePackage, target);
  const trial = await examine(interrupted);
  if (trial.state === 'works') await link.keep();
  else {
    await link.undo();
    interrupted.throwIfAborted();
  }
  return trial;
}

async function installStock({ nodePackage, examine, say, interrupted }: FoundPlace): Promise<WorkingTrial> {
  say("Running tfjs-node-gpu's own install script");
  // It would write through a link into the cache.
  const link = await linkBinding(nodePackage, undefined);
  const PATH = [join(nodePackage, 'node_modules/.bin'), process.env.PATH].join(delimiter);
  const script = [process.execPath, 'scripts/install.js', 'gpu', 'download'];
  try {
    const ran = await runProgram(script, { cwd: nodePackage, env: { ...process.env, PATH }, interrupted });
    if (!ran?.done || !hasBinding(nodePackage)) {
      throw installFailure(
        `its own script to make ${bindingOf(nodePackage)}`,
        ran?.lastWords || 'nothing',
        'Leave --stock out, or see that it reaches storage.googleapis.com.',
      );
    }
    const trial = await examine(interrupted);
    if (trial.state !== 'works') throw doesNotWork(trial.reason);
    await link.keep();
    return trial;
  } catch (error) {
    await link.undo();
    throw error;
  }
}
