import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';

export interface OpenReport {
  readonly page: Page;
  /** Addresses other than the file's own and those that hold their data. */
  readonly requests: readonly string[];
  /** Errors, and whatever was said on the console. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

/** Opens a report without a network, as from a folder; what it asks for or complains of is kept. */
export async function openReport(
  browser: Browser,
  file: string,
  width: number,
  colorScheme: 'light' | 'dark' = 'light',
): Promise<OpenReport> {
  const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme, offline: true });
  const page = await context.newPage();
  const own = `${pathToFileURL(file)}`;
  const [requests, complaints]: [string[], string[]] = [[], []];
  page.on('request', (request) => {
    const url = request.url();
    if (url !== own && !url.startsWith('data:')) requests.push(url);
  });
  page.on('requestfailed', (request) => complaints.push(`${request.url()}: ${request.failure()?.errorText}`));
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(own, { waitUntil: 'load' });
  return { page, requests, complaints, close: () => context.close() };
}
