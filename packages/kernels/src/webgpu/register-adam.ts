import { backend, reshape, type Tensor } from '@tensorflow/tfjs-core';
import { registerFusedKernel } from '../fused-kernels';
import { device } from './device';
import { runShader, type WebgpuBackend } from './webgpu-backend';

const workgroupSize = 64;
/** As many as every adapter takes in one dimension; of more numbers than they have threads, each takes several. */
const mostWorkgroups = 65535;

/** A tensor whose every number is `value`, WGSL of `i`, of inputs of its size and of constants. */
function elementwise(
  name: string,
  value: string,
  inputs: Readonly<Record<string, Tensor>>,
  constants: Readonly<Record<string, number>>,
): Tensor {
  const { size, shape } = Object.values(inputs)[0] as Tensor;
  const workgroups = Math.min(mostWorkgroups, Math.ceil(size / workgroupSize));
  const result = runShader(backend() as WebgpuBackend, {
    ...{ key: name, inputs, workgroups, workgroupSize, size },
    code: `
      fn main(index : i32) {
        for (var i = index; i < uniforms.count; i += uniforms.threads) { result[i] = ${value}; }
      }
    `,
    uniforms: [{ count: size, threads: workgroups * workgroupSize, ...constants }],
    floats: Object.keys(constants),
  });
  return reshape(result, shape);
}

/** Registers Adam for TensorFlow.js' `webgpu` backend: three dispatches a variable, in place of twelve. */
export function registerWebgpuAdam(): void {
  registerFusedKernel({
    ...{ op: 'adamUpdate', backend: 'webgpu', device },
    unsupported: () => undefined,
    run: ({ variables, rate, beta1, beta2, epsilon }) =>
      variables.map(({ w, g, ...before }) => {
        if (w.size === 0) return { w: w.clone(), m: before.m.clone(), v: before.v.clone() };
        const mean = 'uniforms.decay * m[i] + uniforms.share * g[i]';
        const square = 'uniforms.decay * v[i] + uniforms.share * g[i] * g[i]';
        const step = 'w[i] - uniforms.rate * (m[i] / (sqrt(v[i]) + uniforms.epsilon))';
        const m = elementwise('adamMean', mean, { m: before.m, g }, { decay: beta1, share: 1 - beta1 });
        const v = elementwise('adamSquare', square, { v: before.v, g }, { decay: beta2, share: 1 - beta2 });
        return { w: elementwise('adamStep', step, { w, m, v }, { rate, epsilon }), m, v };
      }),
  });
}
