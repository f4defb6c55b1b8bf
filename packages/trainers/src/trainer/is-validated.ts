import type { TrainingRun } from './training-callback';

/** Whether a step of a fit is validated: every so many, where that is asked for, and the last of all. */
export const isValidated = ({
  step,
  steps,
  options: { validateEvery },
}: Omit<TrainingRun, 'stop' | 'trainer'>): boolean =>
  validateEvery !== undefined && (step % validateEvery === 0 || step === steps);
