import { program } from '../tsup.base';

export default program({
  entry: ['src/main.ts', 'src/long-run.ts', 'src/tensorflow-bar.ts', 'src/gpu/pack.ts', 'src/gpu/run.ts'],
});
