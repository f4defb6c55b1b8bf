import type { Trial } from '../doctor/trial';

/** Where TensorFlow is installed, and what is asked of the machine. */
export interface Place {
  /** The folder of @tensorflow/tfjs-node-gpu; nothing where it is not installed. */
  readonly nodePackage: string | undefined;
  /** The folder of ours, outside of node_modules, that keeps libraries. */
  readonly cache: string;
  /** "linux x64" */
  readonly platform: string;
  /** Computes on tensorflow in a process of its own, which ends early where that is interrupted. */
  readonly examine: (interrupted: AbortSignal) => Promise<Trial>;
  /** Tells of a step that takes its time. */
  readonly say: (line: string) => void;
}
