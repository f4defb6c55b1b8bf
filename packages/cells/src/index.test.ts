import { expect, it } from 'vitest';

it('the built package keeps the names of its classes, which errors and explain tell', async () => {
  const built = await import('@rnn/cells');
  for (const [name, value] of Object.entries(built)) {
    if (typeof value === 'function' && /^[A-Z]/.test(name)) expect(value.name).toBe(name);
  }
  expect(built.MultiRNNCell.name).toBe('MultiRNNCell');
});
