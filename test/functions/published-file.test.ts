import { setTimeout as sleep } from 'node:timers/promises';
import type { FunctionProcess } from '../../cli/commands/start/function.ts';
import { type LocalCloud, startLocalCloud } from '../../local/cloud.ts';
import { chainsBucket, compiled, publishAt } from './chains-bucket.ts';
import { startAt } from './start-function.ts';

const email = (name: string) => `${name}@acme-ops.iam.gserviceaccount.com`;
const AUDITOR = email('hopmint-audit');
const chain = (name: string) => `
  - name: ${name}
    target: ${email(name)}
    credential: { kind: id-token, audience: https://partner.example.com }
    secret: projects/acme-ops/secrets/${name}`;
const GOOD = compiled(`caller: ${email('minter')}\nchains:${chain('first')}${chain('second')}\n`);
const [HEADER = '', FIRST = '', SECOND = ''] = GOOD.split('\n');

let local: LocalCloud;
beforeAll(async () => {
  local = await startLocalCloud({
    seed: {
      projects: [
        {
          id: 'acme-ops',
          policy: {
            bindings: [
              { role: 'roles/secretmanager.viewer', members: [`serviceAccount:${AUDITOR}`] },
            ],
          },
        },
      ],
      accounts: [{ email: AUDITOR }, { email: email('minter') }],
      buckets: [chainsBucket(`serviceAccount:${AUDITOR}`)],
    },
  });
});
afterAll(() => local.close());

type Line = Readonly<Record<string, unknown>>;
const lines: Line[] = [];
/** Starts the audit function, under the real functions-framework. */
async function start(): Promise<FunctionProcess> {
  lines.length = 0;
  const log = (line: string) => lines.push(JSON.parse(line) as Line);
  return startAt(local, { target: 'audit', account: AUDITOR, log });
}

async function logged(event: string): Promise<Line> {
  for (let waited = 0; waited < 5000; waited += 25) {
    const found = lines.find((line) => line.event === event);
    if (found) return found;
    await sleep(25);
  }
  throw new Error(`no line of the log has the event ${event}`);
}

type Report = { chainFile: { generation: string; writtenBy: string }; chains: { name: string }[] };
/** A new audit: it looks for a newer generation of the file. */
const audited = async ({ url }: FunctionProcess): Promise<{ status: number; report: Report }> => {
  const answer = await fetch(`${url}/?format=json`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
  });
  const text = await answer.text();
  return {
    status: answer.status,
    report: (answer.ok ? JSON.parse(text) : undefined) as Report,
  };
};

const edits: { title: string; text: string; detail: RegExp }[] = [
  {
    title: 'a chain that somebody edited',
    text: GOOD.replace('"first@acme-ops', '"evil@acme-ops'),
    detail: /does not fit the content: somebody edited the file/,
  },
  {
    title: 'settings that somebody edited',
    text: GOOD.replace('"tickEverySeconds":60', '"tickEverySeconds":61'),
    detail: /does not fit the content/,
  },
  {
    title: 'a digest that somebody edited',
    text: GOOD.replace(/"digest":"./, '"digest":"0'),
    detail: /does not fit the content/,
  },
  {
    title: 'chains in another order',
    text: [HEADER, SECOND, FIRST, ''].join('\n'),
    detail: /does not fit the content/,
  },
  {
    title: 'an added chain',
    text: [HEADER, FIRST, SECOND, SECOND.replaceAll('second', 'third'), ''].join('\n'),
    detail: /does not fit .*the header says 2 chains, and the file has 3/,
  },
  {
    title: 'its end cut off',
    text: GOOD.slice(0, -20),
    detail: /does not fit .*line 3 does not end/,
  },
  {
    title: 'a format of a later version',
    text: GOOD.replace('"hopmintFormat":1', '"hopmintFormat":2'),
    detail: /has the format "2", and this version of Hopmint reads the format 1/,
  },
  {
    title: 'the YAML that people write',
    text: 'caller: minter@acme-ops.iam.gserviceaccount.com\n',
    detail: /this is not a published chain file/,
  },
];

describe('a published file with', () => {
  let audit: FunctionProcess;
  let generation: string;
  beforeAll(async () => {
    generation = publishAt(local, GOOD);
    audit = await start();
    expect((await audited(audit)).report.chainFile).toMatchObject({ generation });
  });
  afterAll(() => audit.stop());

  it.each(edits)(
    '$title is refused, and the last good one stays in force',
    async ({ text, detail }) => {
      expect(text).not.toBe(GOOD);
      lines.length = 0;
      const refused = publishAt(local, text);
      const { status, report } = await audited(audit);
      expect(status).toBe(200);
      expect(report.chainFile).toMatchObject({ generation, writtenBy: 'ada@acme.com' });
      expect(report.chains.map(({ name }) => name)).toEqual(['first', 'second']);
      expect(await logged('chain-file-refused')).toMatchObject({
        severity: 'ERROR',
        detail: expect.stringMatching(detail),
      });
      const { detail: message } = await logged('chain-file-refused');
      expect(message).toContain(`generation ${refused}`);
      expect(message).toContain('hopmint publish');
    },
  );
});

describe('a cold start', () => {
  it('that meets a refused file reads the newest earlier one that passes, and logs an error', async () => {
    const earlier = publishAt(local, GOOD);
    const refused = publishAt(local, GOOD.replace('"first@acme-ops', '"evil@acme-ops'));
    const audit = await start();
    const { report } = await audited(audit);
    await audit.stop();
    expect(report.chainFile.generation).toBe(earlier);
    expect(await logged('chain-file-fallback')).toMatchObject({
      severity: 'ERROR',
      generation: earlier,
      detail: expect.stringMatching(new RegExp(`generation ${refused}: .*does not fit`)),
    });
  });

  // axios#6919 and fastmcp#5145: a header and an address took tokens into logs.
  it('without any file that passes gives a tick back, and prints no stack', async () => {
    local.state.objects.clear();
    local.state.noncurrentObjects.clear();
    publishAt(local, 'caller: nobody\nchains: []\n');
    const refused: string[] = [];
    const log = (line: string) => refused.push(line);
    const fanout = await startAt(local, { target: 'fanout', account: AUDITOR, log });
    const pushed = await fetch(`${fanout.url}/projects/acme-ops/topics/hopmint-tick`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ message: { data: 'e30=', messageId: '1' }, subscription: 's' }),
    });
    expect(pushed.status).toBe(500);
    for (let waited = 0; refused.length < 1 && waited < 5000; waited += 25) await sleep(25);
    await sleep(100); // for a stack after it
    await fanout.stop();
    expect(JSON.parse(refused[0] ?? '')).toMatchObject({
      severity: 'ERROR',
      event: 'chain-file-refused',
      detail: expect.stringContaining('this is not a published chain file'),
      'logging.googleapis.com/trace': expect.stringMatching(/^projects\/acme-ops\/traces\/\w{32}$/),
    });
    expect(refused).toHaveLength(1);
  });
});
