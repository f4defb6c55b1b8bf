import type { Browser, Page } from 'playwright-core';
import { serve } from './serve';

export interface OpenPage {
  readonly page: Page;
  close(): Promise<void>;
}

/** What a server sends with every file of a page that is to be cross-origin isolated. */
export const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
} as const;

/** Serves the folder with these headers, from an address of its own, and opens its page. */
export async function openPage(
  browser: Browser,
  folder: string,
  headers: Readonly<Record<string, string>>,
): Promise<OpenPage> {
  const site = await serve(folder, headers);
  const page = await browser.newPage();
  await page.goto(site.url);
  return {
    page,
    close: async () => {
      await page.close();
      site.close();
    },
  };
}
