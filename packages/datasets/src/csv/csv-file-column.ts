import type { Column } from '../columns/column';
import { readDiskFile } from '../disk/disk-file';
import { type CsvFormat, parseRows } from './csv-rows';
import type { FoundSequence } from './found-sequence';

/** Where the inputs of sequences lie. */
export interface CsvLayout {
  readonly format: CsvFormat;
  /** The places of the columns that make up a step. */
  readonly places: readonly number[];
  /** T */
  readonly length: number;
}

/** Sequences whose inputs `[T, inputs]` stay in their files; `gather` reads those asked for. */
export class CsvFileColumn implements Column<Float32Array> {
  readonly size: number;
  readonly shape: readonly number[];

  constructor(
    private readonly sequences: readonly FoundSequence[],
    private readonly layout: CsvLayout,
  ) {
    this.size = sequences.length;
    this.shape = [layout.length, layout.places.length];
  }

  gather(rows: Uint32Array): Float32Array {
    const { format, places, length } = this.layout;
    const gathered = new Float32Array(rows.length * length * places.length);
    for (const [i, row] of rows.entries()) {
      const { file, begin, end } = this.sequences[row] as FoundSequence;
      const bytes = new Uint8Array(end - begin);
      readDiskFile(file, (fill) => fill(bytes, begin));
      let place = i * length * places.length;
      for (const cells of parseRows(bytes, format)) {
        for (const column of places) gathered[place++] = Number(cells[column]);
      }
    }
    return gathered;
  }

  slice(begin: number, end: number): CsvFileColumn {
    return csvFileColumn(this.sequences.slice(begin, end), this.layout);
  }
}

// Outside of the class: a class that names itself is renamed by the bundler.
const csvFileColumn = (sequences: readonly FoundSequence[], layout: CsvLayout) => new CsvFileColumn(sequences, layout);
