import { chromium } from 'playwright-core';
import { afterAll, bench, describe } from 'vitest';
import { bundlePage } from './bundle-page';
import { findChromium } from './find-chromium';
import { isolation, openPage } from './open-page';

const executablePath = findChromium();

// Each time holds the way to the browser and back, which the last tells.
describe.skipIf(executablePath === undefined)(
  'forward and backward of an LSTM in Chromium, 128 x 28 x 28, 128 units',
  async () => {
    if (executablePath === undefined) return;
    const folder = await bundlePage();
    const browser = await chromium.launch({ executablePath });
    afterAll(() => browser.close());
    const isolated = await openPage(browser, folder, isolation);
    const alone = await openPage(browser, folder, {});
    bench('isolated, as many threads as cores', () => isolated.page.evaluate('lstmStep()'));
    bench('not isolated, one thread', () => alone.page.evaluate('lstmStep()'));
    bench('the way there and back', () => alone.page.evaluate('0'));
  },
);
