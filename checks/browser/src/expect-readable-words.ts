import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** Expects that a report has pictures, and that in each of them no word is cut off or over another, in whatever font the browser has. */
export async function expectReadableWords(page: Page): Promise<void> {
  const boxes = await page.evaluate(() =>
    [...document.querySelectorAll('figure svg')].map((svg) => {
      const edges = (element: Element) => {
        const { left, right, top, bottom } = element.getBoundingClientRect();
        return { left, right, top, bottom, text: element.textContent };
      };
      return { picture: edges(svg), words: [...svg.querySelectorAll('text')].map(edges) };
    }),
  );
  expect(boxes).not.toEqual([]);
  for (const { picture, words } of boxes) {
    expect(words.length).toBeGreaterThan(5);
    for (const [k, a] of words.entries()) {
      const isIn =
        a.left >= picture.left && a.right <= picture.right && a.top >= picture.top && a.bottom <= picture.bottom;
      expect(isIn, `${a.text} is cut off`).toBe(true);
      for (const b of words.slice(k + 1)) {
        // The boxes of two lines of text, one below the other, may share a pixel or two of white.
        const isOver = a.left < b.right && b.left < a.right && a.top < b.bottom - 3 && b.top < a.bottom - 3;
        expect(isOver, `${a.text} is over ${b.text}`).toBe(false);
      }
    }
  }
}
