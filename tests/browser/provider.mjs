// A certified OpenID provider with its own login and consent pages. Any login and password will do; who that is, is
// told by {"register": …}.
//
// {"listen": null} gives its issuer, {"register": {"redirect_uri", "client", "claims"}} makes it work, with whatever else
// is to be said of its only client: until then its requests wait, so that client and provider can each need to know the other's address first.

import { createServer } from 'node:http';

import Provider from 'oidc-provider';

import { answer, listen } from './requests.mjs';

// It would say at every start that it is not fit for production like this, partly where our answers go.
console.info = console.warn = () => {};

let register;
const provider = new Promise((resolve) => (register = resolve));
const server = createServer(async (request, response) => (await provider)(request, response));
let issuer;

function configuration({ redirect_uri, client, claims }) {
  return {
    clients: [{ redirect_uris: [redirect_uri], ...client }],
    features: { jwtUserinfo: { enabled: true }, pushedAuthorizationRequests: { enabled: true } },
    claims: { openid: ['sub'], profile: ['given_name', 'family_name'], email: ['email', 'email_verified'] },
    findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ sub, ...claims }) }),
    pkce: { required: () => true },
    cookies: { keys: ['a key of this test'] },
  };
}

answer({
  listen: async () => (issuer = `http://${await listen(server)}`),
  register: (client) => register(new Provider(issuer, configuration(client)).callback()),
});
