import { engine as core, type KernelBackend, type Tensor1D, type TensorInfo } from '@tensorflow/tfjs-core';

/** A program as TensorFlow.js' WebGPU backend takes it. It binds `result`, one array for each variable name, and the struct `uniforms`. */
interface WebgpuProgram {
  readonly variableNames: readonly string[];
  /** The fields of `uniforms`. */
  readonly uniforms: string;
  /** Programs of one key and of inputs of the same ranks share a pipeline: whatever the text depends on is in it. */
  shaderKey: string;
  readonly outputShape: number[];
  readonly workgroupSize: [number, number, number];
  dispatch: [number, number, number];
  readonly dispatchLayout: { readonly x: number[] };
  getUserCode(): string;
}

/** What this folder uses of TensorFlow.js' WebGPU backend. */
export interface WebgpuBackend extends KernelBackend {
  readonly device: { readonly limits: Readonly<Record<string, number>> };
  readonly adapterInfo?: { readonly [fact: string]: unknown };
  runWebGPUProgram(
    program: WebgpuProgram,
    inputs: readonly TensorInfo[],
    dtype: 'float32',
    uniforms: readonly { readonly type: 'int32' | 'float32'; readonly data: number[] }[],
    output?: TensorInfo,
  ): TensorInfo;
}

/** A shader over a one-dimensional grid of workgroups. */
export interface ShaderRun {
  /** Of the text. */
  readonly key: string;
  readonly code: string;
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  readonly workgroups: number;
  readonly workgroupSize: number;
  /** How many numbers the result has. */
  readonly size: number;
  /** Of each dispatch in turn; they write one result. */
  readonly uniforms: readonly Readonly<Record<string, number>>[];
  /** The uniforms that are no integers. */
  readonly floats: readonly string[];
}

/** Runs a shader and gives its result, a tensor that the caller owns. */
export function runShader(backend: WebgpuBackend, shader: ShaderRun): Tensor1D {
  const { key, code, workgroups, workgroupSize, size, uniforms, floats } = shader;
  // An input that the text does not mention would have no place in the pipeline's layout.
  const inputs = Object.entries(shader.inputs).filter(([name]) => new RegExp(`\\b${name}\\[`).test(code));
  const names = Object.keys(uniforms[0] ?? {});
  const isFloat = (name: string): boolean => floats.includes(name);
  let result: TensorInfo | undefined;
  for (const values of uniforms) {
    const program: WebgpuProgram = {
      variableNames: inputs.map(([name]) => name),
      uniforms: names.map((name) => `${name} : ${isFloat(name) ? 'f32' : 'i32'},`).join(' '),
      shaderKey: `rnn_${key}`,
      outputShape: [size],
      workgroupSize: [workgroupSize, 1, 1],
      dispatch: [workgroups, 1, 1],
      dispatchLayout: { x: [0] },
      getUserCode: () => code,
    };
    const data = names.map((name) => ({
      ...{ type: isFloat(name) ? ('float32' as const) : ('int32' as const), data: [values[name] as number] },
    }));
    result = backend.runWebGPUProgram(
      program,
      inputs.map(([, input]) => input),
      'float32',
      data,
      result,
    );
  }
  return core().makeTensorFromTensorInfo(result as TensorInfo) as Tensor1D;
}
