import { expectClose, tolerance } from 'testing';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { namedArrays, passInputs, runPass, stackInputs } from '../testing/pass-inputs';
import { Engine, type EngineOptions } from './engine';
import { simds } from './simd';
import type { StackInputs } from './stack-inputs';
import { runBackward, runForward, StackPass } from './stack-pass';

const made: Engine[] = [];
function makeEngine(options: EngineOptions): Engine {
  return keepTrack(new Engine({ worthAThread: 400_000, ...options }));
}
function keepTrack(engine: Engine): Engine {
  made.push(engine);
  return engine;
}
afterAll(() => {
  for (const { threads } of made) threads.terminate();
});
afterEach(() => {
  vi.restoreAllMocks();
});

const one = makeEngine({ threads: 1 });
const two = makeEngine({ threads: 2 });
const { forward, gradient } = tolerance('wasm');

/** Enough work for several threads, in rows that do not come out even, and units that do not either. */
const large = { steps: 19, batch: 43, inputs: 21, units: 70 };
const lengths = Array.from({ length: large.batch }, (_, row) => (row * 7) % 20);
const whole = { usePeepholes: true, numProj: 37, cellClip: 0.5, projClip: 0.3, forgetBias: 1 };
const cases: Record<string, StackInputs> = {
  lstm: passInputs({ kind: 'lstm', ...large, forgetBias: 1 }),
  gru: passInputs({ kind: 'gru', ...large }),
  'gru, reset after': passInputs({ kind: 'gruResetAfter', ...large }),
  rnn: passInputs({ kind: 'rnn', ...large }),
  'lstm with peepholes': passInputs({ kind: 'lstm', ...large, usePeepholes: true }),
  'lstm projected to more': passInputs({ kind: 'lstm', ...large, numProj: 83 }),
  'lstm with all it has, lengths': passInputs({ kind: 'lstm', ...large, ...whole, lengths }),
  'lstm with all it has, reversed': passInputs({ kind: 'lstm', ...large, ...whole, reverse: true }),
  'lstm, lengths, reversed': passInputs({ kind: 'lstm', ...large, lengths, reverse: true }),
  'gru, lengths': passInputs({ kind: 'gru', ...large, lengths }),
  'gru, reset after, lengths, reversed': passInputs({ kind: 'gruResetAfter', ...large, lengths, reverse: true }),
  'rnn with relu, lengths, reversed': passInputs({ kind: 'rnn', ...large, lengths, reverse: true, relu: true }),
  'layers of every kind, lengths': stackInputs({ ...large, lengths }, [
    { kind: 'lstm', units: 30, usePeepholes: true, numProj: 37, projClip: 0.3 },
    { kind: 'gru', units: 41 },
    { kind: 'rnn', units: 64 },
    { kind: 'gruResetAfter', units: 33 },
  ]),
  'two LSTMs, reversed': stackInputs({ ...large, reverse: true }, [
    { kind: 'lstm', units: 70, forgetBias: 1 },
    { kind: 'lstm', units: 9 },
  ]),
};
const isGradient = (name: string): boolean => name.startsWith('d');

describe.each(Object.entries(cases))('%s', (_, inputs) => {
  test.each([2, 3, 7])('%i threads give what one gives, to rounding', (threads) => {
    const engine = threads === 2 ? two : makeEngine({ threads });
    const run = vi.spyOn(engine.threads, 'run');
    const got = namedArrays(runPass(engine, inputs));
    expect(run.mock.calls.map(([, addresses]) => addresses.length)).toEqual([threads, threads]);
    const want = namedArrays(runPass(one, inputs));
    expect(Object.keys(got)).toEqual(Object.keys(want));
    for (const [name, values] of Object.entries(got))
      expectClose(values, want[name] ?? [], isGradient(name) ? gradient : forward);
  });

  test('two runs give the same bits, whatever the memory held before', () => {
    const first = namedArrays(runPass(two, inputs));
    two.floats.fill(Number.NaN, 65536 / 4);
    const second = namedArrays(runPass(two, inputs));
    for (const [name, values] of Object.entries(first)) expect(second[name], name).toEqual(values);
  });

  test.each([
    ['plain', 'SIMD'],
    ['relaxed', 'relaxed SIMD'],
    ['wide', '256-bit SIMD'],
  ] as const)('by %s SIMD it gives the same, to rounding', (simd, words) => {
    const engine = makeEngine({ threads: 2, simd });
    expect(engine.device).toBe(`WebAssembly, 2 threads, ${words}`);
    const want = namedArrays(runPass(one, inputs));
    for (const [name, values] of Object.entries(namedArrays(runPass(engine, inputs))))
      expectClose(values, want[name] ?? [], isGradient(name) ? gradient : forward);
  });

  test('with few states kept it gives the same, to rounding, in less memory', () => {
    const most = (more: Partial<StackInputs>): [number, Record<string, Float32Array>] => {
      const engine = makeEngine({ threads: 2 });
      const results = namedArrays(runPass(engine, { ...inputs, ...more }));
      return [engine.arena.totalBytes, results];
    };
    const [bytes, want] = most({});
    const [fewer, got] = most({ swapMemory: true });
    expect(fewer).toBeLessThan(bytes);
    for (const [name, values] of Object.entries(got))
      expectClose(values, want[name] ?? [], isGradient(name) ? gradient : forward);
    for (const name of ['out', 'h', 'c']) expect(got[name], name).toEqual(want[name]);
  });

  test("inference gives training's bits and keeps nothing", () => {
    const [want] = runPass(two, inputs);
    expect(runForward([new StackPass(inputs, two)], false)[0]).toEqual(want);
    expect(two.arena.usedBytes).toBe(0);
  });

  test('the gradient of x is left out where it is not asked for, and changes no other', () => {
    const { dx, ...want } = namedArrays(runPass(two, inputs));
    expect(dx).toHaveLength(large.steps * large.batch * large.inputs);
    expect(namedArrays(runPass(two, inputs, false))).toEqual(want);
  });
});

