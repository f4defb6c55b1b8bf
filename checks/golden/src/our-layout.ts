import type { CellSpec, SequenceCase, StateValues, Values } from './golden-case';

/** By cell, where this project lays something out in another way than the golden files; the numbers are theirs. */
const layouts: Readonly<Record<string, (golden: SequenceCase, cell: CellSpec) => SequenceCase>> = {
  ClockworkRNNCell: withSteps,
  DepthGatedLSTM: (golden, cell) => ({ ...golden, cell: { ...cell, type: 'DepthGatedLSTMCell' } }),
  PhasedLSTMCell: withTimeInInputs,
};

/** The case as this project's cell takes and gives it. */
export function inOurLayout(golden: SequenceCase): SequenceCase {
  if ('fw' in golden.cell) return golden;
  return layouts[golden.cell.type]?.(golden, golden.cell) ?? golden;
}

/** The cell counts its steps in a second part of its state, `[B, 1]`, which is no part of the loss. */
function withSteps(golden: SequenceCase): SequenceCase {
  const [first, second] = (golden.inputs as Values).shape as [number, number];
  const [steps, batchSize] = golden.time_major ? [first, second] : [second, first];
  const counted = (h: unknown, counts: number[]): StateValues => [h as Values, { shape: [batchSize, 1], data: counts }];
  const none = new Array<number>(batchSize).fill(0);
  const { loss, gradients } = golden;
  return {
    ...golden,
    initial_state: golden.initial_state && counted(golden.initial_state, none),
    final_state: counted(golden.final_state, golden.sequence_length ?? new Array<number>(batchSize).fill(steps)),
    loss: { ...loss, final_state_coefficients: counted(loss.final_state_coefficients, none) },
    gradients: { ...gradients, initial_state: gradients.initial_state && counted(gradients.initial_state, none) },
  };
}

/** Time and features in one tensor, the time first. */
function withTimeInInputs(golden: SequenceCase): SequenceCase {
  const { gradients } = golden;
  return { ...golden, inputs: joined(golden.inputs), gradients: { ...gradients, inputs: joined(gradients.inputs) } };
}

function joined(inputs: unknown): Values {
  const { time, x } = inputs as { time: Values; x: Values };
  const width = x.shape.at(-1) as number;
  const rows = time.data.map((at, row) => [at, ...x.data.slice(row * width, (row + 1) * width)]);
  return { shape: [...x.shape.slice(0, -1), 1 + width], data: rows.flat() };
}
