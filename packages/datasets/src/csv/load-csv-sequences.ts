import { checkLabels } from '../check-labels';
import { checkWhole } from '../check-whole';
import { chooseSeed } from '../choose-seed';
import { rowsColumn } from '../columns/rows-column';
import { valuesColumn } from '../columns/values-column';
import { Dataset } from '../dataset';
import { DatasetError } from '../dataset-error';
import { epochOrder } from '../epoch-order';
import { CsvFileColumn } from './csv-file-column';
import type { CsvSequences, CsvSequencesOptions } from './csv-sequences';
import { findSequences } from './find-sequences';
import type { FoundSequence } from './found-sequence';
import { targetCells } from './target-cells';
import { targetColumn } from './target-column';

const where = 'csvSequences';

/** See `csvSequences`. */
export async function loadCsvSequences(path: string, options: CsvSequencesOptions): Promise<CsvSequences> {
  const { labels = 'one-hot', delimiter = ',', validationSize = 0, testSize = 0, stream = false } = options;
  checkLabels(where, labels);
  if (options.target instanceof RegExp && options.targetFile !== undefined) {
    const expected = 'target to name columns of targetFile';
    throw new DatasetError({ where, expected, got: `${options.target}`, remedy: 'Leave one of the two out.' });
  }
  const seed = chooseSeed(where, options.seed);
  const format = { delimiter, columns: options.columns };
  const { sequences, columns } = await findSequences(path, format, options);
  const { inputs, inputPlaces } = columns;
  const targets = targetColumn(await targetCells(sequences, format, options), options);
  const length = lengthFor(sequences, options.length);
  const inputColumn = stream
    ? new CsvFileColumn(sequences, { format, places: inputPlaces, length })
    : valuesColumn(padded(sequences, length, inputs.length), [length, inputs.length]);
  const steps = Int32Array.from(sequences, (sequence) => sequence.steps);
  const lengths = steps.every((count) => count === length) ? undefined : valuesColumn(steps, []);
  /** The sequences that were chosen, in the order of the files. */
  const part = (chosen: Uint32Array) => {
    const rows = chosen.slice().sort();
    const ownLengths = lengths && rowsColumn(lengths, rows);
    const [ownInputs, ownTargets] = [rowsColumn<Float32Array>(inputColumn, rows), rowsColumn(targets.column, rows)];
    return new Dataset(ownInputs, ownTargets, { seed, lengths: ownLengths });
  };
  const order = drawn(sequences.length, validationSize, testSize);
  return {
    train: part(order.subarray(validationSize + testSize)),
    validation: part(order.subarray(testSize, validationSize + testSize)),
    test: part(order.subarray(0, testSize)),
    inputs,
    classes: targets.classes,
  };
}

function lengthFor(sequences: readonly FoundSequence[], wanted: number | undefined): number {
  const longest = sequences.reduce((most, sequence) => (sequence.steps > most.steps ? sequence : most));
  if (wanted === undefined) return longest.steps;
  checkWhole(where, 'length', wanted, 1);
  if (wanted >= longest.steps) return wanted;
  const expected = `sequence ${longest.name} to have at most ${wanted} steps`;
  const remedy = 'Choose a greater length, or cut the sequence into several.';
  throw new DatasetError({ where: longest.file.path, expected, got: `${longest.steps}`, remedy });
}

/** `[N, T, inputs]`, with zeros after the last step of each. */
function padded(sequences: readonly FoundSequence[], length: number, inputSize: number): Float32Array {
  const values = new Float32Array(sequences.length * length * inputSize);
  for (const [i, sequence] of sequences.entries()) values.set(sequence.values, i * length * inputSize);
  return values;
}

/** All sequences in an order that depends on their number alone: every run tests with the same, whatever its seed. */
function drawn(size: number, validationSize: number, testSize: number): Uint32Array {
  const whole = [validationSize, testSize].every((count) => Number.isSafeInteger(count) && count >= 0);
  if (whole && validationSize + testSize < size) return epochOrder(size, 0, 0);
  const expected = `validationSize and testSize to be whole numbers that leave some of ${size} sequences`;
  throw new DatasetError({ where, expected, got: `${validationSize} and ${testSize}` });
}
