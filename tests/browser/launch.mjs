// Chromium, wherever it is installed.

import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { chromium } from 'playwright-core';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
// The first starts in half the time: it is all of Chromium but its windows.
const PROGRAMS = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome'];

function findChromium() {
  const named = process.env.PUPPETEER_EXECUTABLE_PATH;
  const folders = process.env.PATH.split(delimiter);
  const usual = PROGRAMS.flatMap((name) => folders.map((folder) => join(folder, name)));
  const found = [named, ...usual].find((path) => path && existsSync(path));
  if (!found) throw new Error('no Chromium found: install it (Debian: apt-get install chromium-headless-shell)');
  return found;
}

export const launch = () => chromium.launch({ executablePath: findChromium(), args: FLAGS });
