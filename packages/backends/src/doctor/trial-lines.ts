import type { Trial, WorkingTrial } from './trial';

/** What one backend did, for a person. */
export function trialLines(trial: Trial): string[] {
  if (trial.state !== 'works') {
    return [`${trial.state === 'absent' ? 'not here' : 'broken'}: ${trial.reason}. ${trial.remedy}`];
  }
  const versions = Object.entries(trial.versions).map(([name, version]) => `${name} ${version}`);
  return [
    `works: ${trial.device}`,
    `product of 256 x 256 in ${time(trial.product.ms)}, ${lstmWords(trial)}`,
    versions.join(', '),
  ];
}

function lstmWords({ lstm }: WorkingTrial): string {
  if ('reason' in lstm) return `no fused LSTM: ${lstm.reason}. ${lstm.remedy}`;
  return `LSTM 128, 28, 28, 128 forward in ${time(lstm.ms)} (fused: ${lstm.kernel})`;
}

const time = (ms: number): string => `${ms < 10 ? ms.toFixed(1) : ms.toFixed(0)} ms`;
