/** Why a backend cannot be used here. `reason` is half a sentence ("the binding is not built"), `remedy` a whole one. */
export interface Absence {
  readonly reason: string;
  readonly remedy: string;
}

/** What a backend tells of itself once its module is loaded. */
interface LoadedBackend {
  /** The name under which its module registered it with TensorFlow.js. */
  readonly registeredAs: string;
  readonly versions: Readonly<Record<string, string>>;
  /** Where it computes, as it was found to be and not as it was hoped: "CPU, SIMD, 1 thread". Asked after it has started. */
  device(): string;
  /** Whether a GPU computes. Asked after it has started. */
  onGpu(): boolean;
}

/**
 * All that `useBackend` knows of a backend. A new one is a file that makes such an object, and an entry in `backends.ts`.
 */
export interface Backend<Name extends string = string, Options = object> {
  readonly name: Name;
  /** Looks, without loading or switching anything, whether it is here; says why not where it is not. */
  absence(): Promise<Absence | undefined>;
  /** Imports its module, which registers it with TensorFlow.js and may make it current. Throws where that fails. */
  load(options: Options): Promise<LoadedBackend>;
  /** Why it cannot compute on a GPU here, half a sentence, as far as that shows without loading it. */
  gpuAbsence?(): string | undefined;
  /** What to do where it is here and does not start. */
  readonly remedy: string;
}
