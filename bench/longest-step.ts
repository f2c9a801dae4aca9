import { MAX_BODY_BYTES, MAX_PARSED_BYTES } from '../functions/runtime/request-guard.ts';
import { CHAINS, CHAINS_URL, chainsBucket } from '../test/functions/chains-bucket.ts';
import { MINTER } from '../test/functions/rotation-world.ts';
import { type Bench, type Figure, figureOf } from './figures/figure.ts';
import { FUNCTIONS } from './processes/image.ts';
import { type Deployed, type MeasuredProcess, startFunction } from './processes/process.ts';
import { AUDITOR } from './worlds/audited-world.ts';
import { type Cloud, openCloud } from './worlds/cloud.ts';
import { identityOf, send } from './worlds/fleet.ts';
import { HOSTILE, hostileWorld, STATE } from './worlds/hostile.ts';
import { changeAll, changeOne, fileOf, publishedTextOf } from './worlds/large-fleet.ts';

/** docs/threat-model.md: no input that an attacker may choose keeps a function busy for longer at a time. */
const LIMIT_MS = 100;
const ROUNDS = 3;

/** The median of the rounds is judged: the compiler of V8, and a collection of the whole heap, make some longer. */
async function judged(
  what: string,
  measured: MeasuredProcess,
  work: () => Promise<unknown>,
  rounds = ROUNDS,
): Promise<Figure> {
  const steps: number[] = [];
  for (let round = 0; round < rounds; round++) steps.push(await measured.longestStep(work));
  return figureOf({
    name: `longest step with ${what}`,
    unit: 'ms of CPU',
    against: 'the limit',
    pairs: steps.map((step) => [step, LIMIT_MS]),
    budget: 1,
  });
}

const deploy = async (cloud: Cloud, target: string, account: string, more = {}) =>
  startFunction(FUNCTIONS, target, {
    HOPMINT_CLOUD: cloud.url,
    HOPMINT_CHAINS: CHAINS_URL,
    HOPMINT_PROJECT: 'acme-ops',
    ...(await identityOf(cloud, account)),
    ...more,
  });

/** Text of `length` characters that JSON.parse accepts, or reads to its end. */
const SHAPES: readonly { readonly shape: string; of(length: number): string }[] = [
  { shape: 'one text', of: (length) => JSON.stringify('a'.repeat(length - 2)) },
  { shape: 'escapes', of: (length) => `"${'\\u0041'.repeat(length / 6 - 1)}"` },
  { shape: 'lists in lists', of: (length) => '['.repeat(length / 2) + ']'.repeat(length / 2) },
  { shape: 'open lists', of: (length) => '['.repeat(length) },
  {
    shape: 'objects in objects',
    of: (length) => `${'{"a":'.repeat(length / 6 - 1)}1${'}'.repeat(length / 6 - 1)}`,
  },
  { shape: 'small objects', of: (length) => `[${'{},'.repeat(length / 3 - 2)}{}]` },
  { shape: 'numbers', of: (length) => `[${'0,'.repeat(length / 2 - 2)}0]` },
  { shape: 'long numbers', of: (length) => `[1${'1'.repeat(length - 4)}]` },
  {
    shape: 'names',
    of: (length) => `{${Array.from({ length: length / 12 - 1 }, (_, i) => `"${i}":0`).join()}}`,
  },
  { shape: 'spaces', of: (length) => `{}${' '.repeat(length - 2)}` },
];

const PATHS = { mint: ['/'], audit: ['/', '/failed', '/changed'] } as const;

/** The bodies of a shape: of any size that is accepted, of the size that is parsed, and inside a message. */
function bodiesOf({ of }: (typeof SHAPES)[number]): string[] {
  const inner = of(MAX_PARSED_BYTES * 0.74);
  const data = Buffer.from(inner).toString('base64');
  const message = { message: { data, messageId: '1' }, subscription: 's' };
  const rest = of(MAX_PARSED_BYTES - 60);
  return [
    of(MAX_BODY_BYTES),
    of(MAX_PARSED_BYTES),
    JSON.stringify(message),
    `{"message":{"data":"e30=","messageId":"1","attributes":${rest}}}`,
  ];
}

async function post(url: string, body: string | Buffer): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body });
  await response.arrayBuffer();
}

