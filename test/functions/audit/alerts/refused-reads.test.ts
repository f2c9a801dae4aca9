import { type LocalCloud, startLocalCloud } from '../../../../local/cloud.ts';
import type { Policies } from '../../../../shared/cloud/policies.ts';
import type { Secrets } from '../../../../shared/cloud/secrets.ts';
import { alertsOf, EMPTY_STATE } from '../../../../shared/domain/audit/alerts/alerts.ts';
import type { Report } from '../../../../shared/domain/audit/report.ts';
import { err, type Result } from '../../../../shared/domain/basics/result.ts';
import { audit } from '../../../../shared/operations/audit.ts';
import { versionOf } from '../../../domain/chain/versions.ts';
import { runs } from '../../../runs.ts';
import { randomOf } from '../../../soak/random.ts';
import { AUDITOR, NOW, openDrifts, WORLD } from './drifts.ts';

const CREATOR = 'roles/iam.serviceAccountTokenCreator';
const data = (name: string) => `${name}@acme-data.iam.gserviceaccount.com`;
const shop = (name: string) => `${name}@acme-shop.iam.gserviceaccount.com`;
const bind = (role: string, ...members: string[]) => ({ role, members });
const account = (email: string, ...bindings: object[]) => ({ email, policy: { bindings } });
/** What the forty drifts lack: groups, sets of accounts, a long way to an account, a published file. */
const MORE = {
  projects: [{ id: 'acme-pool', number: '700000000004', parent: 'folders/800000000001' }],
  accounts: [
    account(data('set'), bind(CREATOR, SETS_OF('projects/700000000004'))),
    account(data('grouped'), bind(CREATOR, 'group:ops@acme.com')),
    account('pooled@acme-pool.iam.gserviceaccount.com', bind(CREATOR, 'user:pat@acme.com')),
    account(shop('nightly'), bind('projects/acme-shop/roles/mayRun', 'user:zoe@acme.com')),
  ],
  roles: [
    {
      name: 'projects/acme-shop/roles/mayRun',
      includedPermissions: ['iam.serviceAccounts.getAccessToken'],
    },
  ],
  groups: [
    { email: 'ops@acme.com', members: ['group:inner@acme.com'], owners: ['user:olga@acme.com'] },
    { email: 'inner@acme.com', members: [`serviceAccount:${shop('nightly')}`] },
  ],
  buckets: [
    {
      name: 'acme-chains',
      project: 'acme-ops',
      policy: { bindings: [bind('roles/storage.objectAdmin', 'user:eve@acme.com')] },
    },
  ],
  cloudIdentity: { groupReaders: [`serviceAccount:${AUDITOR}`] },
};
function SETS_OF(container: string) {
  return `principalSet://cloudresourcemanager.googleapis.com/${container}/type/ServiceAccount`;
}

/** Everything that an audit reads, by the method and what it reads. */
type Answers = Map<string, Result<unknown, { reason: string }>>;
type Read = (...given: unknown[]) => Promise<Result<unknown, never>>;
const REFUSED = err({ reason: 'policy-denied', detail: 'Google answered 403' } as const);

/** Answers each read from memory; refuses the ones that are named. */
function remembering<T extends object>(
  reader: T,
  answers: Answers,
  refused: ReadonlySet<string>,
): T {
  return new Proxy(reader, {
    get(target, name) {
      const read = Reflect.get(target, name) as Read;
      if (name === 'leaveRoomFor') return () => {};
      return async (...given: unknown[]) => {
        const key = `${String(name)} ${JSON.stringify(given.filter((one) => !(one instanceof AbortSignal)))}`;
        if (refused.has(key)) return REFUSED;
        const known = answers.get(key) ?? (await read.apply(target, given));
        answers.set(key, known);
        return known;
      };
    },
  });
}

describe('an audit that may not read something in a world that did not change', () => {
  let local: LocalCloud;
  const answers: Answers = new Map();
  let auditWithout: (...refused: string[]) => Promise<Report>;
  let before: Report;
  beforeAll(async () => {
    local = await startLocalCloud({ seed: WORLD, now: () => NOW });
    await fetch(`${local.url}/_local/seed`, { method: 'POST', body: JSON.stringify(MORE) });
    const { file: drifts, policies, secrets } = await openDrifts(local);
    const [first] = drifts.chains;
    if (!first) throw new Error('no chain');
    const chainTo = (name: string) => ({
      ...first,
      name,
      target: { email: data(name) },
      secret: `projects/acme-ops/secrets/${name}`,
    });
    const file = {
      ...drifts,
      chains: [...drifts.chains, chainTo('set'), chainTo('grouped')],
      publishTo: 'gs://acme-chains/chains.json',
    };
    let minutes = 0;
    auditWithout = (...refused) => {
      const without = new Set(refused);
      return audit(file, versionOf(), {
        policies: remembering<Policies>(policies, answers, without),
        secrets: remembering<Secrets>(secrets, answers, without),
        now: new Date(NOW.getTime() + minutes++),
        signal: AbortSignal.timeout(60_000),
        firstAdministrators: { 'organizations/900000000001': [] },
      });
    };
    before = await auditWithout();
  });
  afterAll(() => local.close());

  const closedWithout = async (...refused: string[]): Promise<string[]> => {
    const { open } = alertsOf(EMPTY_STATE, before);
    const { alerts } = alertsOf({ ...EMPTY_STATE, open }, await auditWithout(...refused));
    return alerts
      .filter(({ event }) => event === 'closed')
      .map(({ finding }) => `${refused.join(' and ')}: ${finding.kind} ${finding.summary}`);
  };

  it('reads everything that findings rest on', () => {
    const kinds = new Set(before.findings.map(({ kind }) => kind));
    expect(kinds.size).toBeGreaterThan(24);
    expect(answers.size).toBeGreaterThan(200);
    expect(before.coverage.unread).toEqual([]);
  });

  it(
    'closes nothing, whichever read is refused, and whichever two',
    async () => {
      const random = randomOf(20);
      const keys = [...answers.keys()];
      const mixed = keys.toSorted(() => random() - 0.5);
      const singles = mixed.slice(0, runs(8));
      const pairs = Array.from({ length: runs(4) }, () => [random.pick(keys), random.pick(keys)]);
      const roles = mixed.filter((key) => key.startsWith('role ')).slice(0, runs(5));
      const closed: string[] = [];
      for (const refused of [
        ...roles.map((key) => [key]),
        ...singles.map((key) => [key]),
        ...pairs,
      ]) {
        closed.push(...(await closedWithout(...refused)));
      }
      expect(closed).toEqual([]);
    },
    runs(30_000),
  );

  it('closes what has ended, although something else was refused', async () => {
    const { open } = alertsOf(EMPTY_STATE, before);
    const mended = [...answers.keys()].find(
      (key) => key.includes(data('intruded')) && key.startsWith('accountPolicy'),
    );
    const other = [...answers.keys()].find(
      (key) => key.includes(data('keyed')) && key.startsWith('accountPolicy'),
    );
    if (!mended || !other) throw new Error('not read');
    const answer = answers.get(mended);
    answers.set(mended, { ok: true, value: { bindings: [] } } as never);
    const { alerts } = alertsOf({ ...EMPTY_STATE, open }, await auditWithout(other));
    answers.set(mended, answer as never);
    expect(
      alerts
        .filter(({ event }) => event === 'closed')
        .map(({ finding: { kind, account: of } }) => [kind, of]),
    ).toEqual([['unexpected-impersonator', data('intruded')]]);
  });
});
