// A wallet that receives callbacks, and verifies them as SEP-12 tells it to, with the key of the Stellar SDK.
//
// {"listen": {"seed"}} comes first, the seed of the anchor's signing key, and gives the URL to register;
// {"next": null} gives the next callback: {"headers", "body", "verified": {header: boolean}}.

import { createServer } from 'node:http';

import stellar from '@stellar/stellar-sdk';

import { answer, listen } from './requests.mjs';

const FRESH = 60;

const callbacks = [];
let waiting = () => {};
let signingKey;
let host;

function verify(header, body) {
  const [, t, s] = /^t=(\d+), s=(\S+)$/.exec(header ?? '') ?? [];
  if (!t || Math.abs(Date.now() / 1000 - Number(t)) > FRESH) return false;
  return signingKey.verify(Buffer.from(`${t}.${host}.${body}`), Buffer.from(s, 'base64'));
}

const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  const { headers } = request;
  const names = ['signature', 'x-stellar-signature'];
  const verified = Object.fromEntries(names.map((name) => [name, verify(headers[name], body)]));
  callbacks.push({ headers, body: JSON.parse(body), verified });
  response.end();
  waiting();
});

answer({
  listen: async ({ seed }) => {
    signingKey = stellar.Keypair.fromPublicKey(stellar.Keypair.fromSecret(seed).publicKey());
    host = await listen(server);
    return `http://${host}/callbacks`;
  },
  next: async () => {
    while (callbacks.length === 0) await new Promise((resolve) => (waiting = resolve));
    return callbacks.shift();
  },
});
