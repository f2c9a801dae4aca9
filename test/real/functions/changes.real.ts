import { setTimeout as sleep } from 'node:timers/promises';
import { START, type Started, started } from '../../cli/start/started.ts';

const ADMIN = 'user:admin@acme.com';
const SECRET = 'projects/acme-data/secrets/billing-export';
const TARGET = 'metrics-writer@acme-ops.iam.gserviceaccount.com';

let start: Started;
beforeAll(async () => {
  start = await started(process.execPath, START);
  await makeOwner();
});
afterAll(async () => {
  start?.process.kill('SIGKILL');
  await start?.ended;
});

async function local<T>(method: string, name: string, body?: unknown): Promise<T> {
  const response = await fetch(`${start.url}/_local/${name}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return (await response.json()) as T;
}

type State = {
  projects: { id: string; policy: { bindings: object[] } }[];
  secrets: { name: string; versions: { state: string }[] }[];
};

/** A seed is no admin write, so this change makes no entry. */
async function makeOwner(): Promise<void> {
  const { projects } = await local<State>('GET', 'state');
  const owned = projects.map(({ id, policy }) => ({
    id,
    policy: { bindings: [...policy.bindings, { role: 'roles/owner', members: [ADMIN] }] },
  }));
  await local('POST', 'seed', { accounts: [], projects: owned });
}

/** Writes as an owner of each project. */
async function write(path: string, body: object): Promise<void> {
  const { accessToken } = await local<{ accessToken: string }>('POST', 'token', { account: ADMIN });
  const response = await fetch(`${start.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${accessToken}` },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(await response.text());
}

/** Tries again until a value is as expected. @returns the seconds that it took */
async function secondsUntil(isExpected: () => Promise<boolean>, within: number): Promise<number> {
  const startedAt = performance.now();
  const seconds = () => (performance.now() - startedAt) / 1000;
  while (!(await isExpected())) {
    if (seconds() > within) throw new Error(`not within ${within} s\n${start.printed()}`);
    await sleep(500);
  }
  return seconds();
}

/** GET: the last report. Nobody asks for a new one. */
const findingsOnPage = async (): Promise<string[]> => {
  const response = await fetch(`${start.audit}?format=json`);
  const { findings } = (await response.json()) as { findings: { kind: string }[] };
  return findings.map(({ kind }) => kind);
};

// The functions collect events for 60 and for 10 seconds of the machine's clock. The page comes first: npm start requests a new report after a
// rotation.
describe('npm start follows the events of the audit log', () => {
  it('shows a revoked hop on the page by itself', async () => {
    expect(await findingsOnPage()).not.toContain('hop-missing');
    await write(`/v1/projects/acme-ops/serviceAccounts/${TARGET}:setIamPolicy`, {
      policy: { bindings: [] },
    });
    const isShown = async () => (await findingsOnPage()).includes('hop-missing');
    expect(await secondsUntil(isShown, 100)).toBeGreaterThan(50);
  });

  it('replaces a version that somebody disabled, without a tick that is due', async () => {
    const versions = async () =>
      (await local<State>('GET', 'state')).secrets.find(({ name }) => name === SECRET)?.versions ??
      [];
    const before = (await versions()).length;
    await write(`/v1/${SECRET}/versions/${before}:disable`, {});
    const isHealed = async () => (await versions()).at(-1)?.state === 'ENABLED';
    expect(await secondsUntil(isHealed, 40)).toBeGreaterThan(0);
    expect((await versions()).length).toBe(before + 1);
  });
});
