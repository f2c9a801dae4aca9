import { type AuditOptions, audit } from '../../cli/commands/audit.ts';
import type { ShownReport } from '../../shared/report/words/shown-report.ts';
import { MINTER, RELAY, TARGET } from '../functions/rotation-world.ts';
import { type OperatedWorld, openOperatedWorld } from './operated-world.ts';

const ADA = 'user:ada@acme.com';
const CREATOR = 'roles/iam.serviceAccountTokenCreator';
let world: OperatedWorld;
beforeEach(async () => {
  world = await openOperatedWorld();
  const organization = 'organizations/900000000001';
  const reading = [
    'roles/iam.securityReviewer',
    'roles/iam.serviceAccountViewer',
    'roles/iam.denyReviewer',
    'roles/browser',
    'roles/secretmanager.viewer',
    'roles/orgpolicy.policyViewer',
  ];
  await world.seed({
    organization: {
      id: '900000000001',
      policy: { bindings: reading.map((role) => ({ role, members: [ADA] })) },
    },
    projects: ['acme-ops', 'acme-data'].map((id) => ({ id, parent: organization })),
    accounts: [
      {
        email: TARGET,
        policy: {
          bindings: [
            { role: CREATOR, members: [`serviceAccount:${MINTER}`, `serviceAccount:${RELAY}`] },
          ],
        },
      },
    ],
  });
});
afterEach(() => world.close());

const run = async (options: Partial<AuditOptions> = {}, account = ADA) => {
  const { io, written } = await world.as(account);
  const exit = await audit({ source: 'chains.yaml', json: false, ...options }, io, world.read);
  return { exit, ...written };
};
const reportOf = (out: string) => JSON.parse(out) as ShownReport;

describe('hopmint audit', () => {
  it('prints the hops, the findings and the state of each chain, as the operator may read them', async () => {
    const { exit, out, err } = await run();
    expect(exit).toBe(1);
    expect(err).toBe('LOCAL: this command used the local cloud, not Google\n');
    expect(out).toMatch(/^stale +billing-export/m);
    expect(out).toMatch(
      /^high +credential-stale billing-export: no credential of billing-export has been stored yet/m,
    );
  });

  it('has hop-missing for a hop without its grant, in JSON', async () => {
    await world.rotation.tick();
    await world.seed({ accounts: [{ email: RELAY, policy: { bindings: [] } }] });
    const { exit, out } = await run({ json: true });
    expect(exit).toBe(1);
    const { chains, findings, cloud } = reportOf(out);
    expect(cloud).toBe('LOCAL');
    expect(chains.map(({ name, state }) => [name, state])).toEqual([
      ['billing-export', 'broken'],
      ['partner-api', 'ok'],
    ]);
    expect(findings.filter(({ kind }) => kind === 'hop-missing')).toMatchObject([
      { chain: 'billing-export', hop: 1, account: RELAY },
    ]);
  });

  it('prints only what a filter selects', async () => {
    await world.rotation.tick({ only: ['partner-api'] });
    const one = reportOf((await run({ json: true, chain: ['billing-export'] })).out);
    expect(one.chains.map(({ name }) => name)).toEqual(['billing-export']);
    expect(one.findings.map(({ kind }) => kind)).toContain('credential-stale');
    const other = reportOf((await run({ json: true, chain: ['partner-api'] })).out);
    expect(other.findings.map(({ kind }) => kind)).not.toContain('credential-stale');
    const severe = reportOf((await run({ json: true, severity: ['high'] })).out);
    expect(new Set(severe.findings.map(({ severity }) => severity))).toEqual(new Set(['high']));
  });

  it('exits 0 if no printed finding counts', async () => {
    await world.rotation.tick();
    const { exit, out } = await run({ json: true, severity: ['critical'] });
    expect(reportOf(out).findings).toEqual([]);
    expect(reportOf(out).coverage.unread).toEqual([]);
    expect(exit).toBe(0);
  });

  it('reports a late credential before its readers notice', async () => {
    await world.rotation.tick();
    const { clock } = world.rotation;
    clock.now = new Date(clock.now.getTime() + 40 * 60_000);
    const { findings, chains } = reportOf((await run({ json: true })).out);
    expect(chains.map(({ state }) => state)).toEqual(['late', 'late']);
    const late = findings.filter(({ kind }) => kind === 'credential-late');
    expect(late.map(({ chain }) => chain)).toEqual(['billing-export', 'partner-api']);
  });

  it.each([
    {
      mistake: 'an unknown chain',
      options: { chain: ['biling-export'] },
      says: /no chain is called "biling-export": did you mean billing-export\?/,
    },
    {
      mistake: 'an unknown severity',
      options: { severity: ['grave'] },
      says: /critical, high, medium, low, info/,
    },
  ])('refuses $mistake before it reads anything', async ({ options, says }) => {
    const before = world.calls().length;
    const { exit, out, err } = await run(options);
    expect({ exit, out }).toEqual({ exit: 2, out: '' });
    expect(err).toMatch(says);
    expect(world.calls()).toHaveLength(before);
  });

  it('exits 3 if it may read nothing', async () => {
    const { exit, out, err } = await run({}, 'user:nobody@acme.com');
    expect({ exit, out }).toEqual({ exit: 3, out: '' });
    expect(err).toMatch(/nothing could be read: .*403|denied/);
  });
});
