import { parseSvg } from 'app-common/testing';
import { expect, it } from 'vitest';
import { probabilityBars } from './probability-bars';

const pixels = new Float32Array(784).fill(0.5);
const probabilities = [0.001, 0.012, 0.3, 0.5, 0.02, 0.08, 0.0004, 0.05, 0.0336, 0.003];

const barsOf = (svg: string) =>
  parseSvg(svg).filter(({ tag, within }) => tag === 'path' && within.at(-1)?.includes('mark-rect role-mark'));

it('each bar is as long as its probability, which stands beside it', async () => {
  const svg = await probabilityBars({ title: 'image 8', pixels, probabilities });
  const bars = barsOf(svg);
  expect(bars).toHaveLength(10);
  const lengths = bars.map(({ attributes }) => Number(/h([\d.]+)/.exec(attributes.d as string)?.[1]));
  for (const [k, length] of lengths.entries()) {
    expect(length / (lengths[3] as number)).toBeCloseTo((probabilities[k] as number) / 0.5, 2);
  }
  const texts = parseSvg(svg).map(({ text }) => text);
  for (const probability of probabilities) expect(texts).toContain(`${(100 * probability).toFixed(2)} %`);
  expect(texts).toEqual(expect.arrayContaining(['image 8', 'digit', 'probability (%)']));
  const labels = parseSvg(svg).filter(({ within }) => within.at(-1)?.includes('role-axis-label'));
  expect(labels.map(({ text }) => text)).toEqual([...['0', '20', '40', '60', '80', '100'], ...'0123456789']);
});

it('where the true digit is known its bar has another colour and stands in the legend', async () => {
  const fills = (svg: string) => barsOf(svg).map(({ attributes }) => attributes.fill);
  const unknown = await probabilityBars({ title: 'drawn', pixels, probabilities });
  expect(new Set(fills(unknown)).size).toBe(1);
  expect(unknown).not.toContain('true digit');
  const known = await probabilityBars({ title: 'image 8', pixels, probabilities, truth: 5 });
  expect(new Set(fills(known)).size).toBe(2);
  expect(fills(known).filter((fill) => fill === fills(known)[5])).toHaveLength(1);
  expect(parseSvg(known).map(({ text }) => text)).toContain('true digit');
  expect(parseSvg(known)[0]?.attributes['aria-label']).toMatch(/^image 8\. it is a 5\. 0: 0\.10 %\. 1: 1\.20 %\./);
});
