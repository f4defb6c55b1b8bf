import '@rnn/cells/gradients';
import {
  backend,
  grad,
  memory,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  tensor,
  tidy,
} from '@tensorflow/tfjs-core';
import { expectClose, expectNoLeak, sequenceOf, tolerance } from 'testing';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { backendOfKernels, chooseKernel, type SequenceFacts, tensorflowOnCuda } from '../fused-kernels';
import { gruSequence } from '../gru/gru-sequence';
import { layeredSequences } from '../layered/layered-sequences';
import { type LstmSequenceArgs, lstmSequence } from '../lstm/lstm-sequence';
import { rnnSequence } from '../rnn/rnn-sequence';
import { everythingOf, expectReference } from '../testing/expect-reference';
import { type EngineCase, randomCase, sequenceOfCase, show, valuesOfCase } from '../testing/random-case';
import { expectForward, expectGradients, gradientsOf, toTensors } from '../testing/sequence-case';
import { simulateCudnn } from '../testing/simulate-cudnn';
import { registerNativeKernels, registerTensorflow } from './register';
import type { TensorflowBackend } from './run-native';

registerNativeKernels();
const { forward, gradient } = tolerance('tensorflow');
/** They are tested where TensorFlow computes: on a GPU with cuDNN itself. */
const place = backendOfKernels();

let takeBack = () => {};
const offer = (options: Parameters<typeof registerTensorflow>[0]): void => {
  takeBack = registerTensorflow(options);
};
afterEach(() => {
  takeBack();
  takeBack = () => {};
  vi.restoreAllMocks();
});

const small: EngineCase = { kind: 'lstm', T: 4, B: 4, D: 2, H: 3, reverse: false, forgetBias: 1, relu: false, seed: 9 };
const ways: [string, Partial<EngineCase>][] = [
  ['all steps', {}],
  ['from zero', { fromZero: true }],
  ['reversed', { reverse: true }],
  ['batch-major', { batchMajor: true }],
  ['batch-major and reversed', { batchMajor: true, reverse: true }],
  ['lengths 2, 0, 4, 1', { lengths: [2, 0, 4, 1] }],
  ['lengths 2, 0, 4, 1 from zero', { lengths: [2, 0, 4, 1], fromZero: true }],
  ['reversed within lengths 3, 4, 0, 2, batch-major', { reverse: true, lengths: [3, 4, 0, 2], batchMajor: true }],
  ['lengths that all end early', { lengths: [2, 1, 2, 0] }],
  ['lengths that are the whole', { lengths: [4, 4, 4, 4] }],
  ['one step', { T: 1 }],
  ['one row', { B: 1, lengths: [3] }],
  ['one of everything', { T: 1, B: 1, D: 1, H: 1 }],
];

const facts: SequenceFacts = { steps: 4, batchSize: 4, inputSize: 2, numUnits: 3, activation: 'tanh' };
const [T, B, D, H] = [5, 3, 2, 4];
const weightsOf = () => ({
  kernel: tensor(sequenceOf((D + H) * 4 * H, 2), [D + H, 4 * H]) as Tensor2D,
  bias: tensor(sequenceOf(4 * H, 3)) as Tensor1D,
});
const lstmArgs = (): LstmSequenceArgs => ({
  inputs: tensor(sequenceOf(T * B * D, 1), [T, B, D]) as Tensor3D,
  weights: weightsOf(),
  kernel: 'fused',
});

