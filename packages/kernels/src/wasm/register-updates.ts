import {
  engine as core,
  type KernelBackend,
  type NamedTensorMap,
  registerKernel,
  type Scalar,
  type Tensor,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { registerFusedKernel } from '../fused-kernels';
import type { AdagradUpdateArgs } from '../updates/adagrad-update';
import type { AdamUpdateArgs } from '../updates/adam-update';
import type { ClipByGlobalNormArgs } from '../updates/clip-by-global-norm';
import type { MomentumUpdateArgs } from '../updates/momentum-update';
import type { UpdateArgs, UpdatedVariable } from '../updates/variable-update';
import { engine, engineFault } from './engine';
import { hostBackends } from './host-backends';
import { viewTensor, writeTensor } from './host-data';
import { type Lists, withLists } from './lists';

type AsTensors = (list: number) => TensorInfo[];

/**
 * Registers, for every host backend, a kernel whose inputs are `listCount` lists of tensors, the k-th of one shape in all. `compute` works
 * on their values in the engine's memory and says what of it becomes tensors of those shapes.
 */
function registerOnLists<Constants>(
  kernelName: string,
  listCount: number,
  compute: (lists: Lists, constants: Constants, tensors: AsTensors, backend: KernelBackend) => TensorInfo[],
): void {
  for (const backendName of hostBackends) {
    registerKernel({
      kernelName,
      backendName,
      kernelFunc: ({ inputs, attrs, backend: any }) => {
        const backend = any as KernelBackend;
        const infos = Object.values(inputs) as TensorInfo[];
        const size = infos.length / listCount;
        const given = Array.from({ length: listCount }, (_, list) => {
          return infos.slice(list * size, (list + 1) * size).map((info) => viewTensor(backend, info));
        });
        return withLists(engine(), given, (lists) => {
          const tensors: AsTensors = (list) =>
            infos.slice(0, size).map(({ shape }, k) => writeTensor(backend, lists.values(list, k), shape));
          return compute(lists, attrs as Constants, tensors, backend);
        });
      },
    });
  }
}

/** Tensors are handed over list by list, as TensorFlow.js itself does those of a concatenation. */
const runOnLists = (kernelName: string, lists: readonly (readonly Tensor[])[], constants: object): Tensor[] =>
  core().runKernel(kernelName, lists.flat() as unknown as NamedTensorMap, constants as never) as unknown as Tensor[];

/** Registers an update that writes the new values of `w` and the slots over the old ones. */
function registerUpdate<Slot extends string, Args extends UpdateArgs<Slot>>(
  op: 'adamUpdate' | 'adagradUpdate' | 'momentumUpdate',
  kernelName: string,
  slots: readonly Slot[],
  compute: (lists: Lists, args: Omit<Args, 'variables'>) => void,
): void {
  const [after, given] = [['w', ...slots] as const, ['w', ...slots, 'g'] as const];
  registerOnLists<Omit<Args, 'variables'>>(kernelName, given.length, (lists, args, tensors) => {
    compute(lists, args);
    return after.flatMap((_, list) => tensors(list));
  });
  const run = ({ variables, ...args }: Args): UpdatedVariable<Slot>[] => {
    const lists = given.map((letter) => variables.map((variable) => variable[letter]));
    const results = runOnLists(kernelName, lists, args);
    return variables.map((_, k) => {
      const entries = after.map((letter, list) => [letter, results[list * variables.length + k]]);
      return Object.fromEntries(entries) as UpdatedVariable<Slot>;
    });
  };
  const device = (): string => engine().device;
  for (const backend of hostBackends)
    registerFusedKernel({ op, backend, device, unsupported: engineFault, run: run as never });
}

/** Registers the updates and the clipping of gradients for every host backend. */
export function registerUpdates(): void {
  registerUpdate<'m' | 'v', AdamUpdateArgs>('adamUpdate', 'RnnAdamUpdate', ['m', 'v'], ({ count, addresses }, args) => {
    const { rate, beta1, beta2, epsilon } = args;
    engine().functions.adam(count, ...addresses, rate, beta1, 1 - beta1, beta2, 1 - beta2, epsilon);
  });
  registerUpdate<'acc', AdagradUpdateArgs>('adagradUpdate', 'RnnAdagradUpdate', ['acc'], ({ count, addresses }, args) =>
    engine().functions.adagrad(count, ...addresses, args.rate),
  );
  registerUpdate<'acc', MomentumUpdateArgs>(
    'momentumUpdate',
    'RnnMomentumUpdate',
    ['acc'],
    ({ count, addresses }, { rate, momentum, useNesterov = false }) =>
      engine().functions.momentum(count, ...addresses, rate, momentum, useNesterov ? 1 : 0),
  );

  const kernelName = 'RnnClipByGlobalNorm';
  registerOnLists<{ clipNorm: number }>(kernelName, 1, ({ count, addresses }, { clipNorm }, tensors, backend) => {
    const { functions } = engine();
    const list = addresses[0] as number;
    const norm = Math.sqrt(Math.fround(functions.sumOfSquares(count, list)));
    functions.scale(count, list, Number.isFinite(norm) ? clipNorm / Math.max(norm, clipNorm) : Number.NaN);
    return [writeTensor(backend, Float32Array.of(norm), []), ...tensors(0)];
  });
  const run = ({ gradients, clipNorm }: ClipByGlobalNormArgs) => {
    const [norm, ...clipped] = runOnLists(kernelName, [gradients], { clipNorm });
    return { gradients: clipped, norm: norm as Scalar };
  };
  const device = (): string => engine().device;
  for (const backend of hostBackends)
    registerFusedKernel({ op: 'clipByGlobalNorm', backend, device, unsupported: engineFault, run });
}
