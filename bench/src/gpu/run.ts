import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that was unpacked. */
const home = fileURLToPath(new URL('../../..', import.meta.url));

/** As the loader of libraries finds them; the packed one serves where the system has none. */
function withVulkan(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const packed = join(home, 'lib');
  const known = spawnSync('ldconfig', ['-p'], {
    encoding: 'utf8',
    env: { ...env, PATH: `${env.PATH}:/sbin:/usr/sbin` },
  });
  if (!existsSync(packed) || /libvulkan\.so\.1/.test(known.stdout ?? '')) return env;
  return { ...env, LD_LIBRARY_PATH: [env.LD_LIBRARY_PATH, packed].filter((path) => path).join(':') };
}

/** A Python whose PyTorch computes on a GPU, or else the first that is there: the table then says what it lacks. */
function findPython({ PEERS_PYTHON }: NodeJS.ProcessEnv): string | undefined {
  return [PEERS_PYTHON, 'python3', 'python'].find(
    (name) => name !== undefined && spawnSync(name, ['--version']).status === 0,
  );
}

const python = findPython(process.env);
const env = withVulkan({
  XDG_RUNTIME_DIR: tmpdir(),
  ...process.env,
  ...{ GOLDEN_DIR: join(home, 'golden'), PEERS_DIR: join(home, 'peers') },
  ...(python !== undefined && { PEERS_PYTHON: python }),
});

function run(title: string, program: string, ...words: readonly string[]): boolean {
  console.log(`\n== ${title}\n`);
  return (
    spawnSync(process.execPath, [join(home, program), ...words], { cwd: home, env, stdio: 'inherit' }).status === 0
  );
}

const parts = [
  run('what works here', 'node_modules/@rnn/backends/bin/rnn-backends.js', 'doctor'),
  run('golden cases', 'check/dist/main.js', 'webgpu'),
  // The last `--peer-device` counts: a user may ask for the CPU's.
  run('times', 'bench/dist/main.js', '--backend', 'webgpu', '--peer-device', 'cuda', ...process.argv.slice(2)),
];
process.exitCode = parts.every((done) => done) ? 0 : 1;