describe('in TensorFlow', () => {
  describe('without CudnnRNN, which a CPU has not', () => {
    beforeEach(() => offer({ backend: place, cudnn: false }));

    describe.each([
      ['LSTM', { kind: 'lstm' }],
      ['LSTM with forget bias -2.5', { kind: 'lstm', forgetBias: -2.5 }],
      ['LSTM with peepholes', { kind: 'lstm', peepholes: true, forgetBias: 0.5 }],
      ['GRU', { kind: 'gru' }],
    ] as const)('%s', (_, recurrence) => {
      test.each(ways)('%s: the float64 loops and their central differences', (_, way) => {
        const sequence = sequenceOfCase({ ...small, ...recurrence, ...way }, 'fused');
        expectForward(sequence);
        expectGradients(sequence);
      });

      const cases = Array.from({ length: 8 }, (_, k) => ({
        ...{ ...randomCase(recurrence.kind, 11 * k + 1), ...recurrence, swapMemory: false },
      }));
      test.each(cases.map((drawn) => [show(drawn), drawn] as const))('%s: the reference', (_, drawn) =>
        expectReference(drawn),
      );
    });

    test('a clip of c is exact where nothing is differentiated', () => {
      const clipped = sequenceOfCase({ ...small, peepholes: true, cellClip: 0.3, lengths: [2, 0, 4, 1] }, 'fused');
      expectForward(clipped);
    });

    test('without one nothing is clipped, though BlockLSTM clips at 3 unless told otherwise', () => {
      const args = {
        ...lstmArgs(),
        forgetBias: 20,
        initialState: { c: tensor(new Array(B * H).fill(9), [B, H]), h: tensor(new Array(B * H).fill(0), [B, H]) },
      };
      const { c } = lstmSequence(args as LstmSequenceArgs);
      expect(Math.min(...c.dataSync())).toBeGreaterThan(3);
    });

    test('with a clip, what is differentiated runs as stock operations, whose gradient is zero where c is clipped', () => {
      const clips = { ...facts, cellClip: 0.3 };
      expect(chooseKernel('lstmSequence', clips).kernel?.device(clips)).toBe(
        `${place === tensorflowOnCuda ? 'CUDA' : 'CPU'}, BlockLSTM, or stock operations where it is differentiated`,
      );
      const loss = (kernel: 'auto' | 'reference') => (x: Tensor) =>
        sum(lstmSequence({ ...lstmArgs(), inputs: x as Tensor3D, cellClip: 0.3, kernel }).outputs);
      const { inputs } = lstmArgs();
      expectClose(grad(loss('auto'))(inputs), grad(loss('reference'))(inputs).dataSync(), gradient);
      expect(() =>
        grad((x) => sum(lstmSequence({ ...lstmArgs(), inputs: x as Tensor3D, cellClip: 0.3 }).h))(inputs),
      ).toThrow(
        "lstmSequence: expected a fused kernel, as kernel: 'fused' asks, got none: the gradient of BlockLSTM does not know cellClip. Use kernel: 'auto'.",
      );
    });

    test('a gradient of the final c alone, as of any result alone, is right', () => {
      const sequence = sequenceOfCase({ ...small, peepholes: true }, 'fused');
      const reference = sequenceOfCase({ ...small, peepholes: true }, 'reference');
      const tensors = toTensors(sequence, valuesOfCase(small, sequence));
      for (const [name, share] of Object.entries({
        c: sequenceOf(12, 5),
        h: sequenceOf(12, 6),
        outputs: sequenceOf(48, 7),
      })) {
        const want = gradientsOf(reference, tensors, { [name]: share });
        for (const [k, got] of gradientsOf(sequence, tensors, { [name]: share }).entries())
          expectClose(got, want[k]?.dataSync() ?? [], gradient);
      }
    });

    test.each(['lstm', 'gru'] as const)('padding of an %s that is not a number reaches nothing', async (kind) => {
      const lengths = [2, 0, 4, 1];
      const sequence = sequenceOfCase({ ...small, kind, lengths }, 'fused');
      const clean = valuesOfCase(small, sequence);
      const dirty = clean.inputs?.map((x, i) =>
        Math.floor(i / 8) < (lengths[Math.floor(i / 2) % 4] as number) ? x : Number.NaN,
      );
      expect(dirty?.some(Number.isNaN)).toBe(true);
      const got = await everythingOf(sequence, { ...clean, inputs: dirty ?? [] });
      expect(got).toEqual(await everythingOf(sequence, clean));
    });

    test('without returnSequences there are no outputs', () => {
      expect(Object.keys(lstmSequence({ ...lstmArgs(), returnSequences: false }))).toEqual(['c', 'h']);
    });

    test('layers of kinds that the library has run one after the other', () => {
      const layers = (kernel: 'fused' | 'reference') => {
        const { inputs } = lstmArgs();
        const { weights } = gruWeights(H);
        const stack = [
          { type: 'lstm' as const, weights: weightsOf() },
          { type: 'gru' as const, weights },
        ];
        return layeredSequences([{ inputs, lengths: [5, 2, 0], kernel, layers: stack }])[0]?.outputs as Tensor3D;
      };
      expectClose(layers('fused'), layers('reference').dataSync(), forward);
    });

    describe('memory', () => {
      const library = () => backend() as TensorflowBackend & { binding: { getNumOfTensors(): number } };
      const held = () => [memory().numTensors, library().numDataIds(), library().binding.getNumOfTensors()];

      test.each(['lstm', 'gru'] as const)(
        'an %s forward and backward leaves its results behind and nothing else',
        (kind) => {
          const sequence = sequenceOfCase({ ...small, kind, lengths: [2, 0, 4, 1] }, 'fused');
          const tensors = toTensors(sequence, valuesOfCase(small, sequence));
          const shares = { outputs: sequenceOf(48, 1), h: sequenceOf(12, 2) };
          const once = () => {
            for (const result of Object.values(sequence.run(tensors))) result.dispose();
            for (const one of gradientsOf(sequence, tensors, shares)) one.dispose();
          };
          once();
          const before = held();
          once();
          once();
          expect(held()).toEqual(before);
        },
      );

      test('a GRU that is not differentiated keeps the outputs of its steps alone, and gives the same', () => {
        const execute = library().executeMultipleOutputs.bind(library());
        const live: number[] = [];
        vi.spyOn(library(), 'executeMultipleOutputs').mockImplementation((op, ...more) => {
          if (op === 'GRUBlockCell') live.push(memory().numTensors);
          return execute(op, ...more);
        });
        const { inputs } = lstmArgs();
        const run = (x: Tensor) => gruSequence({ inputs: x as Tensor3D, ...gruWeights(D), kernel: 'fused' }).outputs;
        const want = run(inputs).dataSync();
        grad((x) => {
          const outputs = run(x);
          expect(outputs.dataSync()).toEqual(want);
          return sum(outputs);
        })(inputs);
        const kept = (steps: readonly number[]) => steps.slice(1).map((tensors, k) => tensors - (steps[k] as number));
        expect(kept(live.slice(0, T))).toEqual([1, 1, 1, 1]);
        expect(kept(live.slice(T))).toEqual([4, 4, 4, 4]);
      });

      test('a loss that throws leaves nothing behind once another pass has run', () => {
        const { inputs, weights } = lstmArgs();
        const run = (w: Tensor) =>
          lstmSequence({
            inputs,
            weights: { ...weights, kernel: w as Tensor2D },
            kernel: 'fused',
            returnSequences: false,
          }).h;
        tidy(() => void run(weights.kernel));
        const before = held();
        const fails = (w: Tensor): never => {
          run(w);
          throw new Error('as meant');
        };
        expect(() => grad(fails)(weights.kernel)).toThrow('as meant');
        tidy(() => void run(weights.kernel));
        expect(held()).toEqual(before);
      });
    });

    test.each([
      ['lstmSequence', (x: Tensor) => lstmSequence({ ...lstmArgs(), inputs: x as Tensor3D }).h],
      ['gruSequence', (x: Tensor) => gruSequence({ inputs: x as Tensor3D, ...gruWeights(D), kernel: 'fused' }).h],
    ] as const)('%s that is differentiated twice is refused', (op, run) => {
      const { inputs } = lstmArgs();
      expect(() => grad((x) => sum(grad((at) => sum(run(at)))(x)))(inputs)).toThrow(
        `${op}: expected to be differentiated once, got a gradient of its gradient. Use kernel: 'reference' for what is differentiated twice.`,
      );
      // What the dropped tape kept goes with the next pass.
      tidy(() => void run(inputs));
    });

    test.each(['auto', 'fused'] as const)('swapMemory is refused before anything is computed, kernel: %s', (kernel) => {
      const args = lstmArgs();
      expect(() => expectNoLeak(() => lstmSequence({ ...args, kernel, swapMemory: true }) as never)).toThrow(
        'lstmSequence: expected a fused kernel, as swapMemory asks, got none: TensorFlow’s recurrent ops have no swapMemory: they keep every state. Leave swapMemory out.',
      );
    });

    test.each<[string, 'lstmSequence' | 'gruSequence' | 'rnnSequence', Partial<SequenceFacts>, string]>([
      ['a projection', 'lstmSequence', { numProj: 2 }, 'neither CudnnRNN nor BlockLSTM has a projection'],
      ['relu in an LSTM', 'lstmSequence', { activation: 'relu' }, 'CudnnRNN and BlockLSTM have no relu activation'],
      [
        'sigmoid in a GRU',
        'gruSequence',
        { activation: 'sigmoid' },
        'CudnnRNN and GRUBlockCell have no sigmoid activation',
      ],
      ['a function', 'gruSequence', { activation: (x) => x }, 'the activation is a function of the caller’s own'],
      ['no rows', 'lstmSequence', { batchSize: 0 }, 'there is nothing to compute'],
      ['no inputs', 'lstmSequence', { inputSize: 0 }, 'there is nothing to compute'],
      [
        'a GRU that resets after the product',
        'gruSequence',
        { resetAfter: true },
        'GRUBlockCell resets before the product, and CudnnRNN needs CUDA',
      ],
      ['a basic network', 'rnnSequence', {}, 'CudnnRNN needs CUDA'],
      [
        'swapMemory',
        'gruSequence',
        { swapMemory: true },
        'TensorFlow’s recurrent ops have no swapMemory: they keep every state',
      ],
    ])('%s is left to the reference, with the reason', (_, op, more, reason) => {
      expect(chooseKernel(op, { ...facts, ...more })).toEqual({ reason });
    });
  });

  describe('with CudnnRNN, on a CPU as cuDNN’s formulas have it', () => {
    beforeEach(() => offer({ backend: place }));
    const ops = (calls: ReturnType<typeof simulateCudnn>) =>
      calls.mock.calls.map(([op]) => op).filter((op) => /RNN|Block/.test(op));

    describe.each([
      ['LSTM', { kind: 'lstm' }, false],
      ['LSTM with forget bias -1.5', { kind: 'lstm', forgetBias: -1.5 }, false],
      ['GRU that resets after the product', { kind: 'gruResetAfter' }, true],
      ['tanh network', { kind: 'rnn' }, true],
      ['relu network', { kind: 'rnn', relu: true }, false],
    ] as const)('%s', (_, recurrence, anyLengths) => {
      const whole = ways.filter(
        ([, { lengths }]) => anyLengths || lengths === undefined || lengths.every((n) => n === 4),
      );
      test.each(whole)('%s: the float64 loops and their central differences', (_, way) => {
        const calls = simulateCudnn();
        const sequence = sequenceOfCase({ ...small, ...recurrence, ...way }, 'fused');
        expectForward(sequence);
        expectGradients(sequence);
        expect(ops(calls)).toEqual(['CudnnRNN', 'CudnnRNN', 'CudnnRNNBackprop']);
      });
    });

    test.each<[string, Partial<EngineCase>]>([
      ['lengths', { lengths: [2, 0, 4, 1] }],
      ['peepholes', { peepholes: true }],
    ])('an LSTM with %s goes to BlockLSTM', (_, more) => {
      const calls = simulateCudnn();
      expectGradients(sequenceOfCase({ ...small, ...more }, 'fused'));
      expect(ops(calls)).toEqual(['BlockLSTM', 'BlockLSTMGrad']);
    });

    test('where nothing is differentiated it keeps nothing for a gradient', () => {
      const calls = simulateCudnn();
      lstmSequence(lstmArgs());
      grad((x) => sum(lstmSequence({ ...lstmArgs(), inputs: x as Tensor3D }).h))(lstmArgs().inputs);
      const training = calls.mock.calls
        .filter(([op]) => op === 'CudnnRNN')
        .map(([, attributes]) => attributes.find(({ name }) => name === 'is_training')?.value);
      expect(training).toEqual([false, true]);
    });

    test('relu with lengths is left to the reference: past a row’s end it could overflow', () => {
      const args = {
        inputs: lstmArgs().inputs,
        weights: {
          kernel: tensor(sequenceOf((D + H) * H, 4), [D + H, H]) as Tensor2D,
          bias: tensor(sequenceOf(H, 5)) as Tensor1D,
        },
        ...({ activation: 'relu', kernel: 'fused' } as const),
      };
      expect(() => rnnSequence({ ...args, lengths: [5, 2, 5] })).toThrow(
        "rnnSequence: expected a fused kernel, as kernel: 'fused' asks, got none: CudnnRNN runs on past a row’s length, where relu may grow without bound. Use kernel: 'auto'.",
      );
      simulateCudnn();
      expect(rnnSequence({ ...args, lengths: [5, 5, 5] }).h.shape).toEqual([B, H]);
    });

    test('it leaves nothing behind', () => {
      simulateCudnn();
      const { inputs } = lstmArgs();
      const run = () => grad((x) => sum(lstmSequence({ ...lstmArgs(), inputs: x as Tensor3D }).outputs))(inputs);
      run().dispose();
      const before = memory().numTensors;
      run().dispose();
      expect(memory().numTensors).toBe(before);
    });

    if (place !== tensorflowOnCuda)
      test('a CPU, which has no cuDNN, says so', () => {
        expect(() => lstmSequence(lstmArgs())).toThrow('Could not find device for node: {{node CudnnRNN}} = CudnnRNN[');
      });
  });

  describe('the choice', () => {
    /** As though TensorFlow had found a GPU, or none. */
    const whereGpu = (found: boolean, call: () => void) => {
      const library = backend() as TensorflowBackend & { isUsingGpuDevice: boolean };
      const { isUsingGpuDevice } = library;
      library.isUsingGpuDevice = found;
      try {
        call();
      } finally {
        library.isUsingGpuDevice = isUsingGpuDevice;
      }
    };

    test('is theirs where TensorFlow computes on CUDA, and no other place', () => {
      offer({});
      whereGpu(false, () =>
        expect(chooseKernel('lstmSequence', facts)).toEqual({
          reason: 'no fused kernel is registered for lstmSequence on tensorflow',
        }),
      );
      whereGpu(true, () => expect(chooseKernel('lstmSequence', facts).kernel?.device(facts)).toBe('CUDA, CudnnRNN'));
    });

    test.each<[string, 'lstmSequence' | 'gruSequence' | 'rnnSequence', Partial<SequenceFacts>, string]>([
      ['a plain LSTM', 'lstmSequence', {}, 'CudnnRNN'],
      ['an LSTM with lengths', 'lstmSequence', { unevenLengths: true }, 'BlockLSTM'],
      ['an LSTM with peepholes', 'lstmSequence', { usePeepholes: true }, 'BlockLSTM'],
      [
        'an LSTM with a clip',
        'lstmSequence',
        { cellClip: 1 },
        'BlockLSTM, or stock operations where it is differentiated',
      ],
      ['TensorFlow 1’s GRU', 'gruSequence', {}, 'GRUBlockCell at each step'],
      ['a GRU that resets after the product', 'gruSequence', { resetAfter: true }, 'CudnnRNN'],
      ['a basic network', 'rnnSequence', { activation: 'relu' }, 'CudnnRNN'],
    ])('for %s tells its op', (_, op, more, device) => {
      offer({});
      const all = { ...facts, ...more };
      whereGpu(true, () => expect(chooseKernel(op, all).kernel?.device(all)).toBe(`CUDA, ${device}`));
    });

    test('of sizes that are not known tells no op', () => {
      offer({});
      whereGpu(true, () =>
        expect(chooseKernel('lstmSequence', facts).kernel?.device()).toBe('CUDA, TensorFlow’s recurrent ops'),
      );
    });
  });
});

function gruWeights(inputSize: number) {
  return {
    weights: {
      gatesKernel: tensor(sequenceOf((inputSize + H) * 2 * H, 11), [inputSize + H, 2 * H]) as Tensor2D,
      gatesBias: tensor(sequenceOf(2 * H, 12)) as Tensor1D,
      candidateKernel: tensor(sequenceOf((inputSize + H) * H, 13), [inputSize + H, H]) as Tensor2D,
      candidateBias: tensor(sequenceOf(H, 14)) as Tensor1D,
    },
  };
}
