import type { Measures, StepInfo, TrainingCallback, TrainingRun, ValidationInfo } from '../trainer/training-callback';

/** What a log tells of a step, by name. */
export type StepRow = Readonly<Record<'step' | 'epoch' | 'seconds' | 'learningRate', number> & Record<string, number>>;

/** Where the rows go. */
export interface RowWriter {
  /** Before the first row. */
  open(run: TrainingRun): Promise<void>;
  write(row: StepRow, run: TrainingRun): Promise<void>;
  /** After the last, also where a row could not be written. */
  close(): Promise<void>;
}

/** One row for each step that has a report or a validation, written when all of it is known. */
export class StepLog implements TrainingCallback {
  readonly #writer: RowWriter;
  #began = 0;
  #isOpen = false;
  #due: { row: StepRow; run: TrainingRun } | undefined;

  constructor(writer: RowWriter) {
    this.#writer = writer;
  }

  async onTrainBegin(run: TrainingRun): Promise<void> {
    this.#began = performance.now();
    await this.#writer.open(run);
    this.#isOpen = true;
  }

  async onStep(_: StepInfo): Promise<void> {
    await this.#writeDue();
  }

  onReport(info: TrainingRun & Measures): void {
    this.#add(info, '');
  }

  onValidation(info: ValidationInfo): void {
    this.#add(info, 'validation/');
  }

  async onTrainEnd(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    try {
      await this.#writeDue();
    } finally {
      await this.#writer.close();
    }
  }

  #add({ loss, metrics, ...run }: TrainingRun & Measures, prefix: string): void {
    const { step, epoch, trainer } = run;
    const seconds = (performance.now() - this.#began) / 1000;
    const measures = Object.entries({ loss, ...metrics }).map(([name, value]) => [prefix + name, value]);
    const begun = this.#due?.row ?? { step, epoch, seconds, learningRate: trainer.optimizer.learningRate };
    this.#due = { row: { ...begun, ...Object.fromEntries(measures) }, run };
  }

  async #writeDue(): Promise<void> {
    const due = this.#due;
    this.#due = undefined;
    if (due !== undefined) await this.#writer.write(due.row, due.run);
  }
}
