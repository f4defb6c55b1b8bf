import { slice, type Tensor1D, type TensorInfo } from '@tensorflow/tfjs-core';
import { phasesShader } from './phases';
import type { Section, Shader, ShaderOptions } from './recurrence';
import { runShader, type WebgpuBackend } from './webgpu-backend';

/** T, B, H and P, and how the inputs lie. */
export interface SequenceSizes {
  readonly steps: number;
  readonly batch: number;
  readonly units: number;
  readonly outputs: number;
  readonly timeMajor: boolean;
  readonly reverse: boolean;
}

/** A flat result and where its sections are. */
export class Sections {
  readonly size: number;
  readonly #places = new Map<string, { readonly start: number; readonly shape: [rows: number, columns: number] }>();

  constructor(
    readonly sections: Readonly<Record<string, Section>>,
    { steps, batch, units, outputs }: SequenceSizes,
  ) {
    const rows = { step: steps * batch, row: batch, rowTwice: 2 * batch };
    let start = 0;
    for (const [name, section] of Object.entries(sections)) {
      const columns = (section.units ?? 0) * units + (section.outputs ?? 0) * outputs;
      this.#places.set(name, { start, shape: [rows[section.each], columns] });
      start += rows[section.each] * columns;
    }
    this.size = start;
  }

  has(name: string): boolean {
    return this.#places.has(name);
  }

  /** A copy of a section, or of its rows from `firstRow` on. */
  read(result: Tensor1D, name: string, firstRow = 0, rows?: number): { flat: Tensor1D; shape: [number, number] } {
    const place = this.#places.get(name);
    if (place === undefined) throw new Error(`${name} is no section`);
    const [allRows, columns] = place.shape;
    const shape: [number, number] = [rows ?? allRows - firstRow, columns];
    return { flat: slice(result, [place.start + firstRow * columns], [shape[0] * columns]), shape };
  }

  /** Where each begins, as uniforms. */
  starts(): Record<string, number> {
    return Object.fromEntries([...this.#places].map(([name, { start }]) => [`${name}Start`, start]));
  }

  /** The functions that give indices, in WGSL. */
  functions(): string {
    return Object.entries(this.sections)
      .map(([name, { units = 0, outputs = 0 }]) => {
        const width = `(${units} * uniforms.units + ${outputs} * uniforms.outputs)`;
        return `fn ${name}At(place : i32, column : i32) -> i32 { return uniforms.${name}Start + place * ${width} + column; }`;
      })
      .join('\n');
  }
}

/** A GPU is the screen's as well: no dispatch takes longer than so many steps do. */
const stepsPerDispatch = 512;

const roundUp = (n: number, multiple: number): number => Math.ceil(n / multiple) * multiple;

/** Runs a recurrence's shader over all steps. */
export function runSequenceShader(
  backend: WebgpuBackend,
  name: string,
  shader: Shader,
  options: ShaderOptions,
  sizes: SequenceSizes,
  {
    inputs,
    lengths,
    backward,
    kept,
    limits,
  }: {
    readonly inputs: Readonly<Record<string, TensorInfo>>;
    readonly lengths: TensorInfo | undefined;
    readonly backward: boolean;
    /** The sections of the forward result, for a backward shader. */
    readonly kept?: Sections;
    readonly limits: { readonly forgetBias: number; readonly cellClip: number; readonly projClip: number };
  },
): { result: Tensor1D; sections: Sections } {
  const { steps, batch, units, outputs, timeMajor, reverse } = sizes;
  const sections = new Sections(shader.sections, sizes);
  const most = backend.device.limits.maxComputeInvocationsPerWorkgroup ?? 256;
  const workgroupSize = Math.min(256, most, roundUp(Math.max(units, outputs), 32));
  const rows = batch <= 128 ? 1 : batch <= 512 ? 2 : 4;
  const phases = { rows, workgroupSize, lengths: lengths !== undefined, backward };
  const flags = Object.entries(options).filter(([, on]) => on);
  const share = (firstStep: number): Record<string, number> => ({
    ...{ steps, batch, units, outputs, firstStep, endStep: Math.min(steps, firstStep + stepsPerDispatch) },
    ...{ reversed: reverse ? 1 : 0, stepStride: timeMajor ? batch : 1, rowStride: timeMajor ? 1 : steps },
    ...{ ...limits, ...kept?.starts(), ...sections.starts() },
  });
  const result = runShader(backend, {
    key: [name, backward ? 'backward' : 'forward', ...flags.map(([flag]) => flag), ...Object.values(phases)].join('_'),
    code: `${kept?.functions() ?? ''}\n${sections.functions()}\n${phasesShader(phases, shader.start, shader.phases)}`,
    inputs: { ...inputs, ...(lengths && { lengths }) },
    workgroups: Math.ceil(batch / rows),
    workgroupSize,
    size: sections.size,
    uniforms: Array.from({ length: Math.ceil(steps / stepsPerDispatch) }, (_, k) => share(k * stepsPerDispatch)),
    floats: Object.keys(limits),
  });
  return { result, sections };
}
