import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { startLocalCloud } from '../local/cloud.ts';

/**
 * How fast the local cloud is: how long it takes to start in a process that has loaded it, and how many requests it answers for each
 * second of CPU. The load comes from another process, whose own CPU is not counted.
 */
const REQUESTS = 10_000;
const TOGETHER = 16;
const account = (name: string) => `${name}@acme-ops.iam.gserviceaccount.com`;
const grantedTo = (name: string) => ({
  bindings: [
    {
      role: 'roles/iam.serviceAccountTokenCreator',
      members: [`serviceAccount:${account(name)}`],
    },
  ],
});
const seed = {
  projects: [
    {
      id: 'acme-ops',
      policy: {
        bindings: ['roles/owner', 'roles/secretmanager.admin'].map((role) => ({
          role,
          members: [`serviceAccount:${account('minter')}`],
        })),
      },
    },
  ],
  accounts: [
    { email: account('minter') },
    { email: account('relay'), policy: grantedTo('minter') },
    { email: account('vault'), policy: grantedTo('relay') },
    { email: account('reader'), policy: grantedTo('vault') },
  ],
  secrets: [{ name: 'projects/acme-ops/secrets/billing' }],
  topics: ['projects/acme-ops/topics/orders'],
};

const SECRET = '/v1/projects/acme-ops/secrets/billing';
const CALLS: [title: string, method: string, path: string, body?: object][] = [
  ['secrets.get', 'GET', SECRET],
  ['secrets.addVersion', 'POST', `${SECRET}:addVersion`, { payload: { data: 'b25l' } }],
  ['versions.access, latest', 'GET', `${SECRET}/versions/latest:access`],
  [
    'topics.publish',
    'POST',
    '/v1/projects/acme-ops/topics/orders:publish',
    { messages: [{ data: 'b25l' }] },
  ],
  [
    'generateAccessToken, three hops',
    'POST',
    `/v1/projects/-/serviceAccounts/${account('reader')}:generateAccessToken`,
    {
      delegates: [account('relay'), account('vault')],
      scope: ['https://www.googleapis.com/auth/cloud-platform'],
    },
  ],
];

async function serve(): Promise<void> {
  const cloud = await startLocalCloud({ seed });
  process.on('message', () => process.send?.({ cpu: process.cpuUsage() }));
  process.send?.({ url: cloud.url });
}

async function measure(): Promise<void> {
  const starts: number[] = [];
  for (let i = 0; i < 21; i++) {
    const from = performance.now();
    const cloud = await startLocalCloud({ seed });
    starts.push(performance.now() - from);
    await cloud.close();
  }
  const [first = 0] = starts;
  const median = starts.toSorted((a, b) => a - b)[10] ?? 0;
  process.stdout.write(`start: ${first.toFixed(1)} ms at first, then ${median.toFixed(1)} ms\n`);

  const server = fork(import.meta.filename, ['serve']);
  const told = async <T>() => (await once(server, 'message'))[0] as T;
  const { url } = await told<{ url: string }>();
  const cpuSeconds = async () => {
    server.send('cpu');
    const { user, system } = (await told<{ cpu: NodeJS.CpuUsage }>()).cpu;
    return (user + system) / 1e6;
  };
  const issued = await fetch(`${url}/_local/token`, {
    method: 'POST',
    body: JSON.stringify({ account: account('minter') }),
  });
  const { accessToken } = (await issued.json()) as { accessToken: string };
  const agent = new Agent({ keepAlive: true, maxSockets: TOGETHER });
  const headers = { authorization: `Bearer ${accessToken}` };
  const call = (method: string, path: string, body?: object) =>
    new Promise<void>((resolve, reject) => {
      const sent = request(`${url}${path}`, { method, agent, headers }, (answer) => {
        answer.resume();
        answer.on('end', () =>
          answer.statusCode === 200 ? resolve() : reject(new Error(`${path} ${answer.statusCode}`)),
        );
      });
      sent.on('error', reject);
      sent.end(body && JSON.stringify(body));
    });

  for (const [title, ...what] of CALLS) {
    for (let i = 0; i < 500; i++) await call(...what);
    let left = REQUESTS;
    const before = await cpuSeconds();
    await Promise.all(
      Array.from({ length: TOGETHER }, async () => {
        while (left-- > 0) await call(...what);
      }),
    );
    const perSecond = REQUESTS / ((await cpuSeconds()) - before);
    process.stdout.write(`${title}: ${Math.round(perSecond)} for each second of CPU\n`);
  }
  agent.destroy();
  server.kill();
}

await (process.argv[2] === 'serve' ? serve() : measure());
