// Looks at pages that it is given, on a phone in daylight and at a desk at night. Tells what is wrong with them.
//
// {"assets": {path: {type, text}}} what pages load.
// {"look": {name, html, axe}} tells the complaints; with `axe`, those of axe as well.
// With SCREENSHOTS set to a folder, pictures stay there: NAME-phone-light.png and so on, all four of them.

import { join } from 'node:path';

import { complaints, tooWide } from './axe.mjs';
import { launch } from './launch.mjs';
import { answer } from './requests.mjs';

const ORIGIN = 'http://localhost';
const WIDTHS = { phone: 320, desktop: 1280 };
const VIEWS = [
  ['phone', 'light'],
  ['desktop', 'dark'],
  ['phone', 'dark'],
  ['desktop', 'light'],
];
const folder = process.env.SCREENSHOTS;
const files = {};
let browser;
let page;

async function open() {
  browser = await launch();
  const context = await browser.newContext({ hasTouch: true });
  page = await context.newPage();
  await page.route('**', (route) => {
    const file = files[new URL(route.request().url()).pathname];
    return file ? route.fulfill({ contentType: file.type, body: file.text }) : route.abort();
  });
}

async function look({ name, html, axe }) {
  if (!page) await open();
  files['/'] = { type: 'text/html; charset=utf-8', text: html };
  const found = [];
  // Pictures are for people: without them, two of the four show every width and scheme, and one the narrow one.
  const views = folder ? VIEWS : VIEWS.slice(0, axe ? 2 : 1);
  for (const [device, colorScheme] of views) {
    await page.setViewportSize({ width: WIDTHS[device], height: 800 });
    await page.emulateMedia({ colorScheme });
    await page.goto(`${ORIGIN}/`);
    const told = await (axe ? complaints : tooWide)(page);
    found.push(...told.map((complaint) => `${device} ${colorScheme}: ${complaint}`));
    if (folder) await page.screenshot({ path: join(folder, `${name}-${device}-${colorScheme}.png`), fullPage: true });
  }
  return found;
}

answer({ look, assets: (assets) => void Object.assign(files, assets) }, async () => browser?.close());
