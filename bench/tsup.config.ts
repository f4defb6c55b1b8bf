import { program } from '../tsup.base';

export default program({ entry: ['src/main.ts', 'src/long-run.ts'] });
