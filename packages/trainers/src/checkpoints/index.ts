export { CheckpointError } from './checkpoint-error';
export type { RunConfig } from './checkpoint-file';
export { Checkpoints, type CheckpointsOptions } from './checkpoints';
export { type ModelDirOptions, modelDir } from './model-dir';
