import type { Finding } from '../../../shared/domain/audit/finding/finding.ts';
import { type Report, reportOf } from '../../../shared/domain/audit/report.ts';
import type { Chain, ChainFile, Exception } from '../../../shared/domain/chain/chain.ts';
import type { Binding } from '../../../shared/domain/iam/policy.ts';
import { annotationsOf } from '../../../shared/domain/rotation/ledger.ts';
import { versionOf } from '../chain/versions.ts';
import {
  account,
  CREATOR,
  MINTER,
  READER,
  READER_POLICY,
  RELAY,
  role,
  snapshot,
} from '../iam/snapshots.ts';

const now = new Date('2026-11-22T12:00:00Z');
const RELAY_POLICY = `projects/acme-ops/serviceAccounts/${RELAY}`;
const MINTER_POLICY = `projects/acme-ops/serviceAccounts/${MINTER}`;
const source = versionOf();

const chain: Chain = {
  name: 'billing-export',
  delegates: [{ email: RELAY }],
  target: { email: READER },
  credential: { kind: 'access-token', scopes: ['s'], lifetimeSeconds: 3600 },
  secret: 'projects/acme-ops/secrets/billing-export',
  format: 'raw',
  rotateEverySeconds: 1800,
  retryWindowSeconds: 600,
  minValiditySeconds: 300,
};
const file: ChainFile = {
  caller: { email: MINTER },
  tickEverySeconds: 60,
  writesPerMinute: 540,
  chains: [chain],
  exceptions: [],
};
const grant = (member: string, role = CREATOR): Binding => ({ role, members: [member] });
const needed: Record<string, Binding[]> = {
  [RELAY_POLICY]: [grant(`serviceAccount:${MINTER}`)],
  [READER_POLICY]: [grant(`serviceAccount:${RELAY}`)],
};

type Parts = NonNullable<Parameters<typeof snapshot>[0]>;
const report = (parts: Parts, edit: Partial<ChainFile> = {}): Report =>
  reportOf({ ...file, ...edit }, source, snapshot(parts), undefined, now);

/** What `apply` writes, and these bindings. */
const withGrants = (resource: string, ...bindings: Binding[]): Parts => ({
  bindings: { ...needed, [resource]: [...(needed[resource] ?? []), ...bindings] },
});
const short = ({ kind, severity, chain: name, hop, account: of, member }: Finding) =>
  [severity, kind, name && `${name}/${hop}`, of.split('@')[0], member?.split('@')[0]].filter(
    Boolean,
  );

describe('what apply writes', () => {
  it('is clean', () => {
    const { clean, findings, chains } = report({ bindings: needed });
    expect(findings).toEqual([]);
    expect(chains).toEqual([
      {
        name: 'billing-export',
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
      },
    ]);
    expect(clean).toBe(true);
  });

  it('is clean for two chains, though each needs less than all the hops', () => {
    const direct: Chain = { ...chain, name: 'direct', delegates: [], target: { email: RELAY } };
    expect(report({ bindings: needed }, { chains: [chain, direct] }).clean).toBe(true);
  });
});

