import { type AnyRNNCell, ArgumentError, type Recurrence, type Size, TensorShape } from '@rnn/cells';
import { chooseKernel, type KernelMode, type SequenceFacts, type SequenceOp } from '@rnn/kernels';
import type { Tensor } from '@tensorflow/tfjs-core';
import { cellName } from './cell-name';

/** What of a run a kernel may need to know: T steps, B rows, D inputs. */
export interface RunShape {
  readonly steps: number;
  readonly batchSize: number;
  readonly inputSize: Size;
  /** Some rows end before the last step. */
  readonly unevenLengths?: boolean;
  /** Not all states are to be kept for the backward pass, which a fused kernel alone can do. */
  readonly swapMemory?: boolean | undefined;
}

/** The sizes of inputs `[T, B, …]`, or `[B, T, …]` where `timeMajor` is false. */
export function runShape({ shape }: Tensor, timeMajor: boolean, lengths?: readonly number[]): RunShape {
  const [first = 0, second = 0, ...dims] = shape;
  const inputSize = dims.length === 1 ? (dims[0] as number) : new TensorShape(dims);
  const [steps, batchSize] = timeMajor ? [first, second] : [second, first];
  const unevenLengths = lengths?.some((length) => length < steps) === true;
  return { steps, batchSize, inputSize, ...(unevenLengths && { unevenLengths }) };
}

/** How one layer of a cell runs. */
export interface LayerPlan {
  /** The class of the layer's cell. */
  readonly cell: string;
  /** The operation that computes its whole sequence; `steps` where the cell is called step by step. */
  readonly op: SequenceOp | 'steps';
  readonly kernel: 'fused' | 'reference';
  /** What computes it where the kernel is fused: `WebAssembly, 2 threads`. */
  readonly device?: string;
  /** Why it is not fused. */
  readonly reason?: string;
}

/** What a pass calls: the cell with what is drawn once a sequence, or as one evaluates it. */
export const passCell = (cell: AnyRNNCell, { batchSize, inputSize }: RunShape, training = true): AnyRNNCell =>
  cell.forSequence?.(batchSize, inputSize, { training }) ?? cell;

const operations = { lstm: 'lstmSequence', gru: 'gruSequence', rnn: 'rnnSequence' } as const;

/**
 * How each layer of `cell` would run, before any weight is made. Runners ask it too, so what it says is what happens. Throws where `swapMemory`
 * or `kernel: 'fused'` asks for a fused kernel and a layer has none, with the reason.
 */
export function planRun(
  where: string,
  cell: AnyRNNCell,
  shape: RunShape,
  kernel: KernelMode = 'auto',
  training = true,
): LayerPlan[] {
  if (!training) return planRun(where, passCell(cell, shape, false), shape, kernel);
  const { recurrence } = cell;
  const name = cellName(cell);
  if (recurrence === undefined) {
    const reason =
      cell.device === undefined
        ? `${name} does not declare its recurrence, so it is called step by step`
        : `${name} runs its steps on ${cell.device}, one by one`;
    checkNeeded(where, reason, kernel, shape);
    return [{ cell: name, op: 'steps', kernel: 'reference', reason }];
  }
  if (recurrence.type === 'layers') {
    let inputSize = shape.inputSize;
    return recurrence.cells.flatMap((layer) => {
      const plan = planRun(where, layer, { ...shape, inputSize }, kernel);
      inputSize = layer.outputSize;
      return plan;
    });
  }
  const op = operations[recurrence.type];
  const facts = factsOf(recurrence, shape);
  const choice = chooseKernel(op, facts, kernel === 'fused' ? 'auto' : kernel);
  if (choice.kernel !== undefined) return [{ cell: name, op, kernel: 'fused', device: choice.kernel.device(facts) }];
  checkNeeded(where, choice.reason, kernel, shape);
  return [{ cell: name, op, kernel: 'reference', reason: choice.reason }];
}

/** Throws where the reference, which there is this reason for, will not do. */
function checkNeeded(where: string, reason: string, kernel: KernelMode, { swapMemory }: RunShape): void {
  if (swapMemory)
    throw new ArgumentError(where, 'a fused kernel, as swapMemory asks', `none: ${reason}`, 'Leave swapMemory out.');
  if (kernel === 'fused') throw notFused(where, reason);
}

/** What to throw where `kernel: 'fused'` was asked for and cannot be. */
export const notFused = (where: string, reason: string): ArgumentError =>
  new ArgumentError(where, "a fused kernel, as kernel: 'fused' asks", `none: ${reason}`, "Use kernel: 'auto'.");

function factsOf(recurrence: Exclude<Recurrence, { type: 'layers' }>, shape: RunShape): SequenceFacts {
  const { type: _, weights: __, ...facts } = recurrence;
  const { swapMemory, ...sizes } = shape;
  // What declares a recurrence takes `[B, D]`.
  return { ...sizes, inputSize: shape.inputSize as number, ...(swapMemory && { swapMemory }), ...facts };
}
