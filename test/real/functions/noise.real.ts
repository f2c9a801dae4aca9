import pLimit from 'p-limit';
import { type DeployedFunctions, deployFunctions } from '../../functions/deployed-functions.ts';

/** Ten thousand events in a minute are 167 in a second. Here they come as fast as Pub/Sub pushes them. */
const EVENTS = 10_000;
const AT_ONCE = 8;

/** Changes in an organization that no chain of this installation knows. */
const NOISE = [
  { methodName: 'SetIamPolicy', resourceName: 'projects/elsewhere' },
  {
    methodName: 'google.iam.admin.v1.SetIAMPolicy',
    resourceName: 'projects/-/serviceAccounts/111111111111111111111',
  },
  { methodName: 'google.iam.admin.v1.UpdateRole', resourceName: 'organizations/91/roles/other' },
  {
    methodName: 'google.cloud.secretmanager.v1.SecretManagerService.AddSecretVersion',
    resourceName: 'projects/99/secrets/other',
  },
  {
    methodName: 'google.iam.v2.Policies.UpdatePolicy',
    resourceName: 'policies/cloudresourcemanager.googleapis.com%2Fprojects%2F99/denypolicies/no',
  },
  { methodName: 'storage.setIamPermissions', resourceName: 'projects/_/buckets/other' },
];
const by = { principalEmail: 'somebody@example.com' };
const push = (protoPayload: object): string => {
  const data = Buffer.from(JSON.stringify({ protoPayload })).toString('base64');
  return JSON.stringify({ message: { data, messageId: '1' }, subscription: 'hopmint-changed' });
};
const PUSHES = NOISE.map((entry) => push({ ...entry, authenticationInfo: by }));

let functions: DeployedFunctions;
beforeAll(async () => {
  functions = await deployFunctions();
});
afterAll(() => functions.close());

async function milliseconds(send: () => Promise<Response>): Promise<number> {
  const startedAt = performance.now();
  const response = await send();
  await response.arrayBuffer();
  expect(response.status).toBe(204);
  return performance.now() - startedAt;
}
const post = (name: 'audit' | 'fanout', body: string): Promise<Response> =>
  fetch(`${functions[name].url}/changed`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
const noise = async (name: 'audit' | 'fanout', count: number): Promise<number[]> => {
  const limit = pLimit(AT_ONCE);
  const events = Array.from({ length: count }, (_, i) => PUSHES[i % PUSHES.length] as string);
  const times = await limit.map(events, (body) => milliseconds(() => post(name, body)));
  return times.sort((a, b) => a - b);
};
/** What the machine needs for a request that asks for nothing, while others use it too. */
const idle = async (name: 'audit' | 'fanout'): Promise<number> => {
  const times = await pLimit(AT_ONCE).map(Array.from({ length: 300 }), async () => {
    const startedAt = performance.now();
    await (await fetch(`${functions[name].url}/changed`)).arrayBuffer();
    return performance.now() - startedAt;
  });
  return slowest(times.sort((a, b) => a - b)) ?? 0;
};
const slowest = (times: readonly number[]) => times[Math.floor(times.length * 0.99)];
const json = async (path: string): Promise<Record<string, unknown>> =>
  (await (await fetch(`${functions.audit.url}${path}`)).json()) as Record<string, unknown>;

it('the audit acknowledges all events but one at once before its first audit', async () => {
  const stop = new AbortController();
  const waiting = fetch(`${functions.audit.url}/changed`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: PUSHES[0] as string,
    signal: stop.signal,
  }).then(
    () => 'answered',
    () => 'stopped',
  );
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(slowest(await noise('audit', 300))).toBeLessThan(100 + (await idle('audit')));
  stop.abort();
  expect(await waiting).toBe('stopped');
}, 60_000);

it('10,000 events that touch nothing are acknowledged at once, and change neither the report nor /status', async () => {
  await fetch(functions.audit.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
  });
  const before = await json('/?format=json');
  const statusBefore = await json('/status');
  const { requests } = functions.local.state;
  requests.splice(0);
  const lines = functions.lines.length;
  const statusTimes: number[] = [];
  let isOver = false;
  const asking = (async () => {
    while (!isOver) {
      const startedAt = performance.now();
      const { generatedAt: _, ...status } = await json('/status');
      statusTimes.push(performance.now() - startedAt);
      const { generatedAt: __, ...expected } = statusBefore;
      expect(status).toEqual(expected);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  })();
  const times = await noise('audit', EVENTS);
  isOver = true;
  await asking;
  expect(slowest(times)).toBeLessThan(100 + (await idle('audit')));
  expect(statusTimes.length).toBeGreaterThan(5);
  expect(Math.max(...statusTimes)).toBeLessThan(5000);
  expect(await json('/?format=json')).toEqual(before);
  const reads = requests.filter(({ path }) => /getIamPolicy|denypolicies|\/versions/.test(path));
  expect(reads).toEqual([]);
  expect(functions.lines.slice(lines).filter((line) => !line.includes('"changes-heard"'))).toEqual(
    [],
  );
}, 120_000);

it('fanout acknowledges events about secrets that no chain uses at once', async () => {
  expect(slowest(await noise('fanout', 1000))).toBeLessThan(100 + (await idle('fanout')));
  const heard = functions.lines.filter((line) => line.includes('"changes-heard"'));
  expect(heard.length).toBeGreaterThan(1);
  expect(heard.length).toBeLessThan(5);
}, 60_000);