describe('a chain that does not work', () => {
  const never = { expression: 'request.time < timestamp("2020-01-01T00:00:00Z")' };
  const tagged = { expression: 'resource.matchTag("a/b", "c")' };
  const denyAll = {
    deniedPrincipals: ['principalSet://goog/public:all'],
    exceptionPrincipals: [],
    deniedPermissions: ['iam.googleapis.com/serviceAccounts.getAccessToken'],
    exceptionPermissions: [],
  };
  const secondHop = (binding: Binding): Parts => ({
    bindings: { ...needed, [READER_POLICY]: [binding] },
  });
  const relay = `serviceAccount:${RELAY}`;
  const cases: [title: string, parts: Parts, findings: unknown[][], states: string[]][] = [
    [
      'has a finding for the hop that has no grant',
      { bindings: { ...needed, [READER_POLICY]: [] } },
      [['high', 'hop-missing', 'billing-export/2', 'reader', 'serviceAccount:relay']],
      ['ok', 'missing'],
    ],
    [
      'has a finding for a first hop with a role that lacks implicitDelegation',
      {
        bindings: {
          ...needed,
          [RELAY_POLICY]: [grant(`serviceAccount:${MINTER}`, 'roles/iam.workloadIdentityUser')],
        },
      },
      [['high', 'hop-missing', 'billing-export/1', 'relay', 'serviceAccount:minter']],
      ['missing', 'ok'],
    ],
    [
      'is told by the condition that does not hold',
      secondHop({ ...grant(relay), condition: never }),
      [['high', 'hop-conditional', 'billing-export/2', 'reader', 'serviceAccount:relay']],
      ['ok', 'missing'],
    ],
    [
      'is told by the condition that cannot be decided',
      secondHop({ ...grant(relay), condition: tagged }),
      [['medium', 'hop-conditional', 'billing-export/2', 'reader', 'serviceAccount:relay']],
      ['ok', 'unknown'],
    ],
    [
      'is told by the deny policy',
      { bindings: needed, deny: { 'projects/acme-data': [denyAll] } },
      [['high', 'hop-denied', 'billing-export/2', 'reader', 'serviceAccount:relay']],
      ['ok', 'denied'],
    ],
    [
      'is told by the account that is disabled, and not by its hops',
      { bindings: needed, accounts: { [RELAY]: account(RELAY, '2', true) } },
      [['high', 'account-disabled', 'billing-export/1', 'relay']],
      ['denied', 'denied'],
    ],
    [
      'is told by the caller that is disabled',
      { bindings: needed, accounts: { [MINTER]: account(MINTER, '1', true) } },
      [['high', 'account-disabled', 'billing-export/1', 'minter']],
      ['denied', 'ok'],
    ],
    [
      'is told by the account that is not there, and not by its hops',
      { bindings: needed, accounts: { [READER]: 'missing' } },
      [['high', 'account-missing', 'billing-export/2', 'reader']],
      ['ok', 'missing'],
    ],
  ];
  it.each(cases)('%s', (_title, parts, findings, states) => {
    const told = report(parts);
    expect(told.findings.map(short)).toEqual(findings);
    expect(told.chains[0]?.hops.map(({ state }) => state)).toEqual(states);
    expect(told.clean).toBe(false);
  });

  it('that rests on a group is not clean, and says which group', () => {
    const told = report({
      bindings: { ...needed, [READER_POLICY]: [grant('group:relays@acme.com')] },
    });
    expect(told.chains[0]?.state).toBe('unknown');
    expect(told.coverage.unread.map(({ resource }) => resource)).toEqual(['group:relays@acme.com']);
    expect(told.clean).toBe(false);
  });
});

