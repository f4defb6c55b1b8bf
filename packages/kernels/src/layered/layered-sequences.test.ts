import '@rnn/cells/gradients';
import {
  add,
  getBackend,
  grads,
  mul,
  ones,
  profile,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  tensor,
  tidy,
  transpose,
  zeros,
} from '@tensorflow/tfjs-core';
import { expectClose, expectNoLeak, relativeError, sequenceOf, tolerance } from 'testing';
import { describe, expect, test } from 'vitest';
import { freeDropped } from '../tape';
import { engine } from '../wasm/engine';
import { registerEngine } from '../wasm/register';
import { registerWebgpu } from '../webgpu/register';
import { type LayeredSequenceArgs, type LayeredSequenceResult, layeredSequences } from './layered-sequences';
import type { SequenceLayer } from './sequence-layer';

registerEngine();
registerWebgpu();

const { forward, gradient } = tolerance(getBackend());

/** A stack that follows from its number: its options, and for each layer what it is. */
interface StackCase {
  readonly T: number;
  readonly B: number;
  readonly D: number;
  readonly layers: readonly {
    readonly kind: string;
    readonly H: number;
    readonly P: number;
    readonly fromZero: boolean;
  }[];
  readonly options: Partial<LayeredSequenceArgs>;
  readonly seed: number;
}

function randomStack(seed: number): StackCase {
  const draws = sequenceOf(64, 7000 + seed).map((v) => (v + 1) / 2);
  let next = 0;
  const pick = <V>(...values: readonly V[]): V =>
    values[Math.floor((draws[next++ % 64] as number) * values.length)] as V;
  const [T, B, D] = [pick(1, 2, 5, 9), pick(1, 3, 8, 43), pick(1, 4, 11)];
  const lengths = Array.from({ length: B }, (_, b) => (b === 0 ? T : b === 1 ? 0 : (b * 7 + seed) % (T + 1)));
  return {
    ...{ T, B, D, seed },
    layers: Array.from({ length: pick(1, 2, 3, 4) }, () => ({
      ...{ kind: pick('lstm', 'whole lstm', 'gru', 'gru after', 'rnn', 'relu'), H: pick(1, 7, 8, 30) },
      ...{ P: pick(3, 9), fromZero: pick(true, false) },
    })),
    options: {
      ...{ reverse: pick(true, false), timeMajor: pick(true, false), swapMemory: pick(true, false) },
      ...{ returnSequences: pick(true, true, false), ...(pick(true, false) && { lengths }) },
    },
  };
}

const show = ({ T, B, D, layers, options }: StackCase): string =>
  `T ${T} B ${B} D ${D}, ${layers.map(({ kind, H }) => `${kind} ${H}`).join(' under ')}, ${JSON.stringify(options)}`;

/** Everything differentiable that a stack takes, by name: x time-major, and a layer's tensors with its number before them. */
function tensorsOf({ T, B, D, layers, seed }: StackCase): Record<string, Tensor> {
  let drawn = seed * 50;
  const draw = (shape: number[], by = 1): Tensor =>
    mul(
      tensor(
        Float32Array.from(
          sequenceOf(
            shape.reduce((a, b) => a * b),
            ++drawn,
          ),
        ),
        shape,
      ),
      by,
    );
  const tensors: Record<string, Tensor> = { x: draw([T, B, D]) };
  let width = D;
  for (const [k, { kind, H, P, fromZero }] of layers.entries()) {
    const outputs = kind === 'whole lstm' ? P : H;
    const scale = Math.sqrt(3 / (width + outputs));
    const named = (name: string, shape: number[], by = 1) => {
      tensors[`${k} ${name}`] = draw(shape, by);
    };
    if (!fromZero) named('h', [B, outputs]);
    if (kind.endsWith('lstm')) {
      if (!fromZero) named('c', [B, H]);
      named('kernel', [width + outputs, 4 * H], scale);
      named('bias', [4 * H]);
      if (kind === 'whole lstm') {
        for (const gate of ['f', 'i', 'o']) named(gate, [H]);
        named('projection', [H, P]);
      }
    } else if (kind.startsWith('gru')) {
      named('gatesKernel', [width + H, 2 * H], scale);
      named('gatesBias', [2 * H]);
      const parts = kind === 'gru' ? { candidate: width + H } : { candidateInput: width, candidateHidden: H };
      for (const [name, rows] of Object.entries(parts)) {
        named(`${name}Kernel`, [rows, H], scale);
        named(`${name}Bias`, [H]);
      }
    } else {
      named('kernel', [width + H, H], scale);
      named('bias', [H]);
    }
    width = outputs;
  }
  return tensors;
}

