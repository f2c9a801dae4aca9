import { readFile } from 'node:fs/promises';
import { request as send } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { runs } from '../../runs.ts';
import { type DeployedFunctions, deployFunctions } from '../deployed-functions.ts';
import { ENTRY_POINTS } from './any-request.ts';
import { surprises } from './fuzz.ts';

const MIB = 1024 * 1024;

let functions: DeployedFunctions;
beforeAll(async () => {
  functions = await deployFunctions({ DEBUG: '*' });
}, 30_000);
afterAll(() => functions?.close());

type Sent = {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: Buffer | readonly Buffer[];
};

/** @param body pieces are sent without a content length */
const ask = (
  target: 'fanout' | 'mint' | 'audit',
  { method = 'POST', path = '/', headers, body = Buffer.from('{}') }: Sent,
) =>
  new Promise<number>((resolve, reject) => {
    const { port } = new URL(functions[target].url);
    const type = { 'content-type': 'application/json' };
    const request = send(
      { host: '127.0.0.1', port, method, path, headers: { ...type, ...headers } },
      (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      },
    );
    request.on('error', reject);
    for (const piece of Array.isArray(body) ? (body as Buffer[]) : []) request.write(piece);
    request.end(method === 'GET' || Array.isArray(body) ? undefined : body);
  });

/** Sends a body that is chunked already. */
const askRaw = (target: 'fanout' | 'mint' | 'audit', path: string, chunks: Buffer) =>
  new Promise<number>((resolve, reject) => {
    const socket = connect(Number(new URL(functions[target].url).port), '127.0.0.1');
    socket.once('error', reject);
    socket.once('data', (answer) => {
      resolve(Number(/^HTTP\/1.1 (\d+)/.exec(answer.toString())?.[1]));
      socket.destroy();
    });
    const headers = [
      'Host: localhost',
      'Content-Type: application/json',
      'Transfer-Encoding: chunked',
    ];
    socket.write([`POST ${path} HTTP/1.1`, ...headers, '', ''].join('\r\n'));
    socket.write(chunks);
  });

const PUSH_PATHS = [
  { target: 'fanout', path: '/' },
  { target: 'mint', path: '/' },
  { target: 'audit', path: '/failed' },
  { target: 'audit', path: '/changed' },
] as const;

describe.each(ENTRY_POINTS)('$target $path', ({ target, path }) => {
  it.each([
    { what: 'a form', type: 'application/x-www-form-urlencoded' },
    { what: 'a form with files', type: 'multipart/form-data; boundary=x' },
    { what: 'a form as text', type: 'text/plain' },
    { what: 'a body without a type', type: '' },
  ])('refuses $what of a web page', async ({ type }) => {
    expect(await ask(target, { path, headers: { 'content-type': type } })).toBe(415);
  });

  it.each([
    { what: 'a page of another site', headers: { origin: 'https://evil.example' } },
    { what: 'a page in a sandbox', headers: { origin: 'null' } },
    { what: 'a host name that resolves to loopback', headers: { host: 'evil.example' } },
  ])('refuses $what', async ({ headers }) => {
    expect(await ask(target, { path, headers })).toBe(403);
    expect(await ask(target, { method: 'GET', path, headers })).toBe(403);
  });

  it('refuses a compressed body', async () => {
    const headers = { 'content-encoding': 'gzip' };
    expect(await ask(target, { path, headers, body: gzipSync('{}') })).toBe(415);
  });

  it('refuses a body over 16 MiB, with and without a content length', async () => {
    const piece = Buffer.alloc(MIB, 'e');
    const pieces = Array.from({ length: 17 }, () => piece);
    expect(await ask(target, { path, body: Buffer.concat(pieces) })).toBe(413);
    expect(await ask(target, { path, body: pieces })).toBe(413);
  });

  // A list of the pieces took 500 MB for 1 MiB, which ends a function with 512 MiB.
  it('refuses a body in a million pieces, and keeps its memory', async () => {
    const memory = async () => {
      const status = await readFile(`/proc/${functions[target].pid}/status`, 'utf8').catch(
        () => '',
      );
      return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
    };
    const before = await memory();
    const chunks = Buffer.from('1\r\n0\r\n'.repeat(MIB));
    expect(await askRaw(target, path, chunks)).toBe(413);
    expect((await memory()) - before).toBeLessThan(100);
  });
});

describe.each(PUSH_PATHS)('$target $path', ({ target, path }) => {
  const malformedLines = () =>
    functions.lines.filter((line) => line.includes('message-malformed')).length;

  it.each([
    { what: 'no JSON', body: 'swordfish {' },
    { what: 'an empty body', body: '' },
    { what: 'null', body: 'null' },
    { what: 'an array', body: '[{"message":{}}]' },
    { what: 'no message', body: '{"subscription":"s"}' },
    { what: 'a message of another type', body: '{"message":"e30="}' },
    { what: 'data of another type', body: '{"message":{"data":{"a":1}}}' },
    {
      what: 'an event of Firebase',
      body: '{"data":{},"context":{"eventType":"providers/firebase.database/eventTypes/ref.write","resource":"x"}}',
    },
    { what: '600 KiB', body: `{"message":{"data":"${'e'.repeat(600 * 1024)}"}}` },
    {
      what: 'attributes of a wrong type',
      body: JSON.stringify({
        message: { attributes: Array.from({ length: 90_000 }, (_, i) => i) },
      }),
    },
    { what: '2 MiB', body: `{"message":{"data":"${'e'.repeat(2 * MIB)}"}}` },
  ])('acknowledges $what, and logs one line', async ({ body }) => {
    const before = malformedLines();
    expect(await ask(target, { path, body: Buffer.from(body) })).toBe(204);
    for (let waited = 0; malformedLines() === before && waited < 2000; waited += 10) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(malformedLines() - before).toBe(1);
    expect(functions.lines.join('\n')).not.toContain('swordfish {');
  });
});

// Until its first audit, the function holds a change for a minute.
it('answers any request within a second, without a crash and without a credential', async () => {
  await ask('audit', {});
  expect(await surprises(functions, { count: runs(25), seed: 17 })).toEqual([]);
}, 600_000);
