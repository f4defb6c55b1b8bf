import type { TrainingReport } from 'app-common';

/** Of all test images, as a share of 1. */
export const accuracyOf = ({ test }: TrainingReport): number => ('accuracy' in test ? test.accuracy : Number.NaN);