function argsOf(stack: StackCase, tensors: Readonly<Record<string, Tensor>>, kernel: 'fused' | 'reference') {
  const { swapMemory, timeMajor, ...options } = stack.options;
  const x = tensors.x as Tensor3D;
  const fused = kernel === 'fused';
  // The kernels of webgpu have none.
  const swaps = fused && swapMemory === true && getBackend() !== 'webgpu';
  return {
    ...{ ...options, kernel, timeMajor: !fused || timeMajor !== false, swapMemory: swaps },
    inputs: fused && timeMajor === false ? transpose(x, [1, 0, 2]) : x,
    layers: stack.layers.map(({ kind }, k): SequenceLayer => {
      const own = Object.entries(tensors).filter(([name]) => name.startsWith(`${k} `));
      const { h, c, f, i, o, ...weights } = Object.fromEntries(
        own.map(([name, value]) => [name.slice(`${k} `.length), value]),
      );
      const state = h && { initialState: h as Tensor2D };
      if (kind.endsWith('lstm')) {
        const peepholes = f && { f: f as Tensor1D, i: i as Tensor1D, o: o as Tensor1D };
        return {
          ...{ type: 'lstm', ...(h && { initialState: { c: c as Tensor2D, h: h as Tensor2D } }) },
          ...(kind === 'whole lstm' && { cellClip: 0.5, projClip: 0.4, forgetBias: -0.5 }),
          weights: { ...weights, ...(peepholes && { peepholes }) } as never,
        };
      }
      if (kind.startsWith('gru'))
        return { type: 'gru', ...state, resetAfter: kind === 'gru after', weights: weights as never } as SequenceLayer;
      return { type: 'rnn', ...state, activation: kind === 'relu' ? 'relu' : 'tanh', weights: weights as never };
    }),
  };
}

/** Outputs time-major, and all states. */
function run(stack: StackCase, tensors: Readonly<Record<string, Tensor>>, kernel: 'fused' | 'reference'): Tensor[] {
  return tidy(() => {
    const args = argsOf(stack, tensors, kernel);
    const [{ outputs, states }] = layeredSequences([args]) as [LayeredSequenceResult];
    const all = outputs && (args.timeMajor ? outputs : transpose(outputs, [1, 0, 2]));
    return [...(all ? [all] : []), ...states.flatMap(({ c, h }) => (c ? [c, h] : [h]))];
  });
}

describe('random stacks: the fused kernels give what the reference gives', () => {
  const stacks = Array.from({ length: 40 }, (_, seed) => randomStack(seed)).map(
    (stack) => [show(stack), stack] as const,
  );

  test.each(stacks)('%s', (_, stack) => {
    const tensors = tensorsOf(stack);
    const [got, want] = [run(stack, tensors, 'fused'), run(stack, tensors, 'reference')];
    expect(got.map(({ shape }) => shape)).toEqual(want.map(({ shape }) => shape));
    for (const [k, result] of want.entries()) expectClose(got[k] as Tensor, result.dataSync(), forward);

    const everything = Object.keys(tensors);
    const top = everything.filter((name) => name.startsWith(`${stack.layers.length - 1} `));
    for (const asked of [everything, everything.slice(1), top, ['x']]) {
      const gradientsBy = (kernel: 'fused' | 'reference'): Tensor[] =>
        grads((...at: Tensor[]) =>
          tidy(() => {
            const changed = Object.fromEntries(asked.map((name, k) => [name, at[k] as Tensor]));
            const results = run(stack, { ...tensors, ...changed }, kernel);
            return results
              .map((result, k) => sum(mul(result, tensor(sequenceOf(result.size, 90 + k), result.shape))))
              .reduce((a, b) => add(a, b));
          }),
        )(asked.map((name) => tensors[name] as Tensor));
      const [mine, theirs] = [gradientsBy('fused'), gradientsBy('reference')];
      for (const [k, name] of asked.entries())
        expect(
          relativeError((mine[k] as Tensor).dataSync(), (theirs[k] as Tensor).dataSync()),
          `d${name}`,
        ).toBeLessThanOrEqual(gradient);
    }
    freeDropped();
    expect(engine().heldBytes).toBe(0);
  });
});