describe('an unexpected impersonator', () => {
  const user = 'user:eve@acme.com';
  const agent = 'serviceAccount:service-700000000002@gcp-sa-pubsub.iam.gserviceaccount.com';
  const at = (expression: string) => ({ ...grant(user), condition: { expression } });
  const custom = 'projects/acme-data/roles/signing';
  const cases: [title: string, parts: Parts, findings: unknown[][]][] = [
    [
      'is a user on the target',
      withGrants(READER_POLICY, grant(user)),
      [['high', 'unexpected-impersonator', 'reader', 'user:eve']],
    ],
    [
      'is a user on a delegate',
      withGrants(RELAY_POLICY, grant(user)),
      [['high', 'unexpected-impersonator', 'relay', 'user:eve']],
    ],
    [
      'is a user on the caller',
      withGrants(MINTER_POLICY, grant(user)),
      [['high', 'unexpected-impersonator', 'minter', 'user:eve']],
    ],
    [
      'is inherited from the project',
      withGrants('projects/acme-data', grant(user)),
      [['high', 'unexpected-impersonator', 'reader', 'user:eve']],
    ],
    [
      'is one finding, though the organization passes it to all accounts',
      withGrants('organizations/91', grant(user)),
      [['high', 'unexpected-impersonator', 'minter', 'user:eve']],
    ],
    [
      'is worse if it is everyone, and called so',
      withGrants(READER_POLICY, grant('allUsers')),
      [['critical', 'public', 'reader', 'allUsers']],
    ],
    [
      'is an account of a chain on one before it',
      withGrants(RELAY_POLICY, grant(`serviceAccount:${READER}`)),
      [['high', 'unexpected-impersonator', 'relay', 'serviceAccount:reader']],
    ],
    [
      'is whoever holds but one of the five by a custom role',
      {
        ...withGrants(READER_POLICY, grant(user, custom)),
        roles: [role(custom, ['iam.serviceAccounts.signBlob'])],
      },
      [['high', 'unexpected-impersonator', 'reader', 'user:eve']],
    ],
    [
      'is whoever can only go through it, which is less',
      {
        ...withGrants(READER_POLICY, grant(user, custom)),
        roles: [role(custom, ['iam.serviceAccounts.implicitDelegation'])],
      },
      [['medium', 'unexpected-impersonator', 'reader', 'user:eve']],
    ],
    [
      'is possible by a role that could not be read',
      withGrants(READER_POLICY, grant(user, custom)),
      [['low', 'unexpected-impersonator', 'reader', 'user:eve']],
    ],
    [
      'is possible under a condition that cannot be decided',
      withGrants(READER_POLICY, at('resource.matchTag("a/b", "c")')),
      [['medium', 'unexpected-impersonator', 'reader', 'user:eve']],
    ],
    [
      'is one whose grant begins in the future',
      withGrants(READER_POLICY, at('request.time > timestamp("2030-01-01T00:00:00Z")')),
      [['high', 'unexpected-impersonator', 'reader', 'user:eve']],
    ],
    [
      'is not one whose grant has ended for good',
      withGrants(READER_POLICY, at('request.time < timestamp("2020-01-01T00:00:00Z")')),
      [],
    ],
    [
      'is not a deleted principal',
      withGrants(READER_POLICY, grant('deleted:user:eve@acme.com?uid=1')),
      [],
    ],
    [
      // prowler-cloud/prowler#4393, #11250, nccgroup/ScoutSuite#446 and forseti-security#1087: agents of Google were found again and again.
      "is not Google's agent with its own role",
      withGrants('projects/acme-data', grant(agent, 'roles/pubsub.serviceAgent')),
      [],
    ],
    [
      "is Google's agent with another role",
      withGrants('projects/acme-data', grant(agent)),
      [['high', 'unexpected-impersonator', 'reader', 'serviceAccount:service-700000000002']],
    ],
    [
      "is Google's agent of another project",
      withGrants('projects/acme-ops', grant(agent, 'roles/pubsub.serviceAgent')),
      [['high', 'unexpected-impersonator', 'minter', 'serviceAccount:service-700000000002']],
    ],
  ];
  it.each(cases)('%s', (_title, parts, findings) => {
    const told = report(parts);
    expect(told.findings.map(short)).toEqual(findings);
    expect(told.clean).toBe(findings.length === 0);
  });

  describe('under a deny policy', () => {
    const five = ['getAccessToken', 'getOpenIdToken', 'signJwt', 'signBlob', 'implicitDelegation'];
    const rule = (deniedPrincipals: string[], exceptionPrincipals: string[] = [], last = 5) => ({
      deniedPrincipals,
      exceptionPrincipals,
      deniedPermissions: five.slice(0, last).map((p) => `iam.googleapis.com/serviceAccounts.${p}`),
      exceptionPermissions: [],
    });
    const eve = ['principal://goog/subject/eve@acme.com'];
    const denies: [title: string, of: ReturnType<typeof rule>, member: string, count: number][] = [
      ['is cleared when all five are denied', rule(eve), user, 0],
      ['is not cleared when one is left', rule(eve, [], 4), user, 1],
      [
        'is not cleared by a rule for a group',
        rule(['principalSet://goog/group/all@acme.com']),
        user,
        1,
      ],
      [
        'is not cleared when an exception cannot be decided',
        rule(eve, ['principalSet://goog/group/admins@acme.com']),
        user,
        1,
      ],
      [
        'is cleared as a group by a rule for it',
        rule(['principalSet://goog/group/all@acme.com']),
        'group:all@acme.com',
        0,
      ],
      [
        'is not cleared as a group when one person is excepted',
        rule(['principalSet://goog/group/all@acme.com'], eve),
        'group:all@acme.com',
        1,
      ],
    ];
    it.each(denies)('%s', (_title, of, member, count) => {
      const parts = {
        ...withGrants(READER_POLICY, grant(member)),
        deny: { 'organizations/91': [of] },
      };
      expect(report(parts).findings).toHaveLength(count);
    });
  });

  describe('with an exception', () => {
    const exception: Exception = {
      account: { email: READER },
      member: user,
      reason: 'break-glass',
      owner: 'o@acme.com',
      expires: new Date('2026-11-23T00:00:00Z'),
    };
    const cases: [title: string, edit: Partial<Exception>, count: number][] = [
      ['is quiet', {}, 0],
      ['is quiet, in whatever capitals', { member: 'user:Eve@Acme.com' }, 0],
      ['is told once that has expired, as is the exception', { expires: now }, 2],
      ['is told when that is for another account', { account: { email: RELAY } }, 1],
      ['is told when that is for somebody else', { member: 'user:adam@acme.com' }, 1],
    ];
    it.each(cases)('%s', (_title, edit, count) => {
      const exceptions = [{ ...exception, ...edit }];
      const told = report(withGrants(READER_POLICY, grant(user)), { exceptions });
      expect(told.findings).toHaveLength(count);
    });
  });

  it('lists every account and chain that one inherited binding opens, and what can be minted', () => {
    const [finding] = report(withGrants('organizations/91', grant(user))).findings;
    expect(finding?.evidence).toMatchObject({
      resource: 'organizations/91',
      role: CREATOR,
      accounts: [MINTER, RELAY, READER],
      chains: ['billing-export'],
      kinds: ['access-token', 'id-token', 'signed-jwt', 'signed-blob'],
    });
  });

  // marin-community/marin#7713 and abcxyz/guardian#60: a condition was left out of the key, and the same drift was filed again.
  it('has another fingerprint under another condition, and the same one an hour later', () => {
    const parts = withGrants(
      READER_POLICY,
      grant(user),
      at('request.time < timestamp("2030-01-01T00:00:00Z")'),
      at('request.time < timestamp("2031-01-01T00:00:00Z")'),
    );
    const prints = report(parts).findings.map(({ fingerprint }) => fingerprint);
    expect(new Set(prints).size).toBe(3);
    const later = new Date(now.getTime() + 3_600_000);
    const again = reportOf(file, source, snapshot(parts), undefined, later).findings;
    expect(again.map(({ fingerprint }) => fingerprint)).toEqual(prints);
  });
});

