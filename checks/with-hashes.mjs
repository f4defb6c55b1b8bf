// Runs a command with hashes of what lies outside of the repository and changes what its tests do, so that turbo runs them again: GOLDEN_HASH of the
// golden files, wherever they lie, and DEVICES_HASH of what the backends tensorflow and webgpu compute on.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const inRoot = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const namesIn = (folder) => (existsSync(folder) ? readdirSync(folder).sort() : []);
const hashOf = (parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex');

const golden = process.env.GOLDEN_DIR ?? inRoot('../shared/golden');
const goldenFiles = namesIn(golden).filter((name) => name.endsWith('.json'));
const GOLDEN_HASH = hashOf(goldenFiles.flatMap((name) => [name, readFileSync(join(golden, name))]));

const native = [
  inRoot('packages/backends/node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node'),
  '/usr/lib/chromium/vk_swiftshader_icd.json',
  ...['x86_64-linux-gnu', 'aarch64-linux-gnu'].map((machine) => `/usr/lib/${machine}/libvulkan.so.1`),
  ...['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d'].flatMap((folder) =>
    namesIn(folder).map((name) => join(folder, name)),
  ),
].filter((path) => existsSync(path));
const DEVICES_HASH = hashOf(native.flatMap((path) => [realpathSync(path), `${statSync(path).mtimeMs}`]));

const [command, ...words] = process.argv.slice(2);
const env = { ...process.env, GOLDEN_HASH, DEVICES_HASH };
const child = spawn(command, words, { stdio: 'inherit', env, shell: process.platform === 'win32' });
child.on('exit', (status, signal) => {
  process.exitCode = signal === null ? status : 1;
});