const two: StackCase = {
  ...{ T: 5, B: 3, D: 2, seed: 3, options: { lengths: [5, 0, 2] } },
  layers: ['lstm', 'gru'].map((kind) => ({ kind, H: 4, P: 4, fromZero: true })),
};

test('stacks that do not need each other are one kernel, whatever their layers, and give what they give alone', async () => {
  const [a, b] = [two, randomStack(5)];
  const args = [a, b].map((stack) => argsOf(stack, tensorsOf(stack), 'fused'));
  const want = args.map((one) => layeredSequences([one])[0]);
  let got: LayeredSequenceResult[] = [];
  const { kernels } = await profile(() => {
    got = layeredSequences(args);
    return [];
  });
  expect(kernels.map(({ name }) => name)).toEqual(['RnnLayeredSequences']);
  const flat = (results: readonly (LayeredSequenceResult | undefined)[]): Tensor[] =>
    results.flatMap((result) => [
      ...(result?.outputs ? [result.outputs] : []),
      ...(result?.states ?? []).map(({ h }) => h),
    ]);
  const wanted = flat(want);
  expect(wanted.length).toBeGreaterThan(3);
  for (const [k, result] of flat(got).entries()) expectClose(result, (wanted[k] as Tensor).dataSync(), forward);
});

test('a layer that the engine does not have leaves the others to it, one by one', async () => {
  const tensors = tensorsOf(two);
  const args = argsOf(two, tensors, 'fused');
  const layers = [args.layers[0], { ...args.layers[1], activation: 'sigmoid' }] as SequenceLayer[];
  const { kernels } = await profile(
    () => layeredSequences([{ ...args, layers, kernel: 'auto' }])[0]?.outputs as Tensor,
  );
  expect(kernels.filter(({ name }) => name === 'RnnLayeredSequences')).toHaveLength(1);
  expect(() => layeredSequences([{ ...args, layers }])).toThrow(
    "gruSequence: expected a fused kernel, as kernel: 'fused' asks, got none: the engine has no sigmoid activation here. Use kernel: 'auto'.",
  );
});

test('nothing is left behind, whatever runs it', () => {
  for (const kernel of ['fused', 'reference'] as const) {
    const tensors = tensorsOf(two);
    expectNoLeak(() => run(two, tensors, kernel));
    const gradient = grads((x, w) => sum(run(two, { ...tensors, x, '0 kernel': w }, kernel)[0] as Tensor));
    expectNoLeak(() => gradient([tensors.x as Tensor, tensors['0 kernel'] as Tensor]));
  }
  expect(engine().heldBytes).toBe(0);
});

test('what does not fit is an error before anything is computed', () => {
  const args = argsOf(two, tensorsOf(two), 'fused');
  const wrong = { type: 'rnn', weights: { kernel: ones([9, 3]), bias: zeros([3]) } } as SequenceLayer;
  expect(() => expectNoLeak(() => layeredSequences([{ ...args, layers: [...args.layers, wrong] }]) as never)).toThrow(
    'rnnSequence: expected weights.kernel to have shape [7, 3], got [9, 3]',
  );
  expect(() => layeredSequences([{ ...args, layers: [] }])).toThrow(
    'layeredSequences: expected at least one layer, got none',
  );
  expect(() => layeredSequences([{ ...args, lengths: [9, 9, 9] }])).toThrow(
    'layeredSequences: expected lengths to be integers from 0 to 5, got 9 in row 0',
  );
});

test('a gradient of a gradient is refused', () => {
  const tensors = tensorsOf(two);
  const inner = (x: Tensor): Tensor =>
    grads((at) => sum(run(two, { ...tensors, x: at }, 'fused')[0] as Tensor))([x])[0] as Tensor;
  expect(() => grads((x) => sum(inner(x)))([tensors.x as Tensor])).toThrow(
    "layeredSequences: expected to be differentiated once, got a gradient of its gradient. Use kernel: 'reference' for what is differentiated twice.",
  );
  freeDropped();
});
