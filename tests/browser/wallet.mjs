// A wallet on the SDK that wallets use. It finds the KYC server as a wallet does, by the stellar.toml of the anchor's
// home domain, which this script serves.
//
// {"connect": {"kyc_server", "token"}} comes first, or {"sign_in": {"home_domain", "secret", "memo", "proves_domain",
// "signs_request"}}, which knows nothing but the home domain of `kycd dev` and gives the token; then {"add" | "update" | "read": parameters of the SDK}, where a
// binary field is a text in base64, and {"delete": {"account", "memo"}}. The answer is the SDK's, {"not_found": true}
// for its CustomerNotFoundError, {"refused": status, "error": …} for a refusal.

import { createServer } from 'node:http';

import { Keypair, TransactionBuilder } from '@stellar/stellar-sdk';
import sdk from '@stellar/typescript-wallet-sdk';

import { answer, listen } from './requests.mjs';

let customers;

async function connect({ kyc_server, token }) {
  const toml = `KYC_SERVER = "${kyc_server}"\nACCOUNTS = []\n[DOCUMENTATION]\nORG_NAME = "Example Anchor"\n`;
  const homeDomain = await listen(
    createServer((request, response) => {
      response.statusCode = request.url === '/.well-known/stellar.toml' ? 200 : 404;
      response.end(toml);
    }),
  );
  const anchor = sdk.walletSdk.Wallet.TestNet().anchor({ homeDomain, allowHttp: true });
  customers = await anchor.sep12(sdk.Types.AuthToken.from(token));
}

async function signIn({ home_domain, secret, memo, proves_domain, signs_request }) {
  const anchor = sdk.walletSdk.Wallet.TestNet().anchor({ homeDomain: home_domain, allowHttp: true });
  const auth = await anchor.sep10();
  const token = await auth.authenticate({
    accountKp: sdk.SigningKeypair.fromSecret(secret),
    memoId: memo,
    ...(proves_domain ? await domainOfItsOwn() : {}),
    authHeaderSigner: signs_request ? new sdk.DefaultAuthHeaderSigner() : undefined,
  });
  customers = await anchor.sep12(token);
  return token.token;
}

// The domain of the wallet's maker, where its key signs whatever the wallet asks for.
async function domainOfItsOwn() {
  const key = Keypair.random();
  const address = await listen(
    createServer((request, response) => {
      response.statusCode = request.url === '/.well-known/stellar.toml' ? 200 : 404;
      response.end(`SIGNING_KEY = "${key.publicKey()}"\n`);
    }),
  );
  const signWithDomainAccount = async ({ transactionXDR, networkPassphrase }) => {
    const transaction = TransactionBuilder.fromXDR(transactionXDR, networkPassphrase);
    transaction.sign(key);
    return transaction;
  };
  const walletSigner = { ...sdk.DefaultSigner, signWithDomainAccount };
  return { clientDomain: address.replace('127.0.0.1', 'localhost'), walletSigner };
}

function withBinary({ sep9BinaryInfo, ...parameters }) {
  if (!sep9BinaryInfo) return parameters;
  const buffers = Object.entries(sep9BinaryInfo).map(([name, text]) => [name, Buffer.from(text, 'base64')]);
  return { ...parameters, sep9BinaryInfo: Object.fromEntries(buffers) };
}

async function orRefusal(call) {
  try {
    return await call();
  } catch (error) {
    if (error.response) return { refused: error.response.status, ...error.response.data };
    if (error instanceof sdk.Exceptions.CustomerNotFoundError) return { not_found: true };
    throw error;
  }
}

answer({
  connect,
  sign_in: signIn,
  add: (parameters) => orRefusal(() => customers.add(withBinary(parameters))),
  update: (parameters) => orRefusal(() => customers.update(withBinary(parameters))),
  read: (parameters) => orRefusal(() => customers.getCustomer(parameters)),
  delete: ({ account, memo }) => orRefusal(() => customers.delete(account, memo)),
});
