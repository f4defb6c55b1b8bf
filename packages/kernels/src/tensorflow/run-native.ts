import type { DataType, KernelBackend, Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import { checkShape } from '../checks';
import {
  type AttributesOf,
  type AttributeType,
  type InputOf,
  type NativeOpName,
  nativeOps,
  type OutputOf,
  type SizesOf,
} from './native-ops';

/** What this folder uses of the backend of tfjs-node. */
export interface TensorflowBackend extends KernelBackend {
  readonly binding: Readonly<Record<'TF_FLOAT' | `TF_ATTR_${Uppercase<AttributeType | 'type'>}`, number>>;
  executeMultipleOutputs(
    op: string,
    attributes: readonly { readonly name: string; readonly type: number; readonly value: string | number | boolean }[],
    inputs: readonly TensorInfo[],
    outputs: number,
  ): Tensor[];
}

/** Runs an op of TensorFlow's library; `seq_len_max`, where it has one, is T. Throws `KernelError` for a shape that would end the process. */
export function runNative<Name extends NativeOpName>(
  backend: TensorflowBackend,
  name: Name,
  sizes: SizesOf<Name>,
  inputs: Readonly<Record<InputOf<Name>, TensorInfo>>,
  attributes: AttributesOf<Name>,
): Record<OutputOf<Name>, Tensor> {
  const { binding } = backend;
  const { outputs, attributes: kinds, inputs: shapesOf } = nativeOps[name];
  const shapes = (shapesOf as (sizes: SizesOf<Name>) => Record<string, readonly number[] | 'any' | 'int64'>)(sizes);
  const given = inputs as Readonly<Record<string, TensorInfo>>;
  for (const [input, shape] of Object.entries(shapes))
    if (typeof shape !== 'string') checkShape(name, input, given[input] as TensorInfo, shape);

  const steps = Object.hasOwn(shapes, 'seq_len_max') ? int64(backend, sizes.T) : undefined;
  try {
    const results = backend.executeMultipleOutputs(
      name,
      [
        { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
        ...Object.entries(attributes as Readonly<Record<string, string | number | boolean>>).map(
          ([attribute, value]) => {
            const kind = (kinds as Readonly<Record<string, AttributeType>>)[attribute] as AttributeType;
            return {
              name: attribute,
              type: binding[`TF_ATTR_${kind.toUpperCase() as Uppercase<AttributeType>}`],
              value,
            };
          },
        ),
      ],
      Object.keys(shapes).map((input) => (input === 'seq_len_max' ? steps : given[input]) as TensorInfo),
      outputs.length,
    );
    const named = outputs.map((output, k) => [output, results[k]]);
    return Object.fromEntries(named) as Record<OutputOf<Name>, Tensor>;
  } finally {
    if (steps !== undefined) backend.disposeData(steps.dataId);
  }
}

/**
 * A scalar of a dtype that TensorFlow.js has not: tfjs-node writes it as its low and its high half. Its own `Int64Scalar` would stay in
 * TensorFlow's memory for good.
 */
function int64(backend: TensorflowBackend, value: number): TensorInfo {
  const dtype = 'int64' as DataType;
  return { dataId: backend.write(Int32Array.of(value, 0), [], dtype), shape: [], dtype };
}
