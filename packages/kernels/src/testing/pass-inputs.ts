import { sequenceOf } from 'testing';
import type { Engine } from '../wasm/engine';
import { kinds } from '../wasm/kinds/kinds';
import type { LayerInputs, StackGradients, StackInputs, StackOptions, StackResult } from '../wasm/stack-inputs';
import { runBackward, runForward, StackPass } from '../wasm/stack-pass';

/** What a layer is to be; an LSTM may have the last two. */
interface LayerGiven extends Partial<Omit<LayerInputs, 'kind' | 'units'>>, Pick<LayerInputs, 'kind' | 'units'> {
  readonly usePeepholes?: boolean;
  readonly numProj?: number;
}

/** A stack whose numbers are all different, with weights of a scale at which nothing saturates. */
export function stackInputs(
  given: Pick<StackOptions, 'steps' | 'batch' | 'inputs'> & Partial<StackOptions>,
  layers: readonly LayerGiven[],
  seed = 1,
): StackInputs {
  const { steps, batch } = given;
  let { inputs } = given;
  return {
    ...{ reverse: false, x: Float32Array.from(sequenceOf(steps * batch * inputs, seed)), ...given },
    layers: layers.map((layer, k) => {
      const made = layerInputs(layer, batch, inputs, seed + 100 * k);
      inputs = layer.numProj ?? layer.units;
      return made;
    }),
  };
}

function layerInputs(
  { usePeepholes, numProj, ...given }: LayerGiven,
  batch: number,
  inputs: number,
  seed: number,
): LayerInputs {
  const { kind, units } = given;
  const outputs = numProj ?? units;
  const scale = Math.sqrt(3 / (inputs + outputs));
  const draw = (size: number, at: number, by = 1) => Float32Array.from(sequenceOf(size, seed + at), (v) => v * by);
  return {
    h0: draw(batch * outputs, 1),
    c0: kind === 'lstm' ? draw(batch * units, 2) : undefined,
    products: kinds[kind].products.map(({ gates, biases }, p) => ({
      kernel: draw((inputs + outputs) * gates * units, 3 + 2 * p, scale),
      bias: draw(biases * units, 4 + 2 * p),
    })),
    ...(usePeepholes && { peepholes: [0, 1, 2].map((p) => draw(units, 20 + p)) }),
    ...(numProj !== undefined && { projection: draw(units * numProj, 30, Math.sqrt(3 / units)) }),
    ...given,
  };
}

/** A stack of one layer. */
export function passInputs(
  given: Pick<StackOptions, 'steps' | 'batch' | 'inputs'> & Partial<StackOptions> & LayerGiven,
): StackInputs {
  const { steps, batch, inputs, batchMajor, lengths, reverse = false, swapMemory, returnSequences, ...layer } = given;
  const options = {
    ...{ steps, batch, inputs, lengths, reverse },
    ...(batchMajor !== undefined && { batchMajor }),
    ...(swapMemory !== undefined && { swapMemory }),
    ...(returnSequences !== undefined && { returnSequences }),
  };
  return stackInputs(options, [layer]);
}

/** Forward and backward on an engine, the gradients those of Σ share · result with shares that are all different. */
export function runPass(engine: Engine, inputs: StackInputs, withX = true, lowest = 0): [StackResult, StackGradients] {
  const pass = new StackPass(inputs, engine);
  const result = copied(runForward([pass], true)[0] as StackResult);
  const [gradients] = runBackward([pass], [sharesOf(result)], withX, lowest);
  return [result, gradients as StackGradients];
}

/** As many numbers as a result has, all different. */
function sharesOf(result: StackResult): StackResult {
  const share = (values: Float32Array, seed: number) => Float32Array.from(sequenceOf(values.length, seed));
  return {
    ...(result.out && { out: share(result.out, 90) }),
    states: result.states.map(({ h, c }, k) => ({ h: share(h, 91 + 2 * k), ...(c && { c: share(c, 92 + 2 * k) }) })),
  };
}

/** The arrays of a result, which are views of the engine's memory, to keep. */
const copied = ({ out, states }: StackResult): StackResult => ({
  ...(out && { out: out.slice() }),
  states: states.map(({ h, c }) => ({ h: h.slice(), ...(c && { c: c.slice() }) })),
});

/** All arrays of a run, by name; those of the layers above the first end in the layer's number. */
export function namedArrays([result, gradients]: [StackResult, StackGradients]): Record<string, Float32Array> {
  const named: [string, Float32Array | undefined][] = [
    ['out', result.out],
    ...result.states.flatMap(({ h, c }, k): [string, Float32Array | undefined][] => [
      [`h${suffix(k)}`, h],
      [`c${suffix(k)}`, c],
    ]),
    ['dx', gradients.x],
    ...gradients.layers.flatMap((layer, k): [string, Float32Array | undefined][] => [
      [`dh0${suffix(k)}`, layer?.h0],
      [`dc0${suffix(k)}`, layer?.c0],
      [`dprojection${suffix(k)}`, layer?.projection],
      ...(layer?.products ?? []).flatMap(({ kernel, bias }, p): [string, Float32Array][] => [
        [`dKernel ${p}${suffix(k)}`, kernel],
        [`dBias ${p}${suffix(k)}`, bias],
      ]),
      ...(layer?.peepholes ?? []).map((values, p): [string, Float32Array] => [`dPeephole ${p}${suffix(k)}`, values]),
    ]),
  ];
  return Object.fromEntries(
    named.flatMap(([name, values]) => (values === undefined ? [] : [[name, values.slice()] as const])),
  );
}

const suffix = (layer: number): string => (layer === 0 ? '' : ` of layer ${layer}`);
