// How a test talks to its scripts: one JSON object a line in, `{"request": argument}`, and one line out for each,
// `{"answer": …}` or `{"error": "…"}`. A script ends when its input does, however the test ended.

import { createInterface } from 'node:readline';

/** Answers requests one after the other with the function of that name, until the input ends; then tidies up. */
export async function answer(requests, tidyUp = async () => {}) {
  for await (const line of createInterface({ input: process.stdin })) {
    const [name, argument] = Object.entries(JSON.parse(line))[0];
    try {
      say({ answer: (await requests[name](argument)) ?? null });
    } catch (error) {
      say({ error: `${name}: ${error.stack}` });
    }
  }
  await tidyUp();
  process.exit(0);
}

/** Listens on a free port of the loopback and gives `127.0.0.1:port`. */
export async function listen(server) {
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${server.address().port}`;
}

function say(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
