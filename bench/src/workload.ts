/** What is timed: a recurrent network over a whole sequence, a dense layer of 10 on its last output. The names are those of the peers' scripts. */
export interface TimedWorkload {
  readonly cell: 'lstm' | 'gru' | 'rnn';
  /** train: forward, backward, softmax cross-entropy and Adam. infer: forward, and reading the result. */
  readonly mode: 'train' | 'infer';
  readonly batch: number;
  readonly time: number;
  readonly input: number;
  readonly hidden: number;
  readonly layers: number;
  /** A second cell in each layer runs backward; a layer takes both outputs of the one below, the dense layer the last ones of both. */
  readonly bidirectional: boolean;
}

/** What a program that times a workload prints, as one line of JSON. */
export interface Timing extends TimedWorkload {
  readonly peer: string;
  readonly threads: number;
  /** What computes: the peers print `cpu`. */
  readonly device: string;
  /** Milliseconds a step, the fastest block of steps. */
  readonly ms: number;
  readonly ms_median: number;
  readonly sequences_per_s: number;
  /** What the memory of this library's engine grew to; the peers do not tell theirs. */
  readonly engine_bytes?: number;
  /** Shaders that this library ran in a step, on webgpu. */
  readonly dispatches?: number;
}

/** `train LSTM 128, 28, 28, 128`: batch, steps, inputs, units; then what is not plain about it. */
export function describeWorkload(workload: TimedWorkload): string {
  const { mode, cell, batch, time, input, hidden, layers, bidirectional } = workload;
  const sizes = [batch, time, input, hidden].join(', ');
  const rest = [...(layers > 1 ? [`${layers} layers`] : []), ...(bidirectional ? ['bidirectional'] : [])];
  return [`${mode} ${cell.toUpperCase()} ${sizes}`, ...rest].join(', ');
}
