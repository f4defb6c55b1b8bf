/** What the line shows. */
export interface Progress {
  readonly step: number;
  readonly steps: number;
  /** The loss and the metrics by name, in the order to show; undefined until they were first read. */
  readonly measures: Readonly<Record<string, number>> | undefined;
  /** Undefined until a step is done. */
  readonly stepsPerSecond: number | undefined;
}

const widestBar = 24;
const narrowestBar = 5;

/**
 * One line of at most `columns - 1` characters, so that no terminal wraps it: `█████░░░░░ 400/800 | loss 0.1234 | 52.1 steps/s | 8s left`.
 * The bar takes the room that the text leaves, and is left out where that is too little.
 */
export function progressLine({ step, steps, measures, stepsPerSecond }: Progress, columns: number): string {
  const room = Math.max(columns - 1, 0);
  const facts = [`${String(step).padStart(String(steps).length)}/${steps}`];
  for (const [name, value] of Object.entries(measures ?? {})) facts.push(`${name} ${measure(value)}`);
  if (stepsPerSecond !== undefined) {
    const rate = stepsPerSecond < 100 ? stepsPerSecond.toPrecision(3) : Math.round(stepsPerSecond);
    facts.push(`${rate} steps/s`, `${duration((steps - step) / stepsPerSecond)} left`);
  }
  const text = facts.join(' | ');
  const width = Math.min(room - text.length - 1, widestBar);
  if (width < narrowestBar) return text.slice(0, room);
  const full = Math.floor((width * step) / steps);
  return `${'█'.repeat(full)}${'░'.repeat(width - full)} ${text}`;
}

/** Of one width for the usual values, so that the line does not dance: `0.1235`, `1.2e-5`. */
function measure(value: number): string {
  return value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential(1) : value.toFixed(4);
}

/** Seconds as a person reads them: `45s`, `2m05s`, `1h02m`. */
function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  const twoDigits = (n: number) => String(n).padStart(2, '0');
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m${twoDigits(whole % 60)}s`;
  return `${Math.floor(whole / 3600)}h${twoDigits(Math.floor((whole % 3600) / 60))}m`;
}
