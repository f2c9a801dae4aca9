import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseLedger } from '../../shared/domain/rotation/ledger/ledger.ts';
import {
  CHAINS,
  type DeployedFunctions,
  deployFunctions,
  email,
  TOPIC,
} from './deployed-functions.ts';
import { startAt } from './start-function.ts';

let functions: DeployedFunctions;
let local: DeployedFunctions['local'];
let lines: readonly string[];
beforeAll(async () => {
  functions = await deployFunctions({ HOPMINT_ROTATED: '1' });
  ({ local, lines } = functions);
}, 30_000);
afterAll(() => functions?.close());

type Line = Readonly<Record<string, unknown>>;
const parsed = (line: string): Line => {
  try {
    return JSON.parse(line) as Line;
  } catch {
    return { notJson: line };
  }
};
const logged = (holds: (line: Line) => boolean): Line[] => lines.map(parsed).filter(holds);

/** Subscribes `fanout` and `mint`. */
function subscribe(): void {
  for (const [topic, name] of [
    ['tick', 'fanout'],
    ['mint', 'mint'],
  ] as const) {
    const subscription = `projects/acme-ops/subscriptions/to-${name}`;
    local.state.subscriptions.delete(subscription);
    local.state.subscriptions.set(subscription, {
      name: subscription,
      topic: TOPIC + topic,
      pushConfig: { pushEndpoint: `${functions[name].url}/` },
      ackDeadlineSeconds: 120,
      messageRetentionSeconds: 600,
      labels: {},
    });
  }
}

const ledgerOf = (chain: string) =>
  parseLedger(local.state.secrets.get(`projects/acme-ops/secrets/${chain}`)?.annotations ?? {});

async function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 15_000;
  while (!holds() && performance.now() < deadline) await sleep(25);
}

