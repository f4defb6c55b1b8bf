import type { Page } from 'playwright-core';

/** Whether a page is no wider than what shows it, so that one reads it by scrolling downward alone. */
export const isWithinWindow = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);
