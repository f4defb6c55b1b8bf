import type { BackendName } from './backends';
import type { StartedBackend } from './start-backend';

const inspect: unique symbol = Symbol.for('nodejs.util.inspect.custom');

/** The backend in use, where it computes, and why it is this one. Prints as one line, also through `console.log`. */
export class BackendChoice<Name extends string = BackendName> {
  readonly name: Name;
  /** Where it computes: "CPU, SIMD, 1 thread". */
  readonly device: string;
  /** Whether TensorFlow.js computes on a GPU: never true of a driver that only imitates one. */
  readonly onGpu: boolean;
  /** Version by package or library. */
  readonly versions: Readonly<Record<string, string>>;

  constructor(
    { name, device, onGpu, versions }: StartedBackend<Name>,
    /** That it was asked for by name; or else, one reason each, why the backends that 'auto' prefers were passed over. */
    readonly reasons: readonly string[],
  ) {
    this.name = name;
    this.device = device;
    this.onGpu = onGpu;
    this.versions = versions;
  }

  toString(): string {
    return `${this.name}, ${this.device}: ${this.reasons.join(', ')}`;
  }

  [inspect](): string {
    return this.toString();
  }
}
