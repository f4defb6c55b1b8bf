import { expect, it } from 'vitest';
import { type BackendName, backendNames } from '../backends';
import { doctor } from './doctor';
import type { Trial } from './trial';
import { workingTrial } from './working-trial';

const broken: Trial = { state: 'broken', reason: 'it crashes', remedy: 'Mend it.' };
const advice = {
  reason: 'there is an NVIDIA card here (driver 550.54), and nothing computes on it',
  remedy: 'Run npx @rnn/backends install tensorflow --cuda.',
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
  const health = await doctor({ examine, nvidia: undefined, cuda: false });
  expect(tried).toEqual([...backendNames, 'auto']);
  expect(health).toEqual({
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    backends: { tensorflow: broken, webgpu: workingTrial(), wasm: workingTrial(), cpu: workingTrial() },
    default: workingTrial(),
  });
});

it('advises on an NVIDIA card that nothing computes on', async () => {
  const health = await doctor({ examine: async () => workingTrial(), nvidia: '550.54', cuda: false });
  expect(health.advice).toEqual(advice);
});

it("says what TensorFlow lacks that has CUDA's libraries and no GPU", async () => {
  const adviceOf = async (nvidia: string) =>
    (await doctor({ examine: async () => workingTrial(), nvidia, cuda: true })).advice;
  expect(await adviceOf('')).toEqual({
    reason: 'TensorFlow has CUDA here, and no NVIDIA driver runs',
    remedy: "Install the card's driver, 525.60 or later, without which there is no libcuda.so.1.",
  });
  expect(await adviceOf('470.10')).toEqual({
    reason: 'there is an NVIDIA card here (driver 470.10), and TensorFlow with CUDA does not find it',
    remedy: 'See that the driver is 525.60 or later; TF_CPP_MIN_LOG_LEVEL=0 has TensorFlow say what it misses.',
  });
});

it('has no advice where something does', async () => {
  const health = await doctor({
    examine: async (name) => workingTrial({ onGpu: name === 'webgpu' }),
    ...{ nvidia: '550.54', cuda: true },
  });
  expect(health.advice).toBeUndefined();
});
