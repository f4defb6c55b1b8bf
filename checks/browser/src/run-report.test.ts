import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from 'app-common';
import { smallMnist } from 'app-common/testing';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectReadableWords } from './expect-readable-words';
import { findChromium } from './find-chromium';
import { isWithinWindow } from './is-within-window';
import { openReport } from './open-report';

const executablePath = findChromium();
const require = createRequire(import.meta.url);
const programs = { mnist: require.resolve('mnist'), sine: require.resolve('sine') };

/** A table of a page as one reads it: a row's first cell, and the others. */
const table = (page: Page, caption: string): Promise<[name: string, ...values: string[]][]> =>
  page
    .getByRole('table', { name: caption })
    .evaluate((element) =>
      [...(element as HTMLTableElement).rows].map(
        ({ cells }) => [...cells].map(({ textContent }) => textContent) as [string],
      ),
    );

describe.skipIf(executablePath === undefined)('in Chromium without a network, what --report made of a run', () => {
  let folder: string;
  let images: string;
  let browser: Browser;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'run-report-'));
    images = smallMnist();
    browser = await chromium.launch({ executablePath: executablePath as string });
  });
  afterAll(async () => {
    await browser?.close();
    for (const made of [folder, images]) rmSync(made, { recursive: true });
  });

  async function reportOf(app: keyof typeof programs, words: readonly string[]): Promise<string> {
    const file = join(folder, `${app}-${words[0]}.html`);
    const { status, stderr } = await runProgram(programs[app], [...words, '--report', file]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    return file;
  }

  /** Opens the page on a screen and on a telephone; on each it asks for nothing, nothing fails, and these pictures stand in it, readable. */
  async function expectPage(file: string, title: string, pictures: readonly string[]): Promise<void> {
    for (const width of [1280, 400]) {
      const { page, requests, complaints, close } = await openReport(browser, file, width);
      expect({ requests, complaints }).toEqual({ requests: [], complaints: [] });
      expect(await page.title()).toBe(title);
      expect(await isWithinWindow(page)).toBe(true);
      const described = await page.locator('figure svg[role=img]').all();
      expect(described).toHaveLength(pictures.length);
      for (const [k, name] of pictures.entries()) {
        expect(await described[k]?.getAttribute('aria-label')).toContain(name);
        expect((await described[k]?.boundingBox())?.height).toBeGreaterThan(200);
      }
      await expectReadableWords(page);
      await close();
    }
  }

  /** What a telephone shows of a table before it is scrolled. */
  const isWhole = (page: Page, caption: string): Promise<boolean> =>
    page.getByRole('region', { name: caption }).evaluate(({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth);

  test('mnist: curves, confusion, misread digits, hidden states, and what came out', async () => {
    const words = ['single-dynamic-gru', '--data', images, '--steps', '20', '--batch-size', '32', '--hidden', '16'];
    const file = await reportOf('mnist', words);
    await expectPage(file, 'MNIST: single-dynamic-gru', [
      ...['loss and accuracy', 'what the test images are taken for', 'misread', 'while it reads'],
    ]);
    const { page, close } = await openReport(browser, file, 400);
    const rows = Object.fromEntries(await table(page, 'What came out'));
    expect(rows['test accuracy']).toMatch(/^\d+\.\d\d % on 200 images$/);
    expect(rows.training).toMatch(/^20 steps, /);
    expect(await isWhole(page, 'What came out')).toBe(true);
    expect(await page.locator('figure').nth(2).locator('image').count()).toBeGreaterThan(0);
    expect(await page.locator('header dd').first().textContent()).toBe('GRUCell(16), dynamic runner, Adam');
    await close();
  });

  test('sine: the curve over the true one, the loss, and the error', async () => {
    const file = await reportOf('sine', ['estimator', '--steps', '200']);
    await expectPage(file, 'sine: estimator', ['the next value of a sine', 'loss while training']);
    const { page, close } = await openReport(browser, file, 400);
    const rows = Object.fromEntries(await table(page, 'Result'));
    expect(rows['test mean squared error']).toMatch(/^\d\.\d+e-\d on 990 windows$/);
    expect(await isWhole(page, 'Result')).toBe(true);
    await close();
  });

  test('sine compare: a row for each, and pictures of all', async () => {
    const file = await reportOf('sine', ['compare', 'one-layer', 'two-layer', '--steps', '200']);
    const { page, requests, complaints, close } = await openReport(browser, file, 1280);
    expect({ requests, complaints }).toEqual({ requests: [], complaints: [] });
    expect(await page.locator('figure svg').count()).toBe(2);
    await expectReadableWords(page);
    const [caption = ''] = await page.locator('caption').allTextContents();
    expect((await table(page, caption)).map(([name]) => name)).toEqual(['workload', 'one-layer', 'two-layer']);
    await close();
  });
});
