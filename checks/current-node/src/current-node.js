import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

function find() {
  try {
    const manifest = createRequire(import.meta.url).resolve(`node-${process.platform}-${process.arch}/package.json`);
    return join(dirname(manifest), 'bin', 'node');
  } catch {
    return undefined;
  }
}

export const currentNode = find();
