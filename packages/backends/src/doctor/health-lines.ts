import type { Health } from './doctor';
import type { Trial, WorkingTrial } from './trial';

/** What the doctor found, for a person. */
export function healthLines({ node, platform, backends, default: taken, advice }: Health): string[] {
  const trials = Object.entries(backends);
  const width = Math.max(...trials.map(([name]) => name.length)) + 2;
  const lines = [`Node ${node}, ${platform}`, ''];
  for (const [name, trial] of trials) {
    const [first, ...more] = trialLines(trial);
    lines.push(`${name.padEnd(width)}${first}`, ...more.map((line) => ' '.repeat(width) + line));
  }
  lines.push(
    '',
    taken.state === 'works'
      ? `The default is ${taken.name}, ${taken.device}: ${taken.reasons.join(', ')}.`
      : `The default does not work: ${taken.reason}. ${taken.remedy}`,
  );
  const onGpu = trials.filter(([, trial]) => trial.state === 'works' && trial.onGpu).map(([name]) => name);
  lines.push(onGpu.length > 0 ? `A GPU computed on ${onGpu.join(' and ')}.` : 'No GPU computed anything.');
  if (advice) lines.push(`${capital(advice.reason)}. ${advice.remedy}`);
  return lines;
}

function trialLines(trial: Trial): string[] {
  if (trial.state !== 'works') {
    return [`${trial.state === 'absent' ? 'not here' : 'broken'}: ${trial.reason}. ${trial.remedy}`];
  }
  const versions = Object.entries(trial.versions).map(([name, version]) => `${name} ${version}`);
  return [
    `works on ${trial.onGpu ? 'a GPU' : 'the CPU'}: ${trial.device}`,
    `product of 256 x 256 in ${time(trial.product.ms)}, ${lstmWords(trial)}`,
    versions.join(', '),
  ];
}

function lstmWords({ lstm }: WorkingTrial): string {
  if ('reason' in lstm) return `no fused LSTM: ${lstm.reason}. ${lstm.remedy}`;
  return `LSTM 128, 28, 28, 128 forward in ${time(lstm.ms)} (fused: ${lstm.kernel})`;
}

const time = (ms: number): string => `${ms < 10 ? ms.toFixed(1) : ms.toFixed(0)} ms`;

const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
