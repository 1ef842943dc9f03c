// A person at a browser. After each step it tells the page that is shown:
// {status, url, heading, text, html, buttons, forms, hops, problems, foreign, canaries}: `buttons` are those and the
// links, other than to the same page in another language, `forms` the addresses that its forms post to, `hops` all
// addresses on the way there with their statuses, `problems` complaints of the browser (a script, form or style that was blocked), `foreign`
// the addresses outside this page's origin from which it wanted to load anything, `canaries` those that it asked for
// with that word in them. Nothing beyond the loopback is ever reached.
//
// {"open": url} {"click": name of a button or link} {"reload": null}
// {"fill": {name of a field, or # and its id: text, choice or file}}
// {"press": {name, until}} clicks, and {"wait": until} does not, and this page says those words then.
// {"axe": null} tells what axe finds on this page, and what of it is wider than the window.
// {"focus": name} goes to a field, {"type": text} types wherever the person is, {"at": null} tells [name, text] of that field.
// {"tab": name} opens another tab of that person, who is there from now on as somebody of that name.
// {"fail": {path, status}} lets whatever is asked for below that path fail with that status, or break off if that is null;
// {"mend": null} waits until that was felt twice, and ends it.
// {"forget": null} loses the cookies of that person.
// {"person": name} goes on in the profile of that person, new at first; {"without_scripts": name} has JavaScript off.
// With SCREENSHOTS set to a folder, a picture of every page stays there.

import { join } from 'node:path';

import { complaints } from './axe.mjs';
import { launch } from './launch.mjs';
import { answer } from './requests.mjs';

const PATIENCE = 50_000;
const people = new Map();
let browser;
let page;
let pictures = 0;

async function person(name, javaScriptEnabled = true) {
  browser ??= await launch();
  if (!people.has(name)) people.set(name, await newPage(javaScriptEnabled));
  page = people.get(name);
}

async function newPage(javaScriptEnabled) {
  const context = await browser.newContext({ viewport: { width: 480, height: 900 }, javaScriptEnabled });
  context.setDefaultTimeout(PATIENCE);
  await context.route(({ hostname }) => !['localhost', '127.0.0.1'].includes(hostname), (route) => route.abort());
  return watched(await context.newPage());
}

async function tab(name) {
  people.set(name, watched(await page.context().newPage()));
  await person(name);
}

/** Notes what a new page has to say. */
function watched(opened) {
  opened.seen = { hops: [], problems: [], foreign: [], canaries: [] };
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
  if (url.includes('canary')) opened.seen.canaries.push(url);
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
  return tell();
}

/** Takes a step that changes the page at hand, and tells what it is then. */
async function stay(action, words) {
  Object.assign(page.seen, { problems: [] });
  const seen = page.getByText(words).first().waitFor();
  await Promise.all([seen, action()]);
  return tell();
}

async function tell() {
  await keepPicture();
  return {
    ...page.seen,
    url: page.url(),
    heading: await heading(),
    text: await page.locator('body').innerText(),
    html: await page.content(),
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

/** The first heading; not every provider's page has one. */
async function heading() {
  const first = page.locator('h1').first();
  return (await first.count()) > 0 ? first.innerText() : page.title();
}

async function fill(fields) {
  for (const [name, text] of Object.entries(fields)) {
    const field = page.locator(name.startsWith('#') ? `[id="${name.slice(1)}"]` : `[name="${name}"]`);
    const kind = await field.first().evaluate((element) => element.type);
    if (kind === 'radio') await field.and(page.locator(`[value="${text}"]`)).check();
    else if (kind === 'file') await field.setInputFiles(text);
    else if (kind === 'select-one') await field.selectOption(text);
    else await field.fill(text);
  }
}

async function fail({ path, status }) {
  const failing = ({ pathname }) => pathname.startsWith(path);
  let felt = 0;
  const twice = new Promise((resolve) => {
    page.mend = async () => {
      await twice;
      await page.unroute(failing);
    };
    page.route(failing, (route) => {
      felt += 1;
      if (felt === 2) resolve();
      return status ? route.fulfill({ status, body: 'out of order' }) : route.abort('connectionreset');
    });
  });
}

function at() {
  return page.evaluate(() => [document.activeElement.name ?? null, document.activeElement.value ?? null]);
}

function named(name) {
  const words = page.locator('button, a, summary').filter({ hasText: name });
  return words.or(page.locator(`input[type=submit][value="${name}"]`));
}

answer(
  {
    person,
    tab,
    fill,
    fail,
    mend: () => page.mend(),
    forget: () => page.context().clearCookies(),
    focus: (name) => page.locator(`[name="${name}"]`).focus(),
    type: (text) => page.keyboard.type(text),
    at,
    open: (url) => step(() => page.goto(url, { waitUntil: 'commit' })),
    click: (name) => step(() => named(name).click()),
    press: ({ name, until }) => stay(() => named(name).first().click(), until),
    wait: (until) => stay(() => {}, until),
    axe: () => complaints(page),
    without_scripts: (name) => person(name, false),
    reload: () => step(() => page.reload({ waitUntil: 'commit' })),
  },
  async () => browser?.close(),
);