describe('the fix', () => {
  const fixOf = (parts: Parts) => report(parts).findings[0]?.fix;

  it('of a missing hop grants it on the account itself', () => {
    expect(fixOf({ bindings: { ...needed, [READER_POLICY]: [] } })).toEqual({
      gcloud: `gcloud iam service-accounts add-iam-policy-binding ${READER} --member=serviceAccount:${RELAY} --role=${CREATOR} --condition=None --project=acme-data`,
      terraform: [
        'resource "google_service_account_iam_member" "relay_on_reader" {',
        `  service_account_id = "projects/acme-data/serviceAccounts/${READER}"`,
        `  role               = "${CREATOR}"`,
        `  member             = "serviceAccount:${RELAY}"`,
        '}',
      ].join('\n'),
    });
  });

  it('of an impersonator on the account takes out that member alone', () => {
    expect(fixOf(withGrants(READER_POLICY, grant('user:eve@acme.com')))?.gcloud).toBe(
      `gcloud iam service-accounts remove-iam-policy-binding ${READER} --member=user:eve@acme.com --role=${CREATOR} --condition=None --project=acme-data`,
    );
  });

  it('of an impersonator with a condition names all of it', () => {
    const condition = {
      title: "it's",
      expression: 'request.time < timestamp("2030-01-01T00:00:00Z") || true',
    };
    expect(
      fixOf(withGrants('folders/82', { ...grant('user:eve@acme.com'), condition }))?.gcloud,
    ).toBe(
      "gcloud resource-manager folders remove-iam-policy-binding 82 --member=user:eve@acme.com --role=roles/iam.serviceAccountTokenCreator --condition='expression=request.time < timestamp(\"2030-01-01T00:00:00Z\") || true,title=it'\\''s'",
    );
  });

  it('of a binding that a hop rests on gives the hop its own grant first', () => {
    const bindings = {
      [RELAY_POLICY]: needed[RELAY_POLICY] ?? [],
      'organizations/91': [grant(`serviceAccount:${RELAY}`)],
    };
    expect(fixOf({ bindings })?.gcloud.split(' && ')).toEqual([
      expect.stringMatching(/add-iam-policy-binding reader@/),
      expect.stringMatching(/^gcloud organizations remove-iam-policy-binding 91 /),
    ]);
  });

  it('of a disabled account enables it', () => {
    const parts = { bindings: needed, accounts: { [RELAY]: account(RELAY, '2', true) } };
    expect(fixOf(parts)?.gcloud).toBe(
      `gcloud iam service-accounts enable ${RELAY} --project=acme-ops`,
    );
  });

  it('of a missing account creates it', () => {
    expect(fixOf({ bindings: needed, accounts: { [READER]: 'missing' } })?.gcloud).toBe(
      'gcloud iam service-accounts create reader --project=acme-data',
    );
  });
});

