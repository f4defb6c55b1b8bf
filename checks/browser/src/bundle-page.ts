import { copyFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** What TensorFlow.js' wasm backend fetches: one of the three, by what the browser has. */
const wasmFiles = ['', '-simd', '-threaded-simd'].map((build) => `tfjs-backend-wasm${build}.wasm`);

/** Bundles the page as a user's bundler would, from the published entry points, and returns the folder. An import that no browser has fails it. */
export async function bundlePage(): Promise<string> {
  const folder = fileURLToPath(new URL('../dist', import.meta.url));
  await build({
    entryPoints: ['index.html', 'page.ts', 'worker.ts'].map(
      (name) => new URL(`page/${name}`, import.meta.url).pathname,
    ),
    outdir: folder,
    loader: { '.html': 'copy' },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    logLevel: 'silent',
  });
  const wasm = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'));
  for (const file of wasmFiles) await copyFile(join(wasm, file), join(folder, file));
  return folder;
}
