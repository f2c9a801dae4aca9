import { request as send } from 'node:http';
import pLimit from 'p-limit';
import type { DeployedFunctions } from '../deployed-functions.ts';
import { type AnyRequest, anyRequests, ENTRY_POINTS } from './any-request.ts';

/** In the place of the token with which Pub/Sub signs its pushes. */
const PUSH_TOKEN = 'eyJhbGciOiJSUzI1NiJ9.swordfish';
const EXPECTED = [200, 204, 400, 403, 404, 405, 409, 413, 415];
const AT_ONCE = 10;

/**
 * Sends `count` requests to each entry point.
 *
 * @returns one line for each answer with another status or after more than five seconds, for each crash, and for each credential in the output
 */
export async function surprises(
  functions: DeployedFunctions,
  { count, seed }: { readonly count: number; readonly seed: number },
): Promise<string[]> {
  const found: string[] = [];
  const output: string[] = [];
  const atOnce = pLimit(AT_ONCE);
  for (const entry of ENTRY_POINTS) {
    const requests = anyRequests(entry, count, seed);
    await atOnce.map(requests, async (request) => {
      const { status, body, milliseconds } = await answerTo(functions, request);
      if (!EXPECTED.includes(status) || milliseconds > 5000) {
        found.push(`${status} after ${Math.round(milliseconds)} ms: ${textOf(request)}`);
      }
      output.push(body);
    });
  }
  const all = [...functions.lines, ...output].join('\n');
  found.push(...(all.match(/^.*"event":"crashed".*$|^ {4}at .*$/gm) ?? []));
  const { secrets, tokens } = functions.local.state;
  const payloads = [...secrets.values()].flatMap(({ versions }) =>
    versions.flatMap(({ data }) => (data ? [data, Buffer.from(data, 'base64').toString()] : [])),
  );
  const leaked = [PUSH_TOKEN, ...tokens.keys(), ...payloads].filter((secret) =>
    all.includes(secret),
  );
  return [...found, ...leaked.map(() => 'a credential is in the output')];
}

const textOf = ({ target, method, path, headers, body }: AnyRequest): string =>
  `${target} ${method} ${path} ${JSON.stringify(headers)} ${body.toString().slice(0, 300)}`;

type Answer = {
  readonly status: number;
  readonly body: string;
  readonly milliseconds: number;
};

/** Sends one request, without a library that would correct it. @returns status 0 when the connection breaks */
function answerTo(
  functions: DeployedFunctions,
  { target, method, path, headers, body }: AnyRequest,
): Promise<Answer> {
  const startedAt = performance.now();
  const { port } = new URL(functions[target].url);
  return new Promise((resolve) => {
    const done = (status: number, text: string) =>
      resolve({ status, body: text, milliseconds: performance.now() - startedAt });
    const request = send(
      {
        host: '127.0.0.1',
        port,
        method,
        path,
        headers: {
          ...headers,
          authorization: `Bearer ${PUSH_TOKEN}`,
          'content-length': body.length,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => done(response.statusCode ?? 0, Buffer.concat(chunks).toString()));
        response.on('error', () => done(0, ''));
      },
    );
    request.on('error', () => done(0, ''));
    request.end(body);
  });
}
