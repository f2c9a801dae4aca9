import { reportOf } from '../../../shared/domain/audit/report.ts';
import type { Chain } from '../../../shared/domain/chain/chain.ts';
import { annotationsOf } from '../../../shared/domain/rotation/ledger/ledger.ts';
import { observationOf } from '../../../shared/domain/rotation/ledger/observed-secrets.ts';
import { MINTER, READER, READER_POLICY, RELAY, snapshot } from '../iam/snapshots.ts';
import {
  chain,
  file,
  grant,
  needed,
  now,
  type Parts,
  report,
  version,
  withGrants,
} from './audit-world.ts';

const ledger = {
  chain: 'billing-export',
  kind: 'access-token' as const,
  digest: 'd',
  mintedAt: now,
  expiresAt: new Date('2026-11-22T13:00:00Z'),
  current: 1,
  previous: 0,
  first: 1,
  leftover: 0,
  unproven: false,
};

describe('a report on what apply has granted', () => {
  it('is clean', () => {
    const { clean, findings, chains } = report({ bindings: needed });
    expect(findings).toEqual([]);
    expect(chains).toEqual([
      {
        name: 'billing-export',
        observed: null,
        source: null,
        state: 'ok',
        expiresAt: null,
        hops: [
          {
            from: MINTER,
            to: RELAY,
            permission: 'iam.serviceAccounts.implicitDelegation',
            state: 'ok',
          },
          {
            from: RELAY,
            to: READER,
            permission: 'iam.serviceAccounts.getAccessToken',
            state: 'ok',
          },
        ],
        reach: [],
        reachCount: 0,
      },
    ]);
    expect(clean).toBe(true);
  });

  it('is clean for two chains that each need only some of the grants', () => {
    const direct: Chain = { ...chain, name: 'direct', delegates: [], target: { email: RELAY } };
    expect(report({ bindings: needed }, { chains: [chain, direct] }).clean).toBe(true);
  });
});

describe('the state of a chain', () => {
  const broken = { bindings: { ...needed, [READER_POLICY]: [] } };
  const pause = { until: new Date('2026-12-01T00:00:00Z'), reason: 'INC-1' };
  const late = { ...ledger, expiresAt: new Date('2026-11-22T12:04:59Z') };
  const cases: {
    title: string;
    parts: Parts;
    at: typeof ledger | null;
    state: string;
    edit: object;
  }[] = [
    {
      title: 'is ok with a fresh credential',
      parts: { bindings: needed },
      at: ledger,
      state: 'ok',
      edit: {},
    },
    {
      title: 'is late if the credential expires sooner than a reader may expect',
      parts: { bindings: needed },
      at: late,
      state: 'late',
      edit: {},
    },
    {
      title: 'is stale without a credential',
      parts: { bindings: needed },
      at: null,
      state: 'stale',
      edit: {},
    },
    {
      title: 'is broken if a hop is missing, although the credential is fresh',
      parts: broken,
      at: ledger,
      state: 'broken',
      edit: {},
    },
    {
      title: 'is paused until its pause ends',
      parts: broken,
      at: ledger,
      state: 'paused',
      edit: { paused: pause },
    },
    {
      title: 'is ok after its pause ends',
      parts: { bindings: needed },
      at: ledger,
      state: 'ok',
      edit: { paused: { ...pause, until: now } },
    },
  ];
  it.each(cases)('$title', ({ parts, at, state, edit }) => {
    const annotations = at ? annotationsOf(at) : {};
    const secrets = new Map([[chain.secret, { annotations, versionAliases: { current: 1 } }]]);
    const versions = at
      ? [{ number: at.current, state: 'ENABLED' as const, createdAt: at.mintedAt }]
      : [];
    const edited = { ...file, ...edit };
    const seen = { observedAt: now, newest: at?.current ?? 0, from: 1, versions };
    const evidence = observationOf(chain, edited.caller, { annotations }, seen, now);
    const listed = {
      secrets,
      unlisted: new Set<string>(),
      evidence: new Map([[chain.name, evidence]]),
    };
    const [made] = reportOf(edited, version, snapshot(parts), listed, now).chains;
    expect(made).toMatchObject({ state, expiresAt: at?.expiresAt.toISOString() ?? null });
  });
});

describe('coverage', () => {
  it('makes a chain unknown if its secret could not be listed', () => {
    const parts = snapshot({ bindings: needed });
    const unlisted = new Set(['acme-ops']);
    const listed = { secrets: new Map(), unlisted, evidence: new Map() };
    expect(reportOf(file, version, parts, listed, now).chains[0]?.state).toBe('unknown');
  });

  it('makes a chain unknown if the versions of its secret could not be read', () => {
    const annotations = annotationsOf(ledger);
    const secrets = new Map([[chain.secret, { annotations, versionAliases: { current: 1 } }]]);
    const listed = { secrets, unlisted: new Set<string>(), evidence: new Map() };
    const parts = snapshot({ bindings: needed });
    const [made] = reportOf(file, version, parts, listed, now).chains;
    expect(made).toMatchObject({ state: 'unknown', observed: null });
  });

  // panther-analysis#1573: a scan of an organization read one project and did not report the rest.
  it('makes a report not clean if a resource was not read', () => {
    const unread = [{ resource: 'folders/82', reason: 'parent: Google answered 403' }];
    expect(report({ bindings: needed, unread })).toMatchObject({
      clean: false,
      findings: [],
      coverage: { unread },
    });
  });
});

describe('the access that no policy shows', () => {
  it('is listed as not covered, with each group that has access, and leaves a report clean', () => {
    const parts = withGrants(
      'organizations/91',
      grant('group:admins@acme.com', 'roles/resourcemanager.organizationAdmin'),
    );
    const { clean, coverage } = report(parts);
    expect(clean).toBe(true);
    expect(coverage.notCovered.map(({ resource }) => resource)).toEqual([
      'domain-wide delegation',
      'policies of Cloud Run services',
      'what runs in Kubernetes, Composer and other services',
      'group:admins@acme.com',
      'the log of mints',
    ]);
  });

  it('includes the policies of tag values, if a grant depends on tags', () => {
    const parts = withGrants(
      READER_POLICY,
      grant('user:eve@acme.com', undefined, 'resource.matchTag("a/b", "c")'),
    );
    const { coverage } = report(parts);
    expect(coverage.notCovered).toContainEqual(
      expect.objectContaining({ resource: 'policies of tag values' }),
    );
  });
});
