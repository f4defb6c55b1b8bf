import type { Health } from './doctor';
import { trialLines } from './trial-lines';

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

const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
