import { isValidated } from '../trainer/is-validated';
import type { ReportInfo, TrainingCallback, TrainingRun, ValidationInfo } from '../trainer/training-callback';

/** What a log tells of a step, by name. */
export type StepRow = Readonly<Record<'step' | 'epoch' | 'seconds' | 'learningRate', number> & Record<string, number>>;

/** Where the rows go. */
export interface RowWriter {
  /** Before the first row. */
  open(run: TrainingRun): Promise<void>;
  write(row: StepRow): Promise<void>;
  /** After the last, also where it could not be opened or a row not be written. */
  close(): Promise<void>;
}

/**
 * One row for each step that has a report or a validation, written as soon as all of it is known: before `onStepEnd` of any callback, so that whoever
 * goes on from a checkpoint finds the rows of all steps up to it, whenever the process was killed.
 */
export class StepLog implements TrainingCallback {
  readonly #writer: RowWriter;
  #began = 0;
  #due: StepRow | undefined;

  constructor(writer: RowWriter) {
    this.#writer = writer;
  }

  async onTrainBegin(run: TrainingRun): Promise<void> {
    this.#began = performance.now();
    await this.#writer.open(run);
  }

  async onReport(info: ReportInfo): Promise<void> {
    await this.#add(info, '');
    if (!isValidated(info)) await this.#writeDue();
  }

  async onValidation(info: ValidationInfo): Promise<void> {
    await this.#add(info, 'validation/');
    await this.#writeDue();
  }

  /** A row may be due still where its validation threw. */
  async onTrainEnd(): Promise<void> {
    try {
      await this.#writeDue();
    } finally {
      await this.#writer.close();
    }
  }

  async #add({ loss, metrics, step, epoch, trainer }: ReportInfo, prefix: string): Promise<void> {
    if (this.#due?.step !== step) await this.#writeDue();
    const seconds = (performance.now() - this.#began) / 1000;
    const measures = Object.entries({ loss, ...metrics }).map(([name, value]) => [prefix + name, value]);
    const begun = this.#due ?? { step, epoch, seconds, learningRate: trainer.optimizer.learningRate };
    this.#due = { ...begun, ...Object.fromEntries(measures) };
  }

  async #writeDue(): Promise<void> {
    const due = this.#due;
    this.#due = undefined;
    if (due !== undefined) await this.#writer.write(due);
  }
}
