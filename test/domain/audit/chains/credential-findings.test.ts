import { credentialFindings } from '../../../../shared/domain/audit/chains/credential-findings.ts';
import { finish } from '../../../../shared/domain/basics/steps.ts';
import type { Chain, ChainFile } from '../../../../shared/domain/chain/chain.ts';
import { digestOf } from '../../../../shared/domain/chain/definition.ts';
import { annotationsOf, type Ledger } from '../../../../shared/domain/rotation/ledger/ledger.ts';
import type { ListedSecret } from '../../../../shared/domain/rotation/ledger/listed-secrets.ts';

const caller = { email: 'minter@acme-ops.iam.gserviceaccount.com' };
const READER = 'reader@acme-data.iam.gserviceaccount.com';
const SECRET = 'projects/acme-ops/secrets/billing-export';
const chain: Chain = {
  name: 'billing-export',
  delegates: [],
  target: { email: READER },
  credential: { kind: 'access-token', scopes: ['s'], lifetimeSeconds: 3600 },
  secret: SECRET,
  format: 'raw',
  rotateEverySeconds: 1800,
  retryWindowSeconds: 600,
  minValiditySeconds: 300,
};
const now = new Date('2026-11-22T12:00:00Z');
const minutes = (n: number) => new Date(now.getTime() + n * 60_000);
const ledger: Ledger = {
  chain: chain.name,
  kind: 'access-token',
  digest: digestOf(chain, caller),
  targetId: '100000000000000000003',
  mintedAt: now,
  expiresAt: minutes(60),
  current: 2,
  previous: 1,
  first: 1,
  leftover: 0,
  unproven: false,
};
const holdingOf = (part: Partial<Ledger> = {}): ListedSecret => ({
  annotations: annotationsOf({ ...ledger, ...part }),
  versionAliases: { current: 2, previous: 1 },
});
const EMPTY: ListedSecret = { annotations: {}, versionAliases: {} };
const pause = { paused: { until: minutes(600), reason: 'INC-1' } };

type Secrets = Record<string, ListedSecret>;
const findings = (
  secrets: Secrets,
  at = now,
  part: Partial<Chain> = {},
  unlisted: string[] = [],
) => {
  const file: ChainFile = {
    caller,
    tickEverySeconds: 60,
    writesPerMinute: 540,
    chains: [{ ...chain, ...part }],
    exceptions: [],
  };
  const listed = { secrets: new Map(Object.entries(secrets)), unlisted: new Set(unlisted) };
  return finish(credentialFindings(file, listed, at));
};

describe('a finding about a secret', () => {
  const held = { [SECRET]: holdingOf() };
  const other = 'projects/acme-ops/secrets/old-export';
  const byNumber = 'projects/700000000001/secrets/billing-export';
  const rows: { title: string; of: Parameters<typeof findings>; expected: string[] }[] = [
    { title: 'is not made for a fresh credential', of: [held], expected: [] },
    {
      title: 'is late if the credential was not rotated when it was due',
      of: [held, minutes(45)],
      expected: ['medium credential-late'],
    },
    {
      title: 'is stale if the credential has expired',
      of: [held, minutes(60)],
      expected: ['high credential-stale'],
    },
    {
      title: 'is stale if no credential was ever stored',
      of: [{ [SECRET]: EMPTY }],
      expected: ['high credential-stale'],
    },
    {
      title: 'is a missing secret if the secret does not exist',
      of: [{}],
      expected: ['high secret-missing'],
    },
    {
      title: 'is not made for a secret that was not listed',
      of: [{}, now, {}, ['acme-ops']],
      expected: [],
    },
    {
      title: 'is info for a paused chain',
      of: [held, now, pause],
      expected: ['info chain-paused'],
    },
    {
      title: 'is low for a paused chain whose credential has expired',
      of: [held, minutes(60), pause],
      expected: ['low chain-paused'],
    },
    {
      title: 'is stale and a mismatch if another chain writes the secret',
      of: [{ [SECRET]: holdingOf({ chain: 'other' }) }],
      expected: ['high credential-stale', 'high ledger-mismatch'],
    },
    {
      title: 'is low for a changed definition, which the next tick rotates',
      of: [held, now, { format: 'json' }],
      expected: ['low ledger-mismatch'],
    },
    {
      title: 'is medium for an alias that was moved, although the definition changed too',
      of: [
        { [SECRET]: { ...holdingOf(), versionAliases: { current: 1 } } },
        now,
        { format: 'json' },
      ],
      expected: ['medium ledger-mismatch'],
    },
    {
      title: 'is critical if readers had no credential three times within an hour',
      of: [{ [SECRET]: holdingOf({ healedAt: [-59, -30, -1].map(minutes) }) }],
      expected: ['critical healed-often'],
    },
    {
      title: 'is not made if the first of three times was an hour ago',
      of: [{ [SECRET]: holdingOf({ healedAt: [-60, -30, -1].map(minutes) }) }],
      expected: [],
    },
    {
      title: 'is made for a secret whose chain was removed',
      of: [{ ...held, [other]: holdingOf() }],
      expected: ['low chain-removed'],
    },
    {
      title: 'is made for a labelled secret that never had a chain',
      of: [{ ...held, [other]: EMPTY }],
      expected: ['low chain-removed'],
    },
    {
      title: 'is not made for the same secret under the number of its project',
      of: [{ ...held, [byNumber]: holdingOf() }],
      expected: [],
    },
  ];
  it.each(rows)('$title', ({ of, expected }) => {
    expect(findings(...of).map(({ severity, kind }) => `${severity} ${kind}`)).toEqual(expected);
  });

  it('names the chain, the target, the secret and the times', () => {
    expect(findings(held, minutes(61))).toEqual([
      {
        kind: 'credential-stale',
        severity: 'high',
        chain: 'billing-export',
        chains: ['billing-export'],
        account: READER,
        fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
        evidence: {
          summary:
            'the credential of billing-export expired at 2026-11-22T13:00:00.000Z, and its readers have no newer one',
          resource: SECRET,
        },
      },
    ]);
  });

  it('is the same finding an hour later, and another one for another chain', () => {
    const [first] = findings(held, minutes(60));
    const [again] = findings(held, minutes(120));
    const [another] = findings({ [SECRET]: holdingOf({ chain: 'b' }) }, now, { name: 'c' });
    expect(again?.fingerprint).toBe(first?.fingerprint);
    expect(another?.fingerprint).not.toBe(first?.fingerprint);
  });

  it('has a fix that creates a missing secret, or removes the label of an unused one', () => {
    expect(findings({})[0]?.fix?.gcloud).toBe(
      'gcloud secrets create billing-export --project=acme-ops --labels=managed-by=hopmint --replication-policy=automatic',
    );
    expect(findings({ ...held, [other]: EMPTY })[0]?.fix?.gcloud).toBe(
      'gcloud secrets update old-export --project=acme-ops --remove-labels=managed-by',
    );
  });
});
