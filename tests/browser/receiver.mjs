// A wallet that receives callbacks, and verifies them as SEP-12 tells it to, with the key of the Stellar SDK.
//
// {"listen": {"seed"}} comes first, the seed of the anchor's signing key, and gives the URL to register; with "tls" it is
// an https one, and that are options of Node's. {"next": null} gives the next callback: {"headers", "body", "verified":
// {header: boolean}}. {"refusals": null} gives how many connections came to no request.

import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';

import stellar from '@stellar/stellar-sdk';

import { answer, listen } from './requests.mjs';

const FRESH = 60;

const callbacks = [];
let waiting = () => {};
let refusals = 0;
let signingKey;
let host;

function verify(header, body) {
  const [, t, s] = /^t=(\d+), s=(\S+)$/.exec(header ?? '') ?? [];
  if (!t || Math.abs(Date.now() / 1000 - Number(t)) > FRESH) return false;
  return signingKey.verify(Buffer.from(`${t}.${host}.${body}`), Buffer.from(s, 'base64'));
}

async function receive(request, response) {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  const { headers } = request;
  const names = ['signature', 'x-stellar-signature'];
  const verified = Object.fromEntries(names.map((name) => [name, verify(headers[name], body)]));
  callbacks.push({ headers, body: JSON.parse(body), verified });
  response.end();
  waiting();
}

answer({
  listen: async ({ seed, tls }) => {
    signingKey = stellar.Keypair.fromPublicKey(stellar.Keypair.fromSecret(seed).publicKey());
    const server = tls ? createSecureServer({ ...tls, key: tls.cert }, receive) : createServer(receive);
    server.on('tlsClientError', () => (refusals += 1));
    const address = await listen(server);
    host = address.replace('127.0.0.1', 'localhost');
    return `${tls ? 'https' : 'http'}://${host}/callbacks`;
  },
  next: async () => {
    while (callbacks.length === 0) await new Promise((resolve) => (waiting = resolve));
    return callbacks.shift();
  },
  refusals: () => refusals,
});
