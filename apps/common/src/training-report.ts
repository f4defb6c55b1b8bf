import type { BackendChoice } from '@rnn/backends';
import type { FitResult } from '@rnn/trainers';

/** What a test of the trained model gave. */
export type TestResult = ({ readonly accuracy: number } | { readonly mse: number }) & { readonly examples: number };

/** What the report of a run holds, and `--json` writes. */
export interface TrainingReport {
  readonly workload: string;
  readonly backend: string;
  readonly device: string;
  /** Which kernel ran, and why. */
  readonly kernel: string;
  readonly seed: number;
  readonly steps: number;
  readonly epochs: number;
  readonly batchSize: number;
  /** Of training, without validation and test. */
  readonly seconds: number;
  readonly msPerStep: { readonly median: number; readonly min: number };
  readonly sequencesPerSecond: number;
  readonly loss: readonly { readonly step: number; readonly value: number }[];
  readonly validation: TestResult | null;
  readonly test: TestResult;
  readonly first128Accuracy: number | null;
  readonly peakRssBytes: number;
  readonly versions: Readonly<Record<string, string>>;
}

/** What a run was and gave. */
export interface RunFacts {
  readonly workload: string;
  readonly backend: BackendChoice;
  readonly kernel: string;
  readonly seed: number;
  readonly batchSize: number;
  readonly fit: Omit<FitResult, 'validation'>;
  readonly validation?: TestResult;
  readonly test: TestResult;
  readonly first128Accuracy?: number;
}

export function trainingReport({ backend, fit, ...facts }: RunFacts): TrainingReport {
  const { steps, epochs, seconds, msPerStep, sequencesPerSecond, loss } = fit;
  return {
    ...{
      workload: facts.workload,
      backend: backend.name,
      device: backend.device,
      kernel: facts.kernel,
      seed: facts.seed,
    },
    ...{ steps, epochs, batchSize: facts.batchSize, seconds, msPerStep, sequencesPerSecond, loss },
    validation: facts.validation ?? null,
    test: facts.test,
    first128Accuracy: facts.first128Accuracy ?? null,
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
    versions: { node: process.versions.node, ...backend.versions },
  };
}
