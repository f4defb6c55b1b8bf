import { BackendError } from '../backend-error';

/** An error of `rnn-backends install tensorflow`, whose message is one line with the remedy. */
export const installFailure = (expected: string, got: string, remedy: string): BackendError =>
  new BackendError('install tensorflow', expected, got, remedy);
