import { parseSvg, pngPixels, type SvgElement } from 'app-common/testing';
import { expect, it } from 'vitest';
import { type MisreadDigit, misreadDigits } from './misread-digits';

/** Each has one black pixel, at its own place. */
const digit = (k: number): MisreadDigit => ({
  pixels: Float32Array.from({ length: 784 }, (_, i) => (i === 13 * k ? 1 : 0)),
  ...{ truth: k % 10, predicted: (3 * k + 1) % 10, probability: 0.3 + ((k * 17) % 60) / 100 },
});

const textsOf = (svg: string): string[] =>
  parseSvg(svg).flatMap(({ tag, text }) => (/^t(ext|span)$/.test(tag) ? [text] : []));
const imagesOf = (svg: string) => parseSvg(svg).filter(({ tag }) => tag === 'image');

it('shows the forty of which the model was surest, the surest first, each above what it is and what it was read as', async () => {
  const digits = Array.from({ length: 55 }, (_, k) => digit(k));
  const svg = await misreadDigits({ title: 'a model', digits, tested: 1000 });
  const surest = [...digits].sort((a, b) => b.probability - a.probability).slice(0, 40);
  const images = imagesOf(svg);
  expect(images).toHaveLength(40);
  const texts = textsOf(svg);
  expect(texts).toContain('55 of 1,000 images are misread; the 40 of which the model was surest');
  const read = texts.filter((text) => /^\d read as \d$/.test(text));
  expect(read).toEqual(surest.map(({ truth, predicted }) => `${truth} read as ${predicted}`));
  const sure = texts.filter((text) => /^[\d.]+ %$/.test(text));
  expect(sure).toEqual(surest.map(({ probability }) => `${(100 * probability).toFixed(1)} %`));
  for (const [k, { attributes }] of images.entries()) {
    const data = (attributes['xlink:href'] ?? attributes.href ?? '').split(',')[1] as string;
    const black = pngPixels(Buffer.from(data, 'base64'))
      .colors.flat()
      .findIndex(([red]) => red === 0);
    expect(black).toBe(Array.from(surest[k]?.pixels as Float32Array).indexOf(1));
  }
});

it('no image is over another or beyond the picture, and its words are below it', async () => {
  const digits = Array.from({ length: 40 }, (_, k) => digit(k));
  const svg = await misreadDigits({ title: 'a model', digits, tested: 1000 });
  const { width, height } = (parseSvg(svg)[0] as SvgElement).attributes;
  const boxes = imagesOf(svg).map(({ x, y, attributes }) => ({ x, y, side: Number(attributes.width) }));
  for (const [k, a] of boxes.entries()) {
    expect(a.x + a.side).toBeLessThan(Number(width));
    expect(a.y + a.side + 30).toBeLessThan(Number(height));
    for (const b of boxes.slice(k + 1))
      expect(Math.abs(a.x - b.x) >= a.side || Math.abs(a.y - b.y) >= a.side + 30).toBe(true);
  }
  const words = parseSvg(svg).filter(({ text }) => /^\d read as \d$/.test(text));
  for (const [k, { x, y }] of words.entries()) {
    expect(x).toBeCloseTo((boxes[k]?.x as number) + 36, 3);
    expect(y).toBeGreaterThan((boxes[k]?.y as number) + 72);
  }
});

it('what was nearly certain is not rounded to certainty', async () => {
  const svg = await misreadDigits({ title: 'sure', digits: [{ ...digit(1), probability: 0.99999 }], tested: 2 });
  expect(textsOf(svg)).toContain('> 99.9 %');
});

it('a model that misread nothing has a picture that says so', async () => {
  const svg = await misreadDigits({ title: 'perfect', digits: [], tested: 200 });
  expect(textsOf(svg)).toContain('0 of 200 images are misread');
  expect(imagesOf(svg)).toEqual([]);
});
