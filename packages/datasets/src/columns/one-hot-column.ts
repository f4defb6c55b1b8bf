import type { Column } from './column';

/** Class numbers given out as one-hot rows `[N, classes]`: 1 at the class, 0 elsewhere. */
export class OneHotColumn implements Column<Float32Array> {
  readonly size: number;
  readonly shape: readonly number[];

  constructor(
    private readonly labels: Uint8Array | Int32Array,
    private readonly classes: number,
  ) {
    this.size = labels.length;
    this.shape = [classes];
  }

  gather(rows: Uint32Array, into?: Float32Array): Float32Array {
    const gathered = into?.fill(0) ?? new Float32Array(rows.length * this.classes);
    rows.forEach((row, place) => {
      gathered[place * this.classes + (this.labels[row] as number)] = 1;
    });
    return gathered;
  }

  slice(begin: number, end: number): OneHotColumn {
    return oneHotColumn(this.labels.subarray(begin, end), this.classes);
  }
}

// Outside of the class: a class that names itself is renamed by the bundler.
const oneHotColumn = (labels: Uint8Array | Int32Array, classes: number) => new OneHotColumn(labels, classes);
