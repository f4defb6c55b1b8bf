import { expect, it } from 'vitest';
import type { Health } from './doctor';
import { healthLines } from './health-lines';
import { workingTrial } from './working-trial';

const wasm = workingTrial();
const health: Health = {
  node: 'v20.20.2',
  platform: 'linux x64',
  backends: {
    tensorflow: { state: 'broken', reason: 'tensorflow ends its process with SIGABRT', remedy: 'Build it again.' },
    webgpu: { state: 'absent', reason: 'webgpu is not installed', remedy: 'Run npm install webgpu.' },
    wasm,
    cpu: workingTrial({
      name: 'cpu',
      device: 'CPU, plain JavaScript, 1 thread',
      versions: { '@tensorflow/tfjs-core': '4.22.0' },
      lstm: { reason: '@rnn/kernels is not installed here', remedy: 'Run npm install @rnn/kernels.' },
    }),
  },
  default: { ...wasm, reasons: ['tensorflow does not start (no such library)', 'webgpu is not installed'] },
};

it('says of every backend how it does, and of one that does not, why and what mends it', () => {
  expect(healthLines(health)).toEqual([
    'Node v20.20.2, linux x64',
    '',
    'tensorflow  broken: tensorflow ends its process with SIGABRT. Build it again.',
    'webgpu      not here: webgpu is not installed. Run npm install webgpu.',
    'wasm        works: CPU, SIMD, 1 thread',
    '            product of 256 x 256 in 1.8 ms, LSTM 128, 28, 28, 128 forward in 15 ms (fused: WebAssembly, 2 threads)',
    '            @tensorflow/tfjs-core 4.22.0, @tensorflow/tfjs-backend-wasm 4.22.0',
    'cpu         works: CPU, plain JavaScript, 1 thread',
    '            product of 256 x 256 in 1.8 ms, no fused LSTM: @rnn/kernels is not installed here. Run npm install @rnn/kernels.',
    '            @tensorflow/tfjs-core 4.22.0',
    '',
    'The default is wasm, CPU, SIMD, 1 thread: tensorflow does not start (no such library), webgpu is not installed.',
    'No GPU computed anything.',
  ]);
});

it('names the GPU that computed', () => {
  const webgpu = workingTrial({ name: 'webgpu', device: 'GPU, nvidia ampere', onGpu: true });
  const lines = healthLines({
    ...health,
    backends: { ...health.backends, webgpu },
    default: { ...webgpu, reasons: ['why'] },
  });
  expect(lines).toContain('webgpu      works: GPU, nvidia ampere');
  expect(lines.slice(-2)).toEqual(['The default is webgpu, GPU, nvidia ampere: why.', 'A GPU computed on webgpu.']);
});

it('ends with a default that does not work, and with advice', () => {
  const lines = healthLines({
    ...health,
    default: { state: 'broken', reason: 'auto ends its process with SIGSEGV', remedy: 'Ask for a backend by name.' },
    advice: { reason: 'there is a card', remedy: 'Use it.' },
  });
  expect(lines.slice(-3)).toEqual([
    'The default does not work: auto ends its process with SIGSEGV. Ask for a backend by name.',
    'No GPU computed anything.',
    'There is a card. Use it.',
  ]);
});
