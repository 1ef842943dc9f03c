// A person at a browser. After each step it tells the page that is shown:
// {status, url, heading, text, buttons, forms, hops, problems, foreign}: `buttons` are those and the links, other than
// to the same page in another language, `forms` the addresses that its forms post to, `hops` all addresses on the way
// there with their statuses, `problems` complaints of the browser (a script, form or style that was blocked), `foreign`
// the addresses outside this page's origin from which it wanted to load anything. Nothing beyond the loopback is ever
// reached.
//
// {"open": url} {"click": name of a button or link} {"fill": {name of a field: text}} {"reload": null}
// {"person": name} goes on in the profile of that person, new at first.
// With SCREENSHOTS set to a folder, a picture of every page stays there.

import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { chromium } from 'playwright-core';

import { answer } from './requests.mjs';

const PATIENCE = 20_000;
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome'];
const people = new Map();
let browser;
let page;
let pictures = 0;

function findChromium() {
  const named = process.env.PUPPETEER_EXECUTABLE_PATH;
  const folders = process.env.PATH.split(delimiter);
  const usual = PROGRAMS.flatMap((name) => folders.map((folder) => join(folder, name)));
  const found = [named, ...usual].find((path) => path && existsSync(path));
  if (!found) throw new Error('no Chromium found: install it (Debian: apt-get install chromium)');
  return found;
}

async function person(name) {
  browser ??= await chromium.launch({ executablePath: findChromium(), args: FLAGS });
  if (!people.has(name)) people.set(name, await newPage());
  page = people.get(name);
}

async function newPage() {
  const context = await browser.newContext({ viewport: { width: 480, height: 900 } });
  context.setDefaultTimeout(PATIENCE);
  await context.route(({ hostname }) => !['localhost', '127.0.0.1'].includes(hostname), (route) => route.abort());
  const opened = await context.newPage();
  opened.seen = { hops: [], problems: [], foreign: [] };
  opened.on('request', (request) => noticeRequest(opened, request));
  opened.on('response', (response) => {
    if (!isPage(opened, response.request())) return;
    opened.seen.status = response.status();
    opened.seen.hops.push([response.url(), response.status()]);
  });
  opened.on('pageerror', (error) => opened.seen.problems.push(error.message));
  opened.on('console', (message) => {
    // That a page is an error is reported here as well; its status says it already.
    const told = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !told) opened.seen.problems.push(message.text());
  });
  return opened;
}

function isPage(opened, request) {
  return request.isNavigationRequest() && request.frame() === opened.mainFrame();
}

function noticeRequest(opened, request) {
  const url = request.url();
  if (isPage(opened, request)) {
    opened.seen.foreign = [];
  } else if (url.startsWith('http') && new URL(url).origin !== new URL(opened.url()).origin) {
    opened.seen.foreign.push(url);
  }
}

/** Takes a step that leads to another page, and tells which. */
async function step(action) {
  Object.assign(page.seen, { hops: [], problems: [] });
  try {
    await Promise.all([page.waitForEvent('load'), action()]);
  } catch (error) {
    throw new Error([error.message, ...page.seen.problems].join('\n'));
  }
  await keepPicture();
  return {
    ...page.seen,
    url: page.url(),
    heading: await page.locator('h1').first().innerText(),
    text: await page.locator('body').innerText(),
    buttons: await page.locator('button, a:not([hreflang])').allInnerTexts(),
    forms: await page.locator('form').evaluateAll((forms) => forms.map(({ action }) => action)),
  };
}

async function keepPicture() {
  const folder = process.env.SCREENSHOTS;
  if (!folder) return;
  pictures += 1;
  const name = `${process.pid}-${String(pictures).padStart(2, '0')}.png`;
  await page.screenshot({ path: join(folder, name), fullPage: true });
}

async function fill(fields) {
  for (const [name, text] of Object.entries(fields)) await page.locator(`[name="${name}"]`).fill(text);
}

answer(
  {
    person,
    fill,
    open: (url) => step(() => page.goto(url, { waitUntil: 'commit' })),
    click: (name) => step(() => page.locator('button, a').filter({ hasText: name }).click()),
    reload: () => step(() => page.reload({ waitUntil: 'commit' })),
  },
  async () => browser?.close(),
);