describe('under the real functions-framework, each function with its own identity', () => {
  it('fanout and mint answer a probing tick in their logs, and rotate nothing', async () => {
    subscribe();
    const versions = () => local.state.requests.filter(({ path }) => path.endsWith(':addVersion'));
    await fetch(`${local.url}/_local/tick`, { method: 'POST', body: '{"probe":"p-1"}' });
    await until(() => logged(({ probe }) => probe === 'p-1').length === 2);
    const answers = logged(({ probe }) => probe === 'p-1');
    expect(answers).toMatchObject([{ event: 'probe' }, { event: 'probe' }]);
    expect(new Set(answers.map(({ correlationId }) => correlationId)).size).toBe(2);
    expect(versions()).toEqual([]);
  });

  it('a tick rotates every chain', async () => {
    subscribe();
    const ticked = await fetch(`${local.url}/_local/tick`, {
      method: 'POST',
      body: JSON.stringify({ force: true }),
    });
    expect(ticked.status).toBe(200);
    await until(() => CHAINS.every((chain) => ledgerOf(chain)?.current === 1));
    for (const chain of CHAINS) {
      expect(ledgerOf(chain)).toMatchObject({ current: 1, unproven: false });
    }
  });

  it('a rotation without a topic to announce it is minted, with a warning that says so', async () => {
    const mintedLines = () => logged(({ event }) => event === 'minted');
    await until(() => mintedLines().length >= CHAINS.length);
    for (const line of mintedLines()) {
      expect(line).toMatchObject({
        severity: 'WARNING',
        unannounced: { reason: 'publish-denied' },
      });
    }
    expect(mintedLines().length).toBeGreaterThanOrEqual(CHAINS.length);
  });

  // firebase/firebase-functions#661 and world-federation-of-advertisers/cross-media-measurement#3944: events were dropped without a sign.
  it('answers a malformed request with an acknowledgement, and says so in the log', async () => {
    const data = Buffer.from('{"chain": 7}').toString('base64');
    const answer = await fetch(functions.mint.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ message: { data, messageId: '1' }, subscription: 's' }),
    });
    expect(answer.status).toBe(204);
    await until(() => lines.some((line) => line.includes('message-malformed')));
    expect(lines.join('\n')).toMatch(/message-malformed/);
  });

  describe('in the log, one trace', () => {
    const TRACE = 'logging.googleapis.com/trace';
    const SPAN = 'logging.googleapis.com/spanId';
    const [traceId, parent] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7'];
    const traceparent = `00-${traceId}-${parent}-01`;

    /** A tick as Pub/Sub pushes it, by way of Cloud Run, which begins a trace for each request. */
    const tick = async (messageId: string, headers: object, attributes: object) => {
      const data = Buffer.from('{"force":true}').toString('base64');
      const pushed = await fetch(functions.fanout.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ message: { data, messageId, attributes }, subscription: 's' }),
      });
      expect(pushed.status).toBe(204);
    };
    const rotated = async (correlationId: string, events: readonly string[], count: number) => {
      const found = () =>
        logged(
          (line) => line.correlationId === correlationId && events.includes(String(line.event)),
        );
      await until(() => found().length >= count);
      expect(found()).toHaveLength(count);
      return found();
    };

    it('leads from a tick to the version of each chain', async () => {
      subscribe();
      await tick('traced-1', { traceparent }, {});
      const all = await rotated('traced-1', ['tick', 'minted'], 3);
      for (const line of all) {
        expect(line).toMatchObject({
          [TRACE]: `projects/acme-ops/traces/${traceId}`,
          'logging.googleapis.com/trace_sampled': true,
        });
        expect(line[SPAN]).toMatch(/^[0-9a-f]{16}$/);
      }
      expect(new Set(all.map((line) => line[SPAN])).size).toBe(3);
      const versions = all.flatMap(({ chain, version }) =>
        version ? [`${chain} ${version}`] : [],
      );
      expect(versions.sort()).toEqual(
        CHAINS.map((chain) => `${chain} ${ledgerOf(chain)?.current}`),
      );
    });

    it('leads from a tick that carries one to the diagnosis of the chain that fails', async () => {
      local.state.subscriptions.set('projects/acme-ops/subscriptions/to-audit', {
        name: 'projects/acme-ops/subscriptions/to-audit',
        topic: `${TOPIC}failed`,
        pushConfig: { pushEndpoint: `${functions.audit.url}/failed` },
        ackDeadlineSeconds: 120,
        messageRetentionSeconds: 600,
        labels: {},
      });
      const target = `projects/acme-ops/serviceAccounts/${email('target')}`;
      const policy = local.state.policies.get(target);
      local.state.policies.delete(target);
      try {
        // The trace of the request that pushes it is another.
        const pushing = `00-${'a'.repeat(32)}-${parent}-00`;
        await tick('traced-2', { traceparent: pushing }, { googclient_traceparent: traceparent });
        const all = await rotated('traced-2', ['mint-failed', 'diagnosed'], 2);
        for (const line of all) {
          expect(line).toMatchObject({
            chain: 'export',
            [TRACE]: `projects/acme-ops/traces/${traceId}`,
          });
        }
      } finally {
        local.state.policies.set(target, policy ?? {});
        local.state.subscriptions.delete('projects/acme-ops/subscriptions/to-audit');
      }
    });

    it('is kept apart from that of a tick that comes at the same time', async () => {
      const ids = ['c'.repeat(32), 'd'.repeat(32), 'e'.repeat(32)];
      await Promise.all(
        ids.map((id) => tick(`at-once-${id}`, { traceparent: `00-${id}-${parent}-00` }, {})),
      );
      for (const id of ids) {
        const all = await rotated(`at-once-${id}`, ['tick', 'minted', 'mint-failed'], 3);
        expect(new Set(all.map((line) => line[TRACE]))).toEqual(
          new Set([`projects/acme-ops/traces/${id}`]),
        );
      }
    });

    it.each([
      { title: 'no trace', attributes: {} },
      {
        title: 'a text that is not a traceparent',
        attributes: { googclient_traceparent: 'swordfish' },
      },
      {
        title: 'zeros',
        attributes: { googclient_traceparent: `00-${'0'.repeat(32)}-${parent}-01` },
      },
      { title: 'upper case', attributes: { googclient_traceparent: traceparent.toUpperCase() } },
      {
        title: 'a second line',
        attributes: { googclient_traceparent: `${traceparent}\n{"severity":"ERROR"}` },
      },
      {
        title: 'a longer one',
        attributes: { googclient_traceparent: `${traceparent}-${'x'.repeat(1000)}` },
      },
      { title: 'another project', attributes: { googclient_traceparent: '../../p/traces/1' } },
    ])('begins again when a message has $title', async ({ title, attributes }) => {
      const id = `hostile-${title.replaceAll(' ', '-')}`;
      await tick(id, {}, attributes);
      const all = await rotated(id, ['tick', 'minted'], 3);
      const begun = new Set(all.map((line) => line[TRACE]));
      expect([...begun]).toEqual([
        expect.stringMatching(/^projects\/acme-ops\/traces\/(?!4bf92f|0{32})[0-9a-f]{32}$/),
      ]);
    });
  });

  it('logs nothing that its catalogue does not name', async () => {
    const rows = (await readFile('docs/deployment/metrics.md', 'utf8')).split('\n');
    const codes = (row = '') => [...row.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
    const [common, firsts] = [
      rows.flatMap(codes),
      new Map(rows.map((row) => [codes(row)[0], row])),
    ];
    const every = [
      'severity',
      'message',
      'time',
      'cloud',
      ...common.filter((c) => c.includes('.')),
    ];
    const seen = new Set<unknown>();
    for (const line of logged(() => true)) {
      seen.add(line.event);
      const row = firsts.get(String(line.event));
      const fields = Object.keys(line).filter((key) => !every.includes(key));
      expect(codes(row)).toEqual(expect.arrayContaining(fields.filter((key) => key !== 'event')));
      expect(row).toContain(line.severity);
    }
    expect([...seen]).toEqual(
      expect.arrayContaining(['tick', 'minted', 'mint-failed', 'diagnosed']),
    );
  });

  it('audits the hops, as JSON and as text', async () => {
    const json = await (await fetch(`${functions.audit.url}/?format=json`)).json();
    expect(json).toMatchObject({
      clean: true,
      chains: [
        { name: 'export', state: 'ok', hops: [{ state: 'ok' }, { state: 'ok' }] },
        { name: 'stamp', state: 'ok', hops: [{ state: 'ok' }] },
      ],
      findings: [],
    });
    const answer = await fetch(functions.audit.url, { headers: { accept: 'text/plain' } });
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(await answer.text()).toMatch(/^ok +export/m);
  });

  it('says which formats there are, when asked for another', async () => {
    const answer = await fetch(`${functions.audit.url}/?format=pdf`);
    expect([answer.status, await answer.text()]).toEqual([
      400,
      expect.stringMatching(/json, html, sarif, prometheus, text/),
    ]);
  });

  it('authenticates without gcloud, which need not be there', () => {
    expect(local.state.requests.length).toBeGreaterThan(0);
    expect(functions.gcloudCalls()).toBe('');
  });

  it('logs structured lines that say LOCAL, with no credential in them', () => {
    const all = lines.join('\n');
    for (const line of lines) expect(JSON.parse(line)).toMatchObject({ cloud: 'LOCAL' });
    for (const { versions } of local.state.secrets.values()) {
      for (const { data = '' } of versions.filter(({ state }) => state === 'ENABLED')) {
        expect(all).not.toContain(data);
        expect(all).not.toContain(Buffer.from(data, 'base64').toString());
      }
    }
    for (const token of local.state.tokens.keys()) expect(all).not.toContain(token);
  });
});

it('the functions print nothing but lines of JSON', () => {
  expect(lines.length).toBeGreaterThan(10);
  expect(logged(({ notJson }) => notJson !== undefined)).toEqual([]);
});

// Port 0 is free for certain. A port that was free a moment ago may belong to another program, which then answers in place of the function.
it('a function whose port belongs to another program does not start', async () => {
  const starting = startAt(local, {
    target: 'fanout',
    account: email('fanout'),
    port: Number(new URL(local.url).port),
    log: () => undefined,
  });
  await expect(starting).rejects.toThrow(/^fanout ended with 1/);
});
