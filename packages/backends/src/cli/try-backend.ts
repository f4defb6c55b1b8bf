import { argv, cwd } from 'node:process';
import type { BackendName } from '../backends';
import { tryHere } from '../doctor/try-here';

// A process of its own for one backend: what crashes in it, or never ends, is the doctor's to tell.
const trial = await tryHere(argv[2] as 'auto' | BackendName, cwd());
process.send?.(trial, () => process.disconnect());
