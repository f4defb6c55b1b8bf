import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { htmlReport, labelledPoints, learningCurves } from 'app-common/pictures';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectReadableWords } from './expect-readable-words';
import { findChromium } from './find-chromium';
import { isWithinWindow } from './is-within-window';
import { openReport } from './open-report';

const executablePath = findChromium();

const names = Array.from({ length: 16 }, (_, k) => `multi-${k % 2 === 0 ? 'static' : 'dynamic'}-lstm-${k}`);
const facts = { workload: 'multi-static-lstm-0', loss: [{ step: 10, value: 2.125 }], note: 'größe ✓ <b>' };

/** The report of a comparison of sixteen runs, with names that would be markup. */
async function report(): Promise<string> {
  const points = (k: number) =>
    Array.from({ length: 20 }, (_, i) => ({ step: 50 * (i + 1), value: 2.3 / (1 + i + k / 4) }));
  const loss = names.map((name, k) => ({ name, points: points(k) }));
  const results = names.map((name, k) => ({
    ...{ name, kind: k % 2 === 0 ? 'static' : 'dynamic' },
    ...{ x: 10 + (k % 5) + (k % 2) / 50, y: 95 + (k % 6) / 7 },
  }));
  return htmlReport({
    title: 'mnist compare <script>throw 1</script>',
    command: `pnpm mnist compare ${names.join(' ')} --report report.html`,
    facts: [
      ['kernel', 'recurrent layers: lstmSequence, own WebAssembly, 2 threads, relaxed SIMD, float32 & <img src=x>'],
    ],
    tables: [
      {
        caption: 'Results',
        columns: ['workload', 'test accuracy', 'first 128', 'seconds', 'ms a step', 'memory'],
        rows: names.map((name, k) => [name, `9${k % 10}.12 %`, '97.66 %', `${k}.5`, '20.3', '240 MiB']),
      },
    ],
    pictures: [
      { caption: 'Loss at each report', svg: await learningCurves({ title: 'Loss', loss }) },
      {
        caption: 'Accuracy against seconds',
        svg: await labelledPoints({ title: 'Accuracy', x: 'training (s)', y: 'test accuracy (%)', points: results }),
      },
    ],
    versions: { node: process.versions.node },
    report: facts,
  });
}

describe.skipIf(executablePath === undefined)('in Chromium', () => {
  const folder = mkdtempSync(join(tmpdir(), 'report-'));
  const file = join(folder, 'report.html');
  let browser: Browser;
  beforeAll(async () => {
    writeFileSync(file, await report());
    browser = await chromium.launch({ executablePath: executablePath as string });
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  const open = (width: number, colorScheme?: 'light' | 'dark') => openReport(browser, file, width, colorScheme);

  test.each([400, 1280])(
    'a report opens at %i pixels: it fetches nothing, complains of nothing, scrolls downward alone',
    async (width) => {
      const { page, requests, complaints, close } = await open(width);
      expect(await page.title()).toBe('mnist compare <script>throw 1</script>');
      expect(await page.locator('h1').textContent()).toBe('mnist compare <script>throw 1</script>');
      expect(await isWithinWindow(page)).toBe(true);
      expect(await page.locator('script, img').count()).toBe(0);
      expect(requests).toEqual([]);
      expect(complaints).toEqual([]);
      await close();
    },
  );

  test.each([400, 1280])('every picture is there at %i pixels, can be read, and has a description', async (width) => {
    const { page, close } = await open(width);
    const pictures = await page.locator('figure svg').all();
    expect(pictures).toHaveLength(2);
    for (const picture of pictures) {
      const box = await picture.boundingBox();
      // On a telephone a picture keeps a width at which its words can be read, and is moved within the page.
      expect(box?.width).toBeGreaterThanOrEqual(Math.min(600, width));
      expect(box?.height).toBeGreaterThan(200);
      expect(await page.getByRole('img', { name: (await picture.getAttribute('aria-label')) as string }).count()).toBe(
        1,
      );
    }
    await close();
  });

  test('no word of a picture is cut off or over another, in whatever font the browser has', async () => {
    const { page, close } = await open(1280);
    await expectReadableWords(page);
    await close();
  });

  test('a report is light or dark as the system is, its pictures too', async () => {
    const colors = async (scheme: 'light' | 'dark') => {
      const { page, close } = await open(1280, scheme);
      const seen = await page.evaluate(() => ({
        page: getComputedStyle(document.body).backgroundColor,
        words: getComputedStyle(document.querySelector('figure svg text') as Element).fill,
      }));
      await close();
      return seen;
    };
    expect(await colors('light')).toEqual({ page: 'rgb(255, 255, 255)', words: 'rgb(31, 41, 51)' });
    expect(await colors('dark')).toEqual({ page: 'rgb(20, 24, 29)', words: 'rgb(228, 232, 236)' });
  });

  test('the numbers of a report can be saved', async () => {
    const { page, complaints, close } = await open(1280);
    const waiting = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Save the numbers as JSON' }).click();
    const download = await waiting;
    expect(download.suggestedFilename()).toBe('report.json');
    const saved = join(folder, 'saved.json');
    await download.saveAs(saved);
    expect(JSON.parse(readFileSync(saved, 'utf8'))).toEqual(facts);
    expect(complaints).toEqual([]);
    await close();
  });

  test('in print a report has all of its pictures within the paper', async () => {
    const { page, close } = await open(700);
    await page.emulateMedia({ media: 'print' });
    expect(await isWithinWindow(page)).toBe(true);
    for (const picture of await page.locator('figure svg').all()) {
      expect((await picture.boundingBox())?.width).toBeLessThanOrEqual(700);
    }
    await close();
  });
});
