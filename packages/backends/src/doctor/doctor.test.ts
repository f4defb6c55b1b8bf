import { expect, it } from 'vitest';
import { type BackendName, backendNames } from '../backends';
import { doctor } from './doctor';
import type { Trial } from './trial';
import { workingTrial } from './working-trial';

const broken: Trial = { state: 'broken', reason: 'it crashes', remedy: 'Mend it.' };
const advice = {
  reason: 'there is an NVIDIA card here (driver 550.54), and nothing computes on it',
  remedy: 'Run npx rnn-backends install tensorflow --cuda.',
};

it('tries every backend, one at a time, then the default, and goes on past one that crashes', async () => {
  let running = 0;
  const tried: string[] = [];
  const examine = async (name: 'auto' | BackendName) => {
    expect(running++).toBe(0);
    await new Promise((done) => setTimeout(done, 5));
    running--;
    tried.push(name);
    return name === 'tensorflow' ? broken : workingTrial();
  };
  const health = await doctor({ examine, nvidia: undefined });
  expect(tried).toEqual([...backendNames, 'auto']);
  expect(health).toEqual({
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    backends: { tensorflow: broken, webgpu: workingTrial(), wasm: workingTrial(), cpu: workingTrial() },
    default: workingTrial(),
  });
});

it('advises on an NVIDIA card that nothing computes on', async () => {
  const health = await doctor({ examine: async () => workingTrial(), nvidia: '550.54' });
  expect(health.advice).toEqual(advice);
});

it('has no advice where something does', async () => {
  const health = await doctor({
    examine: async (name) => workingTrial({ onGpu: name === 'webgpu' }),
    nvidia: '550.54',
  });
  expect(health.advice).toBeUndefined();
});
