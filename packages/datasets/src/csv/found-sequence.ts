import type { DiskFile } from '../disk/disk-file';

/** A sequence, and where it lies. */
export interface FoundSequence {
  /** Its file's name in the folder, or its id. */
  readonly name: string;
  readonly file: DiskFile;
  /** From which to which byte of the file its rows reach, if they stand together. */
  readonly begin: number;
  end: number;
  /** Its first row, for errors. */
  readonly where: string;
  /** What the columns of `target` hold; none where the target stands elsewhere. */
  readonly target: readonly string[];
  steps: number;
  /** `[steps, inputs]`; none where they stay on the disk. */
  readonly values: number[];
}
