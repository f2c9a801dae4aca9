import {
  chainOf,
  emailOf,
  openRotationWorld,
  type RotationWorld,
  TARGET,
} from '../functions/rotation-world.ts';
import { plantGcloud } from '../run.ts';
import { type Outside, openOutside } from './outside/directory.ts';
import { startWorkload, type Workload } from './outside/workload.ts';

const SECRET = 'projects/acme-ops/secrets/export';
const TOPIC = 'projects/acme-ops/topics/exports';
const EXPORTER = emailOf('exporter');
const CALLS = 20;

let outside: Outside;
let script: string;
let world: RotationWorld;
let workload: Workload;
let env: Record<string, string>;
let gcloud: Awaited<ReturnType<typeof plantGcloud>>;

const begun: Workload[] = [];
const begin = (): Workload => {
  const one = startWorkload(script, env);
  begun.push(one);
  return one;
};

const post = async (path: string, body: object): Promise<Record<string, string>> => {
  const answer = await fetch(`${world.local.url}${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  return (await answer.json()) as Record<string, string>;
};
const grant = (resource: string, role: string, email: string) => {
  const policy = world.local.state.policies.get(resource) ?? {};
  const bindings = [...(policy.bindings ?? []), { role, members: [`serviceAccount:${email}`] }];
  world.local.state.policies.set(resource, { ...policy, bindings });
};

beforeAll(async () => {
  outside = await openOutside(['google-auth-library', '@google-cloud/pubsub']);
  script = await outside.copy('test/reader/outside/publisher.ts');
  world = await openRotationWorld([
    chainOf(
      'export',
      {
        kind: 'access-token',
        scopes: ['https://www.googleapis.com/auth/pubsub'],
        lifetimeSeconds: 3600,
      },
      { format: 'json' },
    ),
  ]);
  await post('/_local/seed', { accounts: [{ email: EXPORTER }], topics: [TOPIC] });
  grant(SECRET, 'roles/secretmanager.secretAccessor', EXPORTER);
  grant(TOPIC, 'roles/pubsub.publisher', TARGET);
  const { host = '' } = await post('/_local/metadata', { account: EXPORTER });
  gcloud = await plantGcloud();
  env = {
    PATH: gcloud.PATH,
    HOPMINT_CLOUD: world.local.url,
    GCE_METADATA_HOST: host,
    METADATA_SERVER_DETECTION: 'assume-present',
    PORT: String(world.local.port),
    SECRET,
    TOPIC,
  };
  workload = begin();
}, 60_000);
afterAll(async () => {
  for (const { kill } of begun) kill();
  await world.close();
  await outside.remove();
  await gcloud.remove();
});

let accessesSeen = 0;
/** The number of accesses to versions since the last call. */
const accesses = (): number => {
  const all = world.local.state.requests.filter(
    ({ apiMethod }) => apiMethod === 'projects.secrets.versions.access',
  ).length;
  const since = all - accessesSeen;
  accessesSeen = all;
  return since;
};
const advance = (minutes: number) => {
  world.clock.now = new Date(world.clock.now.getTime() + minutes * 60_000);
};
const publish = () => workload.publish(CALLS, world.clock.now);
const expectAllPublished = async () => {
  const answer = await publish();
  expect(answer).toMatchObject({ published: CALLS, reasons: [] });
  return answer;
};
const disable = (version: number, state: 'ENABLED' | 'DISABLED') => {
  const { versions = [] } = world.local.state.secrets.get(SECRET) ?? {};
  const found = versions[version - 1];
  if (found) versions[version - 1] = { ...found, state };
};
/** Publishes every two minutes and ticks every ten minutes until the workload has another version. */
const untilItMovesOn = async (from: number, tick = true): Promise<number> => {
  for (let minute = 2; minute <= 60; minute += 2) {
    advance(2);
    if (tick && minute % 10 === 0) await world.tick();
    const { version } = await expectAllPublished();
    if (version !== from) return version;
  }
  throw new Error(`it stayed with version ${from}`);
};

describe('A workload from outside, with an official client and twenty callers at once,', () => {
  it('starts with one access', async () => {
    await world.tick();
    expect(await expectAllPublished()).toMatchObject({ version: 1 });
    expect(accesses()).toBe(1);
  });

  // berglas#96: an instance used the value that it read at its start until it ended.
  it('follows three rotations with one access each', async () => {
    for (const version of [2, 3, 4]) {
      expect(await untilItMovesOn(version - 1)).toBe(version);
      expect(accesses()).toBe(1);
    }
  });

  it('continues while the newest version is disabled, and then reads the version after it', async () => {
    const { version } = await expectAllPublished();
    await world.tick({ only: ['export'], force: true });
    const newest = world.versions('export').length;
    for (let number = version + 1; number <= newest; number++) disable(number, 'DISABLED');
    advance(25);
    expect(await expectAllPublished()).toMatchObject({ version });
    await world.tick({ only: ['export'], force: true });
    expect(await untilItMovesOn(version, false)).toBe(newest + 1);
    accesses();
  });

  it('does not notice that `latest` and aliases are stale', async () => {
    const { version } = await expectAllPublished();
    const before = structuredClone(world.local.state.secrets.get(SECRET));
    advance(30);
    await world.tick();
    world.local.state.settings.staleReadSeconds = 1e9;
    world.local.state.previousSecrets.set(SECRET, [{ until: +world.clock.now, secret: before }]);
    expect(await untilItMovesOn(version, false)).toBe(version + 1);
    expect(accesses()).toBe(1);
  });

  it('and a workload that starts at this moment finds a version newer than `latest`', async () => {
    advance(20); // the version behind `latest` has expired
    const newcomer = begin();
    const { version } = await expectAllPublished();
    expect(await newcomer.publish(CALLS, world.clock.now)).toMatchObject({
      published: CALLS,
      version,
    });
    expect(accesses()).toBe(2);
    world.local.state.settings.staleReadSeconds = 0;
    world.local.state.previousSecrets.clear();
    expect((await newcomer.end()).code).toBe(0);
  });

  it('continues through an outage of Secret Manager that is shorter than its credential', async () => {
    await world.tick({ only: ['export'], force: true });
    const newest = world.versions('export').length;
    const version = await untilItMovesOn((await expectAllPublished()).version, false);
    expect(version).toBe(newest);
    accesses();
    advance(30);
    await world.tick();
    world.local.state.faults = [{ path: '/versions/', status: 503 }];
    let answer = await expectAllPublished();
    const { expiresAt } = JSON.parse(world.payload('export', version)) as { expiresAt: string };
    while (Date.parse(expiresAt) - world.clock.now.getTime() > 120_000) {
      advance(1);
      answer = await expectAllPublished();
    }
    expect(answer.version).toBe(version);
    expect(answer.stale).toBeGreaterThan(0);
    expect(accesses()).toBeLessThan(15);
    world.local.state.faults = [];
    advance(1.9); // within the last seconds before it expires
    expect((await expectAllPublished()).version).toBe(version + 1);
  });

  it('continues with one access after both clocks have moved by two hours', async () => {
    accesses();
    advance(120);
    await world.tick();
    const { version } = await expectAllPublished();
    expect(version).toBe(world.versions('export').length);
    expect(accesses()).toBe(1);
  });

  it('authenticates without gcloud, which need not be there', () => {
    expect(gcloud.calls()).toBe('');
  });

  it('ends at once when its work is done, because no timer keeps it running', async () => {
    const another = begin();
    await another.publish(CALLS, world.clock.now);
    const { code, tookMs } = await another.end();
    expect(code).toBe(0);
    expect(tookMs).toBeLessThan(3000); // a timer of the reader would take 5 s
  });
});
