// Compiles the engine for each kind of SIMD, and the updates by themselves, and writes all, as base64, into src/wasm/modules.ts: users need no
// toolchain, no fetch and no file access.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import './generate-tiles.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'engine-'));
const features = ['simd', 'threads', 'relaxed-simd', 'bulk-memory'].flatMap((name) => ['--enable', name]);
const memory = ['--importMemory', '--sharedMemory', '--initialMemory', '2', '--maximumMemory', '65536'];

function compile(source, constants) {
  const file = join(folder, `${source}${constants}.wasm`);
  const words = [
    source,
    '-o',
    file,
    '-O3',
    '--noAssert',
    '--runtime',
    'stub',
    '--disableWarning',
    '112',
    ...memory,
    ...features,
  ];
  execFileSync('asc', [...words, ...constants.flatMap((constant) => ['--use', constant])], {
    cwd: here,
    stdio: 'inherit',
  });
  const bytes = readFileSync(file);
  // The flags of the imported memory stand after its name and kind: 3 is shared with a maximum, 1 the same unshared.
  const memoryFlags = bytes.indexOf(Buffer.from('\x03env\x06memory\x02')) + 12;
  if (memoryFlags < 12 || bytes[memoryFlags] !== 3)
    throw new Error('build: expected the import of a shared memory, got none');
  return { base64: bytes.toString('base64'), memoryFlags };
}

/** Throws unless a module brings nothing into the memory that it is given, where others have their data: no data segments, nothing that runs at its start. */
function expectNoData(module) {
  const bytes = Buffer.from(module.base64, 'base64');
  for (let at = 8; at < bytes.length; ) {
    const section = bytes[at++];
    let size = 0;
    for (let shift = 0, more = true; more; shift += 7) {
      size |= (bytes[at] & 0x7f) << shift;
      more = bytes[at++] >= 0x80;
    }
    if (section === 8 || section === 11)
      throw new Error(`build: expected updates.ts to need no data, got section ${section}`);
    at += size;
  }
  return module;
}

const modules = {
  plain: compile('index.ts', ['RELAXED=0', 'WIDE=0']),
  relaxed: compile('index.ts', ['RELAXED=1', 'WIDE=0']),
  wide: compile('index.ts', ['RELAXED=1', 'WIDE=1']),
  updates: expectNoData(compile('updates.ts', [])),
};
const text = `// Written by assembly/build.mjs.
/** The engine for each kind of SIMD, and its updates by themselves. \`memoryFlags\` is where a module says that its memory is shared. */
export const modules = ${JSON.stringify(modules, null, 2)};
`;
writeFileSync(join(here, '../src/wasm/modules.ts'), text);
rmSync(folder, { recursive: true });