describe('the state of a chain', () => {
  const ledger = {
    chain: 'billing-export',
    kind: 'access-token' as const,
    digest: 'd',
    mintedAt: now,
    expiresAt: new Date('2026-11-22T13:00:00Z'),
    current: 1,
    previous: 0,
    destroyedThrough: 0,
    unproven: false,
  };
  const broken = { bindings: { ...needed, [READER_POLICY]: [] } };
  const pause = { until: new Date('2026-12-01T00:00:00Z'), reason: 'INC-1' };
  const late = { ...ledger, expiresAt: new Date('2026-11-22T12:04:59Z') };
  const cases: [
    title: string,
    parts: Parts,
    at: typeof ledger | null,
    state: string,
    edit: object,
  ][] = [
    ['is ok with a fresh credential', { bindings: needed }, ledger, 'ok', {}],
    ['is late with less left than a reader may expect', { bindings: needed }, late, 'late', {}],
    ['is stale without any credential', { bindings: needed }, null, 'stale', {}],
    ['is broken by a hop, fresh or not', broken, ledger, 'broken', {}],
    ['is paused until its pause is over', broken, ledger, 'paused', { paused: pause }],
    [
      'is not paused any more after that',
      { bindings: needed },
      ledger,
      'ok',
      { paused: { ...pause, until: now } },
    ],
  ];
  it.each(cases)('%s', (_title, parts, at, state, edit) => {
    const annotations = at ? annotationsOf(at) : {};
    const secrets = new Map([[chain.secret, { annotations, versionAliases: {} }]]);
    const holdings = { secrets, unlisted: new Set<string>() };
    const [told] = reportOf({ ...file, ...edit }, source, snapshot(parts), holdings, now).chains;
    expect(told).toMatchObject({ state, expiresAt: at?.expiresAt.toISOString() ?? null });
  });
});

describe('coverage', () => {
  it('leaves a chain whose ledger could not be listed unknown', () => {
    const parts = snapshot({ bindings: needed });
    const holdings = { secrets: new Map(), unlisted: new Set(['acme-ops']) };
    expect(reportOf(file, source, parts, holdings, now).chains[0]?.state).toBe('unknown');
  });

  // panther-analysis#1573: a scan of an organization read one project, and was silent of the rest.
  it('keeps a report from being clean when anything was left unread', () => {
    const unread = [{ resource: 'folders/82', reason: 'parent: Google answered 403' }];
    expect(report({ bindings: needed, unread })).toMatchObject({
      clean: false,
      findings: [],
      coverage: { unread },
    });
  });
});