describe('layers on top of each other', () => {
  const inputs = cases['layers of every kind, lengths'] as StackInputs;

  test('give what they give one by one, the bits and not only the numbers', () => {
    const [whole] = runPass(two, inputs);
    let below = inputs.x;
    let width = inputs.inputs;
    for (const [k, layer] of inputs.layers.entries()) {
      const [{ out, states }] = runPass(one, { ...inputs, x: below, inputs: width, layers: [layer] });
      expect(states[0], `layer ${k}`).toEqual(whole.states[k]);
      below = out as Float32Array;
      width = below.length / (large.steps * large.batch);
    }
    expect(whole.out).toEqual(below);
  });

  test('below the lowest whose gradients are asked for none is computed, and the others are the same', () => {
    const want = namedArrays(runPass(two, inputs, false));
    const got = namedArrays(runPass(two, inputs, false, 2));
    const ofLayer = (name: string): number => Number(/ of layer (\d)$/.exec(name)?.[1] ?? 0);
    const wanted = Object.entries(want).filter(([name]) => !isGradient(name) || ofLayer(name) >= 2);
    expect(got).toEqual(Object.fromEntries(wanted));
    expect(Object.keys(got).filter((name) => ofLayer(name) < 2)).toEqual(['out', 'h', 'c', 'h of layer 1']);
  });

  test('take one trip to the threads, forward and backward', () => {
    const run = vi.spyOn(two.threads, 'run');
    runPass(two, inputs);
    expect(run.mock.calls.map(([name, addresses]) => [name, addresses.length])).toEqual([
      ['forward', 2],
      ['backward', 2],
    ]);
  });
});

test('small work stays on one thread', () => {
  const run = vi.spyOn(two.threads, 'run');
  runPass(two, passInputs({ kind: 'lstm', steps: 3, batch: 4, inputs: 2, units: 5 }));
  expect(run.mock.calls.map(([, addresses]) => addresses.length)).toEqual([1, 1]);
});

test.each([
  ['just under 10', 2499, 1],
  ['10', 2500, 2],
  ['just under 15', 3749, 2],
  ['15', 3750, 3],
])(
  'of %s million multiplications in all, the default makes %i rows the work of %i of three threads',
  (_, batch, threads) => {
    const engine = keepTrack(new Engine({ threads: 3 }));
    const run = vi.spyOn(engine.threads, 'run');
    // 4000 multiplications a row: five steps of 92 inputs and 8 units.
    runPass(engine, passInputs({ kind: 'rnn', steps: 5, batch, inputs: 92, units: 8 }));
    expect(run.mock.calls.map(([, addresses]) => addresses.length)).toEqual([threads, threads]);
  },
);

test.each(['lstm', 'gru', 'gruResetAfter', 'rnn'] as const)(
  'a gradient that vanishes on its way to the first step becomes zero, not ever smaller numbers, %s',
  (kind) => {
    const inputs = passInputs({ kind, steps: 1500, batch: 3, inputs: 2, units: 5, returnSequences: false });
    const { dx } = namedArrays(runPass(two, inputs));
    const least = Math.min(...(dx ?? []).map(Math.abs).filter((size) => size > 0));
    expect(dx?.some((value) => value !== 0)).toBe(true);
    expect(new Set(dx?.subarray(0, 300).map(Math.abs))).toEqual(new Set([0]));
    // The least normal number.
    expect(least).toBeGreaterThan(2 ** -126);
  },
);

