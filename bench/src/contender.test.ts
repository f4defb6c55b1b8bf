import { expect, it } from 'vitest';
import { flagsOf } from './contender';
import { workload } from './fake-contenders.fixture';

it('gives a workload in the words that the peers’ scripts know', () => {
  const words = '--cell lstm --mode train --batch 2 --time 3 --input 4 --hidden 5 --layers 1 --repeats 5 --steps 9';
  const blocks = { repeats: 5, steps: 9 };
  expect(flagsOf(workload, blocks).join(' ')).toBe(words);
  expect(flagsOf({ ...workload, bidirectional: true }, blocks).join(' ')).toBe(`${words} --bidirectional`);
});
