import { findBackend } from '@tensorflow/tfjs-core';
import type { NodeJSKernelBackend } from '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend';
import type { Backend } from './backend';
import { isCutOff, isElf } from './elf';
import { findPackage } from './find-package';
import { mayReachNvidia } from './nvidia-driver';
import { requireFrom } from './require-from';
import { restoreRemovedUtil } from './restore-removed-util';

const packageName = '@tensorflow/tfjs-node-gpu';

const installCommand = 'npx @rnn/backends install tensorflow';

/**
 * TensorFlow's native library through @tensorflow/tfjs-node-gpu: on a CUDA GPU where it finds one, else on the CPU. The package is an
 * optional peer, and is loaded only where its binding is there: without it, it throws while loading.
 *
 * `find` gives the folder of the package, or nothing where it is not installed.
 */
export const tensorflowIn = (find: () => string | undefined): Backend<'tensorflow'> => ({
  name: 'tensorflow',
  async absence() {
    if (!globalThis.process?.getBuiltinModule)
      return { reason: 'TensorFlow needs Node.js', remedy: "Use 'wasm' here." };
    const folder = find();
    if (!folder)
      return {
        reason: `${packageName} is not installed`,
        remedy: `Run npm install --ignore-scripts ${packageName}, then ${installCommand}.`,
      };
    if (process.getBuiltinModule('node:fs').existsSync(bindingIn(folder))) return undefined;
    return {
      reason: `the binding of ${packageName} is not built`,
      remedy: `Run ${installCommand}.`,
    };
  },
  async load() {
    // TensorFlow announces its build in lines of level 0; warnings and errors still come through.
    process.env.TF_CPP_MIN_LOG_LEVEL ??= '1';
    restoreRemovedUtil(process.getBuiltinModule('node:util'));
    const damage = damageIn(find() as string);
    if (damage) throw new Error(damage);
    // Required by its folder, and not by `import()` of its name: no bundler is to look for an optional package.
    const fromPackage = requireFrom(`${find()}/`);
    const { version }: { version: string } = fromPackage('./package.json');
    fromPackage('./');
    const { binding, isUsingGpuDevice } = findBackend('tensorflow') as NodeJSKernelBackend;
    return {
      registeredAs: 'tensorflow',
      versions: { [packageName]: version, tensorflow: binding.TF_Version },
      device: () => `${isUsingGpuDevice ? 'CUDA GPU' : 'CPU'}, TensorFlow ${binding.TF_Version}`,
      onGpu: () => isUsingGpuDevice,
    };
  },
  // Its library is hundreds of megabytes, which take seconds to load. What is damaged is left to fail as it loads, with a sentence of its own.
  gpuAbsence() {
    const folder = find() as string;
    if (mayReachNvidia() || damageIn(folder) || !isElf(bindingIn(folder))) return undefined;
    return 'there is no NVIDIA driver';
  },
  remedy: `Run ${installCommand}, which makes its binding again.`,
});

const bindingIn = (folder: string) => `${folder}/lib/napi-v8/tfjs_binding.node`;

/** What is wrong with the binding or a library that comes with it, half a sentence: to load one that is cut off would end the process. */
function damageIn(folder: string): string | undefined {
  for (const file of [bindingIn(folder), ...librariesOf(folder)]) {
    try {
      if (isCutOff(file)) return `${file} is cut off`;
    } catch (error) {
      return `${file} cannot be read: ${(error as NodeJS.ErrnoException).code}`;
    }
  }
  return undefined;
}

/** The libraries that `rnn-backends install` put beside the binding, CUDA's among them, and those that the package's own script downloaded. */
function librariesOf(folder: string): string[] {
  const { existsSync, readdirSync, realpathSync } = process.getBuiltinModule('node:fs');
  const { dirname, join } = process.getBuiltinModule('node:path');
  const home = dirname(realpathSync(bindingIn(folder)));
  return [join(home, 'tensorflow'), join(home, 'nvidia'), join(folder, 'deps/lib')]
    .filter((place) => existsSync(place))
    .flatMap((place) => readdirSync(place, { recursive: true, encoding: 'utf8' }).map((name) => join(place, name)))
    .filter((file) => /\.so(\.\d+)*$/.test(file));
}

/** The package as installed beside this one. */
export const tensorflow = tensorflowIn(() => findPackage(packageName));
