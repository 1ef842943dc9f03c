// What axe, which knows the rules of accessible pages, has to say about a page; and whether it has to be scrolled sideways.

import axe from 'axe-core';

/** Lists complaints: the rule, and where it is broken. */
export async function complaints(page) {
  // Evaluated from outside, so the page's policy does not matter.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => globalThis.axe.run({ resultTypes: ['violations'] }));
  const broken = violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`));
  return [...broken, ...(await tooWide(page))];
}

/** Lists what does not fit into the window. */
export function tooWide(page) {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const wide = [...document.querySelectorAll('main *')].filter((part) => part.getBoundingClientRect().right > clientWidth);
    return [`wider than the window: ${wide.map((part) => part.outerHTML.slice(0, 80)).join(' ')}`];
  });
}
