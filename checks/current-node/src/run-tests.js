// Runs the packages' tests on a current Node, that of npm: on wasm, which is the default, those that compute on every backend.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { currentNode } from './current-node.js';

const packages = {
  cells: 'wasm',
  kernels: 'wasm',
  unroll: 'wasm',
  trainers: 'wasm',
  datasets: undefined,
  backends: undefined,
};

if (currentNode === undefined) console.log('not run: npm has no current Node for this platform');
else {
  const failed = Object.entries(packages).filter(([name, project]) => {
    const folder = fileURLToPath(new URL(`../../../packages/${name}/`, import.meta.url));
    // The reporter takes the place of those that write the reports of the Node that runs all tests.
    const words = [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--reporter=dot',
      ...(project ? ['--project', project] : []),
    ];
    console.log(`== ${name} on ${currentNode}`);
    return spawnSync(currentNode, words, { cwd: folder, stdio: 'inherit' }).status !== 0;
  });
  for (const [name] of failed) console.log(`failed on a current Node: ${name}`);
  process.exitCode = failed.length > 0 ? 1 : 0;
}
