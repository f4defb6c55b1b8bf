import { type AnyRNNCell, dimsOf } from '@rnn/cells';
import type { Rank, Tensor } from '@tensorflow/tfjs-core';

interface RankOverTime {
  [Rank.R0]: Rank.R1;
  [Rank.R1]: Rank.R2;
  [Rank.R2]: Rank.R3;
  [Rank.R3]: Rank.R4;
  [Rank.R4]: Rank.R5;
  [Rank.R5]: Rank.R6;
  [Rank.R6]: Rank;
}

/** The steps of a sequence in one tensor: of steps `[B, D]` a tensor `[B, T, D]`, of steps `[B, height, width, channels]` one more axis as well. */
export type OverTime<Step extends Tensor> = Tensor<RankOverTime[Step['rankType']]>;

/** The ranks of what has a time axis, a batch and more. */
export type SequenceRank = Rank.R3 | Rank.R4 | Rank.R5 | Rank.R6;

interface RankAtOneTime {
  [Rank.R3]: Rank.R2;
  [Rank.R4]: Rank.R3;
  [Rank.R5]: Rank.R4;
  [Rank.R6]: Rank.R5;
}

/** One step of a sequence of this rank. */
export type AtOneTime<R extends SequenceRank> = Tensor<RankAtOneTime[R]>;

/** How the inputs of a cell over time read in an error: `[B, T, D]`. */
export function sequenceShape({ inputShape }: AnyRNNCell, timeMajor: boolean): string {
  return `[${[...(timeMajor ? ['T', 'B'] : ['B', 'T']), ...stepDims(inputShape)].join(', ')}]`;
}

/** How the inputs of a cell at one step read in an error: `[B, D]`. */
export const stepShape = ({ inputShape }: AnyRNNCell): string => `[${['B', ...stepDims(inputShape)].join(', ')}]`;

/** How a sequence of any steps reads in an error: `[B, T, P]`, or for a tensor of more axes `[B, T, P, P]`. */
export function anySequenceShape(x: Tensor, timeMajor: boolean, letter: string): string {
  const axes = new Array<string>(Math.max(1, (x?.rank ?? 0) - 2)).fill(letter);
  return `[${[...(timeMajor ? ['T', 'B'] : ['B', 'T']), ...axes].join(', ')}]`;
}

const stepDims = (inputShape: AnyRNNCell['inputShape']): readonly (number | string)[] =>
  inputShape === undefined ? ['D'] : dimsOf(inputShape);
