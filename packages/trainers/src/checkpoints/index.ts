export { makeWritableFolder } from '../files/make-writable-folder';
export { assignWeights } from './assign-weights';
export { CheckpointError } from './checkpoint-error';
export type { Checkpoint, RunConfig } from './checkpoint-file';
export { Checkpoints, type CheckpointsOptions } from './checkpoints';
export { type ModelDirOptions, modelDir } from './model-dir';
export { readWeights } from './read-weights';
export type { Weights } from './weights-file';
export { writeWeights } from './write-weights';
