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
import { writeTensor } from './host-data';
import type { UpdateFunctions } from './update-functions';
import { writtenLists } from './written-lists';

/** Registers, for every host backend, a kernel whose inputs are `listCount` lists of tensors, the k-th of one shape in all. */
function registerOnLists<Constants>(
  kernelName: string,
  listCount: number,
  compute: (lists: readonly (readonly TensorInfo[])[], constants: Constants, backend: KernelBackend) => TensorInfo[],
): void {
  for (const backendName of hostBackends) {
    registerKernel({
      kernelName,
      backendName,
      kernelFunc: ({ inputs, attrs, backend }) => {
        const infos = Object.values(inputs) as TensorInfo[];
        const size = infos.length / listCount;
        const lists = Array.from({ length: listCount }, (_, list) => infos.slice(list * size, (list + 1) * size));
        return compute(lists, attrs as Constants, backend as KernelBackend);
      },
    });
  }
}

/** Tensors are handed over list by list, as TensorFlow.js itself does those of a concatenation. */
const runOnLists = (kernelName: string, lists: readonly (readonly Tensor[])[], constants: object): Tensor[] =>
  core().runKernel(kernelName, lists.flat() as unknown as NamedTensorMap, constants as never) as unknown as Tensor[];

/** Registers an update of variables, one by one, from the addresses of w, the slots and g to those of the new w and slots. */
function registerUpdate<Slot extends string, Args extends UpdateArgs<Slot>>(
  op: 'adamUpdate' | 'adagradUpdate' | 'momentumUpdate',
  kernelName: string,
  slots: readonly Slot[],
  compute: (functions: UpdateFunctions, count: number, addresses: number[], args: Omit<Args, 'variables'>) => void,
): void {
  const [after, given] = [['w', ...slots] as const, ['w', ...slots, 'g'] as const];
  registerOnLists<Omit<Args, 'variables'>>(kernelName, given.length, (lists, args, backend) =>
    writtenLists(backend, lists, after.length, ({ functions, sizes, from, to }) => {
      for (const [k, count] of sizes.entries()) {
        const addresses = [...given.map((_, list) => from(list, k)), ...after.map((_, list) => to(list, k))];
        compute(functions, count, addresses, args);
      }
    }),
  );
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
  registerUpdate<'m' | 'v', AdamUpdateArgs>(
    'adamUpdate',
    'RnnAdamUpdate',
    ['m', 'v'],
    ({ adam }, count, addresses, args) => {
      const { rate, beta1, beta2, epsilon } = args;
      adam(count, ...addresses, rate, beta1, 1 - beta1, beta2, 1 - beta2, epsilon);
    },
  );
  registerUpdate<'acc', AdagradUpdateArgs>(
    'adagradUpdate',
    'RnnAdagradUpdate',
    ['acc'],
    ({ adagrad }, count, addresses, { rate }) => adagrad(count, ...addresses, rate),
  );
  registerUpdate<'acc', MomentumUpdateArgs>(
    'momentumUpdate',
    'RnnMomentumUpdate',
    ['acc'],
    (functions, count, addresses, { rate, momentum, useNesterov = false }) =>
      functions.momentum(count, ...addresses, rate, momentum, useNesterov ? 1 : 0),
  );

  const kernelName = 'RnnClipByGlobalNorm';
  registerOnLists<{ clipNorm: number }>(kernelName, 1, (lists, { clipNorm }, backend) => {
    let norm = 0;
    const clipped = writtenLists(backend, lists, 1, ({ functions, sizes, from, to }) => {
      const squares = sizes.reduce((sum, count, k) => sum + functions.sumOfSquares(count, from(0, k)), 0);
      norm = Math.sqrt(Math.fround(squares));
      const factor = Number.isFinite(norm) ? clipNorm / Math.max(norm, clipNorm) : Number.NaN;
      for (const [k, count] of sizes.entries()) functions.scale(count, from(0, k), to(0, k), factor);
    });
    return [writeTensor(backend, Float32Array.of(norm), []), ...clipped];
  });
  const run = ({ gradients, clipNorm }: ClipByGlobalNormArgs) => {
    const [norm, ...clipped] = runOnLists(kernelName, [gradients], { clipNorm });
    return { gradients: clipped, norm: norm as Scalar };
  };
  const device = (): string => engine().device;
  for (const backend of hostBackends)
    registerFusedKernel({ op: 'clipByGlobalNorm', backend, device, unsupported: engineFault, run });
}
