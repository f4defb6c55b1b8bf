// Runs a command with GOLDEN_HASH set to a hash of the golden files, so that turbo runs their tests again when one has changed, wherever they lie.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = process.env.GOLDEN_DIR ?? fileURLToPath(new URL('../../../shared/golden', import.meta.url));
const hash = createHash('sha256');
for (const name of existsSync(folder) ? readdirSync(folder).sort() : []) {
  if (name.endsWith('.json')) hash.update(name).update(readFileSync(join(folder, name)));
}
const [command, ...words] = process.argv.slice(2);
const env = { ...process.env, GOLDEN_HASH: hash.digest('hex') };
const child = spawn(command, words, { stdio: 'inherit', env, shell: process.platform === 'win32' });
child.on('exit', (status, signal) => {
  process.exitCode = signal === null ? status : 1;
});
