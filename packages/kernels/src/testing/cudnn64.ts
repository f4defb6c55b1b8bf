/**
 * What cuDNN's documentation says of `cudnnRNNForward` with one layer, in float64, from its one flat vector of weights: for each gate
 * its W [H, D], then for each its R [H, H], then the biases bW [H], then the bR [H], row after row.
 *
 *     gates of an LSTM: i, f, c, o;   c' = f ⊙ c + i ⊙ tanh(gate c);   h' = o ⊙ tanh(c')
 *     gates of a GRU: r, i, h;   n = tanh(W x + bW + r ⊙ (R h + bR));   h' = (1 - i) ⊙ n + i ⊙ h
 *     of a plain network: h' = act(W x + bW + R h + bR)
 */

export type Mode = 'lstm' | 'gru' | 'rnn_tanh' | 'rnn_relu';

export interface CudnnSizes {
  readonly T: number;
  readonly B: number;
  readonly D: number;
  readonly H: number;
}

type Numbers = ArrayLike<number>;

export interface CudnnResult {
  readonly output: number[];
  readonly output_h: number[];
  readonly output_c: number[];
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const gates = { lstm: 4, gru: 3, rnn_tanh: 1, rnn_relu: 1 } as const;

const cudnnSize = (mode: Mode, { D, H }: Pick<CudnnSizes, 'D' | 'H'>): number => gates[mode] * (H * D + H * H + H + H);

/** `input [T, B, D]`, `h [B, H]`, `c [B, H]` of an LSTM. */
export function cudnn64(
  mode: Mode,
  { T, B, D, H }: CudnnSizes,
  input: Numbers,
  h: Numbers,
  c: Numbers,
  params: Numbers,
): CudnnResult {
  const G = gates[mode];
  if (params.length !== cudnnSize(mode, { D, H })) throw new Error(`cudnn64: ${params.length} weights`);
  const at = (from: Numbers, index: number): number => from[index] as number;
  const [recurrent, inputBias] = [G * H * D, G * H * (D + H)];
  const ofInput = (gate: number, unit: number, x: readonly number[]): number =>
    x.reduce((sum, value, d) => sum + value * at(params, gate * H * D + unit * D + d), 0) +
    at(params, inputBias + gate * H + unit);
  const ofState = (gate: number, unit: number, state: readonly number[]): number =>
    state.reduce((sum, value, k) => sum + value * at(params, recurrent + gate * H * H + unit * H + k), 0) +
    at(params, inputBias + G * H + gate * H + unit);

  const output = new Array<number>(T * B * H);
  const [finalH, finalC]: [number[], number[]] = [[], []];
  for (let b = 0; b < B; b++) {
    let state = Array.from({ length: H }, (_, k) => at(h, b * H + k));
    let cell = Array.from({ length: H }, (_, k) => (mode === 'lstm' ? at(c, b * H + k) : 0));
    for (let t = 0; t < T; t++) {
      const x = Array.from({ length: D }, (_, d) => at(input, (t * B + b) * D + d));
      const old = state;
      const gate = (g: number, unit: number): number => ofInput(g, unit, x) + ofState(g, unit, old);
      if (mode === 'lstm') {
        cell = cell.map((value, k) => sigmoid(gate(1, k)) * value + sigmoid(gate(0, k)) * Math.tanh(gate(2, k)));
        state = cell.map((value, k) => sigmoid(gate(3, k)) * Math.tanh(value));
      } else if (mode === 'gru') {
        state = old.map((value, k) => {
          const [r, i] = [sigmoid(gate(0, k)), sigmoid(gate(1, k))];
          return (1 - i) * Math.tanh(ofInput(2, k, x) + r * ofState(2, k, old)) + i * value;
        });
      } else state = old.map((_, k) => (mode === 'rnn_tanh' ? Math.tanh(gate(0, k)) : Math.max(0, gate(0, k))));
      for (const [k, value] of state.entries()) output[(t * B + b) * H + k] = value;
    }
    finalH.push(...state);
    finalC.push(...cell);
  }
  return { output, output_h: finalH, output_c: mode === 'lstm' ? finalC : [0] };
}
