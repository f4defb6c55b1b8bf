import { arch, platform, version } from 'node:process';
import type { Absence } from '../backend';
import { type BackendName, backendNames } from '../backends';
import { nvidiaDriver } from '../nvidia-driver';
import { hasCudaLibraries } from './has-cuda-libraries';
import type { Trial } from './trial';

/** What the doctor found; `--json` prints it as it is. */
export interface Health {
  readonly node: string;
  /** "linux x64" */
  readonly platform: string;
  readonly backends: Readonly<Record<BackendName, Trial>>;
  /** What `useBackend('auto')` gives. */
  readonly default: Trial;
  /** What a GPU lacks that could compute, or TensorFlow with CUDA that finds none; nothing where there is neither. */
  readonly advice?: Absence;
}

interface Means {
  /** Tries one backend. */
  readonly examine: (name: 'auto' | BackendName) => Promise<Trial>;
  /** The version of the NVIDIA driver of this machine. */
  readonly nvidia?: string | undefined;
  /** Whether TensorFlow has CUDA's libraries. */
  readonly cuda?: boolean;
}

/** Tries every backend, one after the other so that none disturbs another's time, and then the default. */
export async function doctor({ examine, nvidia = nvidiaDriver(), cuda = hasCudaLibraries() }: Means): Promise<Health> {
  const trials: [BackendName, Trial][] = [];
  for (const name of backendNames) trials.push([name, await examine(name)]);
  const onGpu = trials.some(([, trial]) => trial.state === 'works' && trial.onGpu);
  const advice = onGpu ? undefined : adviceOn(nvidia, cuda);
  return {
    node: version,
    platform: `${platform} ${arch}`,
    backends: Object.fromEntries(trials) as Record<BackendName, Trial>,
    default: await examine('auto'),
    ...(advice && { advice }),
  };
}

function adviceOn(nvidia: string | undefined, cuda: boolean): Absence | undefined {
  if (!nvidia && !cuda) return undefined;
  if (!nvidia) {
    return {
      reason: 'TensorFlow has CUDA here, and no NVIDIA driver runs',
      remedy: "Install the card's driver, 525.60 or later, without which there is no libcuda.so.1.",
    };
  }
  const card = `there is an NVIDIA card here (driver ${nvidia})`;
  if (!cuda) {
    return {
      reason: `${card}, and nothing computes on it`,
      remedy: 'Run npx @rnn/backends install tensorflow --cuda.',
    };
  }
  return {
    reason: `${card}, and TensorFlow with CUDA does not find it`,
    remedy: 'See that the driver is 525.60 or later; TF_CPP_MIN_LOG_LEVEL=0 has TensorFlow say what it misses.',
  };
}
