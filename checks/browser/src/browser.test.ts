import { type Browser, chromium } from 'playwright-core';
import { tolerance } from 'testing/tolerance';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundlePage } from './bundle-page';
import { findChromium } from './find-chromium';
import { isolation, openPage } from './open-page';
import type { EngineCheck, EngineReport } from './page/check-engine';

const executablePath = findChromium();
const bound = tolerance('cpu');
const simd = '(relaxed )?SIMD';

test('a bundler for browsers needs nothing of Node', async () => {
  await expect(bundlePage()).resolves.toMatch(/dist$/);
});

describe.skipIf(executablePath === undefined)('in Chromium', () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    folder = await bundlePage();
    browser = await chromium.launch({ executablePath: executablePath as string });
  });
  afterAll(() => browser?.close());

  /** What `call` tells in a page of its own that is served with these headers; of several checks, what the last tells. */
  async function reportOf(
    headers: Record<string, string>,
    call: string,
    ...checks: (Omit<EngineCheck, 'backend'> & Partial<EngineCheck>)[]
  ): Promise<EngineReport> {
    const { page, close } = await openPage(browser, folder, headers);
    const errors: Error[] = [];
    page.on('pageerror', (error) => errors.push(error));
    try {
      const reports: EngineReport[] = [];
      for (const check of checks)
        reports.push(await page.evaluate(`${call}(${JSON.stringify({ backend: 'cpu', ...check })})`));
      expect(errors).toEqual([]);
      return reports.at(-1) as EngineReport;
    } finally {
      await close();
    }
  }

  /** So many workers compute where there is work for them, the numbers are the reference's and do not depend on them, training learns, and nothing stays in memory. */
  function expectRight({ cells, loss, memory }: EngineReport, workers: number): void {
    for (const [name, { sameBits, outputs, gradients, tasks }] of Object.entries(cells)) {
      expect(tasks.early, name).toBe(0);
      // The work is enough for three threads, and of an LSTM for more.
      expect(tasks.late, name).toBeGreaterThanOrEqual(3 * Math.min(workers, 2));
      expect(tasks.late, name).toBeLessThanOrEqual(3 * workers);
      expect(sameBits, name).toBe(true);
      expect(outputs, name).toBeLessThanOrEqual(bound.forward);
      expect(gradients, name).toBeLessThanOrEqual(bound.gradient);
    }
    expect(loss[1]).toBeLessThan(loss[0] / 2);
    expect(memory.usedBytes).toBe(0);
    expect(memory.totalBytes).toBeGreaterThan(0);
  }

  test('an isolated page computes on as many threads as there are cores', async () => {
    const report = await reportOf(isolation, 'checkEngine', { waitMs: 10_000 });
    const { isolated, cores, device, backend } = report;
    expect(isolated).toBe(true);
    expect(backend).toBe('cpu');
    expect(report.updatesInPlace).toBe(false);
    expect(device.later).toMatch(new RegExp(`^WebAssembly, ${cores} threads?, ${simd}$`));
    expectRight(report, cores - 1);
  });

  test.each(['checkEngine', 'checkEngineInWorker'])('isolated, on three threads, by %s', async (call) => {
    const report = await reportOf(isolation, call, { threads: 3, waitMs: 10_000 });
    expect(report.isolated).toBe(true);
    expect(report.device.first).toMatch(new RegExp(`^WebAssembly, 1 of 3 threads, ${simd}$`));
    expect(report.device.later).toMatch(new RegExp(`^WebAssembly, 3 threads, ${simd}$`));
    expectRight(report, 2);
  });

  test('setThreads makes the engine anew, with workers of its own', async () => {
    const checks = [3, 2].map((threads) => ({ threads, waitMs: 10_000 }));
    const report = await reportOf(isolation, 'checkEngine', ...checks);
    expect(report.device.first).toMatch(new RegExp(`^WebAssembly, 1 of 2 threads, ${simd}$`));
    expect(report.device.later).toMatch(new RegExp(`^WebAssembly, 2 threads, ${simd}$`));
    expectRight(report, 1);
  });

  test.each(['checkEngine', 'checkEngineInWorker'])('not isolated, it is one thread, by %s', async (call) => {
    const report = await reportOf({}, call, { threads: 3, waitMs: 10_000 });
    expect(report.isolated).toBe(false);
    expect(report.device.later).toMatch(new RegExp(`^WebAssembly, 1 thread, ${simd}$`));
    expectRight(report, 0);
  });

  describe.each([
    ['isolated', isolation, '3 threads', 2],
    ['not isolated', {}, '1 thread', 0],
  ] as const)("on TensorFlow.js' wasm backend, %s", (_, headers, threads, workers) => {
    test.each(['checkEngine', 'checkEngineInWorker'])('by %s', async (call) => {
      const report = await reportOf(headers, call, { backend: 'wasm', threads: 3, waitMs: 10_000 });
      expect(report.backend).toBe('wasm');
      expect(report.updatesInPlace).toBe(true);
      expect(report.device.later).toMatch(new RegExp(`^WebAssembly, ${threads}, ${simd}$`));
      expectRight(report, workers);
    });
  });

  test('where a content security policy forbids workers, the caller does their shares', async () => {
    const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'none'";
    const headers = { ...isolation, 'Content-Security-Policy': policy };
    const report = await reportOf(headers, 'checkEngine', { threads: 3, waitMs: 500 });
    expect(report.isolated).toBe(true);
    expect(report.device.later).toMatch(new RegExp(`^WebAssembly, 1 of 3 threads, ${simd}$`));
    expectRight(report, 0);
  });

  test('where it forbids WebAssembly, stock operations compute', async () => {
    const headers = { ...isolation, 'Content-Security-Policy': "script-src 'self'" };
    const { device, cells, memory } = await reportOf(headers, 'checkEngine', { waitMs: 0 });
    expect(device.later).toBe('stock operations');
    const same = { sameBits: true, outputs: 0, gradients: 0, tasks: { early: 0, late: 0 } };
    expect(Object.values(cells)).toEqual(Array(3).fill(same));
    expect(memory).toEqual({ usedBytes: 0, weightBytes: 0, totalBytes: 0 });
  });
});
