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
}

/** What a program that times a workload prints, as one line of JSON. */
export interface Timing extends TimedWorkload {
  readonly peer: string;
  /** Milliseconds a step, the fastest block of steps. */
  readonly ms: number;
  readonly ms_median: number;
  readonly sequences_per_s: number;
}
