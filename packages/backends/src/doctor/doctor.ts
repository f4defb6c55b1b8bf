import { arch, platform, version } from 'node:process';
import type { Absence } from '../backend';
import { type BackendName, backendNames } from '../backends';
import { nvidiaDriver } from './nvidia-driver';
import type { Trial } from './trial';

/** What the doctor found; `--json` prints it as it is. */
export interface Health {
  readonly node: string;
  /** "linux x64" */
  readonly platform: string;
  readonly backends: Readonly<Record<BackendName, Trial>>;
  /** What `useBackend('auto')` gives. */
  readonly default: Trial;
  /** What would compute on hardware that lies idle; nothing where none does. */
  readonly advice?: Absence;
}

interface Means {
  /** Tries one backend. */
  readonly examine: (name: 'auto' | BackendName) => Promise<Trial>;
  /** The version of the NVIDIA driver of this machine. */
  readonly nvidia?: string | undefined;
}

/** Tries every backend, one after the other so that none disturbs another's time, and then the default. */
export async function doctor({ examine, nvidia = nvidiaDriver() }: Means): Promise<Health> {
  const trials: [BackendName, Trial][] = [];
  for (const name of backendNames) trials.push([name, await examine(name)]);
  const onGpu = trials.some(([, trial]) => trial.state === 'works' && trial.onGpu);
  return {
    node: version,
    platform: `${platform} ${arch}`,
    backends: Object.fromEntries(trials) as Record<BackendName, Trial>,
    default: await examine('auto'),
    ...(nvidia &&
      !onGpu && {
        advice: {
          reason: `there is an NVIDIA card here (driver ${nvidia}), and nothing computes on it`,
          remedy: 'Run npx rnn-backends install tensorflow --cuda.',
        },
      }),
  };
}
