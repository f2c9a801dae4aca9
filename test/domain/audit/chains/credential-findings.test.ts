import { credentialFindings } from '../../../../shared/domain/audit/chains/credential-findings.ts';
import type { Chain, ChainFile } from '../../../../shared/domain/chain/chain.ts';
import { digestOf } from '../../../../shared/domain/chain/definition.ts';
import { annotationsOf, type Ledger } from '../../../../shared/domain/rotation/ledger.ts';
import type { ListedSecret } from '../../../../shared/domain/rotation/listed-secrets.ts';

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
  destroyedThrough: 0,
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
  const holdings = { secrets: new Map(Object.entries(secrets)), unlisted: new Set(unlisted) };
  return credentialFindings(file, holdings, at);
};

describe('what the secrets tell against the chains', () => {
  const held = { [SECRET]: holdingOf() };
  const other = 'projects/acme-ops/secrets/old-export';
  const byNumber = 'projects/700000000001/secrets/billing-export';
  const rows: [title: string, of: Parameters<typeof findings>, told: string[]][] = [
    ['is nothing, of a fresh credential', [held], []],
    [
      'is a late one, that was not rotated when it was due',
      [held, minutes(45)],
      ['medium credential-late'],
    ],
    ['is a stale one, that is over', [held, minutes(60)], ['high credential-stale']],
    ['is that there never was one', [{ [SECRET]: EMPTY }], ['high credential-stale']],
    ['is that there is nowhere to store it', [{}], ['high secret-missing']],
    ['is nothing, of what was not listed', [{}, now, {}, ['acme-ops']], []],
    ['is that it is paused', [held, now, pause], ['info chain-paused']],
    [
      'counts for a pause that left nothing to read',
      [held, minutes(60), pause],
      ['low chain-paused'],
    ],
    [
      'is that another chain writes the secret',
      [{ [SECRET]: holdingOf({ chain: 'other' }) }],
      ['high credential-stale', 'high ledger-mismatch'],
    ],
    [
      'is a change that the next tick makes good',
      [held, now, { format: 'json' }],
      ['low ledger-mismatch'],
    ],
    [
      'is an alias that somebody moved, which counts for more than that change',
      [{ [SECRET]: { ...holdingOf(), versionAliases: { current: 1 } } }, now, { format: 'json' }],
      ['medium ledger-mismatch'],
    ],
    [
      'is a secret whose chain was removed',
      [{ ...held, [other]: holdingOf() }],
      ['low chain-removed'],
    ],
    [
      'is a labelled secret that never had a chain',
      [{ ...held, [other]: EMPTY }],
      ['low chain-removed'],
    ],
    [
      'is nothing, of the same secret by the number of its project',
      [{ ...held, [byNumber]: holdingOf() }],
      [],
    ],
  ];
  it.each(rows)('%s', (_title, of, told) => {
    expect(findings(...of).map(({ severity, kind }) => `${severity} ${kind}`)).toEqual(told);
  });

  it('names the chain, the target, the secret and the times', () => {
    expect(findings(held, minutes(61))).toEqual([
      {
        kind: 'credential-stale',
        severity: 'high',
        chain: 'billing-export',
        account: READER,
        fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
        evidence: {
          summary:
            'the credential of billing-export ended at 2026-11-22T13:00:00.000Z, and its readers have no other',
          resource: SECRET,
          chains: ['billing-export'],
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

  it('mends a missing secret by making it, and a removed chain without deleting anything', () => {
    expect(findings({})[0]?.fix?.gcloud).toBe(
      'gcloud secrets create billing-export --project=acme-ops --labels=managed-by=hopmint --replication-policy=automatic',
    );
    expect(findings({ ...held, [other]: EMPTY })[0]?.fix?.gcloud).toBe(
      'gcloud secrets update old-export --project=acme-ops --remove-labels=managed-by',
    );
  });
});
