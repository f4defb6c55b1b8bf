import { expect, it } from 'vitest';
import { BackendError } from './backend-error';

it('reads as one line, and has each part of it as a field', () => {
  const error = new BackendError('useBackend', 'one of auto, wasm', "'gpu'", 'Leave the name out.');
  expect(error.message).toBe("useBackend: expected one of auto, wasm, got 'gpu'. Leave the name out.");
  expect({ ...error }).toEqual({
    name: 'BackendError',
    where: 'useBackend',
    expected: 'one of auto, wasm',
    got: "'gpu'",
    remedy: 'Leave the name out.',
  });
});