async function* bodies(): AsyncIterable<Figure> {
  const { seed, published } = hostileWorld({ title: '' });
  await using cloud = await openCloud({
    ...seed,
    objects: [{ ...CHAINS, text: published }],
    accounts: [...(seed as unknown as { accounts: object[] }).accounts],
  });
  for (const target of ['mint', 'audit'] as const) {
    await using deployed = await deploy(cloud, target, AUDITOR);
    await post(`${deployed.url}/`, '{}');
    for (const shape of SHAPES) {
      const texts = bodiesOf(shape);
      yield await judged(
        `bodies of ${shape.shape}, of up to 16 MiB, at ${target}`,
        deployed,
        async () => {
          for (const path of PATHS[target]) {
            for (const text of texts) await post(deployed.url + path, text);
          }
        },
      );
    }
  }
}

/** Audits on request, and the page in each format. */
async function auditAndRead(deployed: Deployed): Promise<void> {
  await post(`${deployed.url}/`, '{"message":{"data":"e30=","messageId":"1"}}');
  for (const format of ['html', 'json', 'sarif', 'prometheus']) {
    await send(deployed, { path: `/?format=${format}` });
  }
  await send(deployed, { path: '/status' });
}

async function* audits(): AsyncIterable<Figure> {
  for (const hostile of HOSTILE) {
    const { seed, published } = hostileWorld(hostile);
    await using cloud = await openCloud({ ...seed, objects: [{ ...CHAINS, text: published }] });
    const state = { HOPMINT_STATE: `gs://${STATE.bucket}/${STATE.name}` };
    await using deployed = await deploy(cloud, 'audit', AUDITOR, state);
    await auditAndRead(deployed);
    yield await judged(`an audit, with ${hostile.title}`, deployed, () => auditAndRead(deployed));
  }
}

/** A tick, as Pub/Sub pushes it. */
const tick = (deployed: Deployed) =>
  post(
    `${deployed.url}/`,
    '{"message":{"data":"e30=","messageId":"1"},"subscription":"projects/acme-ops/subscriptions/tick"}',
  );

async function* ticks(): AsyncIterable<Figure> {
  for (const hostile of HOSTILE.filter(({ secrets }) => secrets !== undefined)) {
    const { seed, published } = hostileWorld(hostile);
    await using cloud = await openCloud({ ...seed, objects: [{ ...CHAINS, text: published }] });
    await using deployed = await deploy(cloud, 'fanout', AUDITOR);
    await tick(deployed);
    yield await judged(`a tick, with ${hostile.title}`, deployed, () => tick(deployed));
  }
}

const FLEET = 100_000;

async function* chainFiles(): AsyncIterable<Figure> {
  const file = fileOf(FLEET);
  const changedOnce = changeOne(file);
  const worlds = [file, changedOnce, changeAll(changedOnce)].map((each) =>
    JSON.stringify({ accounts: [], objects: [{ ...CHAINS, text: publishedTextOf(each) }] }),
  );
  await using cloud = await openCloud({
    projects: [{ id: 'acme-ops' }],
    accounts: [{ email: MINTER }],
    buckets: [chainsBucket(`serviceAccount:${MINTER}`)],
  });
  await cloud.seed(worlds[0] ?? '');
  await using deployed = await deploy(cloud, 'mint', MINTER);
  const unknown = () =>
    post(
      `${deployed.url}/`,
      JSON.stringify({
        message: {
          data: Buffer.from(
            JSON.stringify({
              chain: 'unknown',
              definition: {},
              digest: '0'.repeat(64),
              replaces: 0,
              notAfter: new Date(Date.now() + 600_000).toISOString(),
            }),
          ).toString('base64'),
          messageId: '1',
        },
        subscription: 's',
      }),
    );
  await unknown();
  let next = 0;
  // Each round reads a new generation: one chain has changed, all have, and back.
  yield await judged(`a published file of ${FLEET} chains, read again`, deployed, async () => {
    await cloud.seed(worlds[++next % worlds.length] ?? '');
    await unknown();
  });
}

/** The longest time for which one input keeps a function from its other requests. */
export const bench: Bench = {
  name: 'longest-step',
  async *run() {
    yield* bodies();
    yield* audits();
    yield* ticks();
    yield* chainFiles();
  },
};
