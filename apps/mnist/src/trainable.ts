import { best, bestFast } from './recipes';
import { type Workload, workloads } from './workloads';

/** All that this app trains, by name. */
export const trainable: Readonly<Record<string, Workload>> = { ...workloads, best, 'best-fast': bestFast };