test('with few states kept a long sequence takes less than a fifth of the memory', () => {
  const bytes = [false, true].map((swapMemory) => {
    const engine = makeEngine({ threads: 1 });
    const sizes = { steps: 900, batch: 4, inputs: 8, units: 16 };
    runPass(engine, passInputs({ kind: 'lstm', ...sizes, returnSequences: false, swapMemory }), false);
    return engine.arena.totalBytes;
  }) as [number, number];
  expect(bytes[1]).toBeLessThan(bytes[0] / 5);
});

test('no step taken gives the initial state, and gradients of zero to inputs and weights', () => {
  for (const more of [
    { kind: 'lstm' },
    { kind: 'gru' },
    { kind: 'gruResetAfter' },
    { kind: 'rnn' },
    { kind: 'lstm', ...whole, numProj: 3 },
  ] as const) {
    const inputs = passInputs({ ...more, steps: 3, batch: 2, inputs: 2, units: 3, lengths: [0, 0] });
    two.floats.fill(Number.NaN, 65536 / 4);
    const { out, h, dx, dh0, ...others } = namedArrays(runPass(two, inputs));
    expect(out).toEqual(new Float32Array(18));
    expect(h).toEqual(inputs.layers[0]?.h0);
    expect(dx).toEqual(new Float32Array(12));
    expect(Math.max(...(dh0 ?? []))).toBeGreaterThan(0);
    for (const name of Object.keys(others).filter((name) => /Kernel|Bias|Peephole|projection/.test(name)))
      expect(new Set(others[name]), name).toEqual(new Set([0]));
  }
});

describe('the device, for a person', () => {
  test('one thread', () => expect(one.device).toBe(`WebAssembly, 1 thread, ${simds[one.simd]}`));
  test('more', () => expect(two.device).toBe(`WebAssembly, 2 threads, ${simds[two.simd]}`));
});

describe('memory', () => {
  const inputs = cases.gru as StackInputs;

  test('comes back after training, and after a pass that is given up', () => {
    runPass(two, inputs);
    expect(two.arena.usedBytes).toBe(0);
    const pass = new StackPass(inputs, two);
    runForward([pass], true);
    expect(two.arena.usedBytes).toBeGreaterThan(0);
    pass.free();
    pass.free();
    expect(two.arena.usedBytes).toBe(0);
  });

  test.each([
    ['lstm', {}],
    ['lstm', whole],
    ['gru', {}],
    ['gruResetAfter', {}],
    ['rnn', {}],
  ] as const)('comes back wherever an allocation fails, two layers of %s, %o', (kind, more) => {
    const layer = { kind, ...more, units: 5 };
    const small = stackInputs({ steps: 3, batch: 4, inputs: 2, lengths: [3, 2, 0, 1] }, [layer, layer]);
    const allocate = two.arena.allocate.bind(two.arena);
    let failures = 0;
    for (let failing = 1; failures === failing - 1; failing++) {
      let calls = 0;
      vi.spyOn(two.arena, 'allocate').mockImplementation((bytes) => {
        calls++;
        if (calls === failing) throw new Error('no memory');
        return allocate(bytes);
      });
      try {
        runPass(two, small);
      } catch {
        failures++;
      }
      expect(two.arena.usedBytes, `allocation ${failing}`).toBe(0);
    }
    expect(failures).toBeGreaterThan(20);
  });

  test('is as much as the system reserves: half of what it refuses', () => {
    const Memory = WebAssembly.Memory;
    const asked: number[] = [];
    const Limited = new Proxy(Memory, {
      construct(_, [descriptor]) {
        asked.push(descriptor.maximum);
        if (descriptor.maximum !== 16384) throw new RangeError('as meant');
        return new Memory(descriptor);
      },
    });
    vi.spyOn(WebAssembly, 'Memory').mockImplementation(Limited);
    const limited = makeEngine({ threads: 1 });
    expect(asked).toEqual([65536, 32768, 16384]);
    vi.restoreAllMocks();
    expect(namedArrays(runPass(limited, inputs))).toEqual(namedArrays(runPass(one, inputs)));
    expect(() => limited.arena.allocate(2 ** 30)).toThrow('memory: expected sequences that fit 1024 MiB');
  });

  test('of which next to nothing can be reserved is an error', () => {
    const Refused = class {
      constructor() {
        throw new RangeError('as meant');
      }
    };
    vi.spyOn(WebAssembly, 'Memory').mockImplementation(Refused as never);
    expect(() => makeEngine({ threads: 1 })).toThrow('as meant');
  });

  test('a pass whose memory is gone is an error, not a wrong gradient', () => {
    const pass = new StackPass(inputs, two);
    const results = runForward([pass], true);
    runBackward([pass], results, false);
    expect(() => runBackward([pass], results, false)).toThrow('StackPass: what the forward run kept has been freed');
  });
});
