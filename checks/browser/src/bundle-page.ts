import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

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
  return folder;
}
