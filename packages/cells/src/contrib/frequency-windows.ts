import { pad, slice, type Tensor2D } from '@tensorflow/tfjs-core';
import { ArgumentError } from '../argument-error';
import { checkCount, checkThat } from '../checks';

/** Which windows of its inputs a grid cell walks over. */
export interface FrequencyWindowsOptions {
  /** How many windows each block has: one block of all inputs, or one for each of the ranges that the two lists below tell. */
  numFrequencyBlocks: readonly number[];
  /** F, the width of a window. */
  featureSize: number;
  /** How far one window begins after the one before. */
  frequencySkip: number;
  /** Of each block the first input. Default: one block, of all inputs. */
  startFreqindexList?: readonly number[] | undefined;
  /** Of each block the input after its last. Default: one block, of all inputs. */
  endFreqindexList?: readonly number[] | undefined;
}

/** Throws `ArgumentError` unless the options fit each other. */
export function checkWindows(where: string, options: FrequencyWindowsOptions): void {
  const { numFrequencyBlocks: counts, startFreqindexList: starts, endFreqindexList: ends } = options;
  checkCount(where, 'featureSize', options.featureSize);
  checkCount(where, 'frequencySkip', options.frequencySkip);
  const isList = Array.isArray(counts) && counts.length > 0;
  checkThat(isList, where, 'numFrequencyBlocks to be a list of numbers', counts);
  for (const [b, count] of counts.entries()) checkCount(where, `numFrequencyBlocks[${b}]`, count);
  if (starts === undefined && ends === undefined) {
    const remedy = 'Say by startFreqindexList and endFreqindexList which inputs each block has.';
    if (counts.length > 1) throw new ArgumentError(where, 'one block without lists', `${counts.length}`, remedy);
    return;
  }
  for (const [name, list] of Object.entries({ startFreqindexList: starts, endFreqindexList: ends })) {
    const expected = `${name} to have a whole number of at least 0 for each of ${counts.length} blocks`;
    checkThat(Array.isArray(list), where, expected, list);
    const isFit = list.length === counts.length && list.every((at) => Number.isInteger(at) && at >= 0);
    if (!isFit) throw new ArgumentError(where, expected, `[${list.join(', ')}]`);
  }
  for (const [b, count] of counts.entries()) {
    const [start, end] = [starts?.[b] as number, ends?.[b] as number];
    const fitting = windowsIn(end - start, options);
    const expected = `numFrequencyBlocks[${b}] to be ${fitting}, the windows of inputs ${start} to ${end}`;
    if (fitting !== count) throw new ArgumentError(where, expected, `${count}`);
  }
}

/** Throws `ArgumentError` unless inputs of this width have the windows that `options` tell. */
export function checkWidth(where: string, inputSize: number, options: FrequencyWindowsOptions): void {
  const { numFrequencyBlocks: counts, featureSize, frequencySkip, startFreqindexList: starts } = options;
  if (starts === undefined) {
    const fitting = windowsIn(inputSize, options);
    const expected = `inputSize to give as many windows as numFrequencyBlocks tells, ${counts[0]}`;
    if (fitting !== counts[0]) throw new ArgumentError(where, expected, `${inputSize}, which gives ${fitting}`);
    return;
  }
  const needed = Math.max(
    ...starts.map((start, b) => start + ((counts[b] as number) - 1) * frequencySkip + featureSize),
  );
  const expected = `inputSize of at least ${needed}, where the last window ends`;
  if (inputSize < needed) throw new ArgumentError(where, expected, `${inputSize}`);
}

/**
 * The windows of each block of `x [B, D]`, each `[B, F]`. `offset` moves all of them to higher inputs, below 0 to lower ones; what lies outside the
 * inputs is 0.
 */
export function cutWindows(x: Tensor2D, options: FrequencyWindowsOptions, offset = 0): Tensor2D[][] {
  const { numFrequencyBlocks: counts, featureSize, frequencySkip, startFreqindexList: starts } = options;
  const padded = offset === 0 ? x : pad(x, [[0, 0], offset > 0 ? [0, offset] : [-offset, 0]]);
  return counts.map((count, b) => {
    const first = (starts?.[b] ?? 0) + Math.max(offset, 0);
    return Array.from({ length: count }, (_, k) => slice(padded, [0, first + k * frequencySkip], [-1, featureSize]));
  });
}

const windowsIn = (width: number, { featureSize, frequencySkip }: FrequencyWindowsOptions): number =>
  width < featureSize ? 0 : Math.floor((width - featureSize) / frequencySkip) + 1;
