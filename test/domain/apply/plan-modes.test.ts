import type { Inventory } from '../../../shared/domain/apply/inventory.ts';
import { isEmpty } from '../../../shared/domain/apply/plan.ts';
import type { Chain } from '../../../shared/domain/chain/chain.ts';
import { hop1, hop2, minterOnSecret, READER, RELAY, until } from './plan-lines.ts';
import {
  bound,
  CREATOR,
  chainOf,
  EMPTY,
  FULL,
  fileOf,
  ops,
  plan,
  policyOf,
  sa,
  stepsOf,
  withPolicy,
} from './plan-world.ts';

describe('under grants: narrow', () => {
  const narrow = (part: Partial<Chain>) => fileOf([chainOf(part)], { grants: 'narrow' });
  const ungranted: Inventory = {
    ...FULL,
    policies: new Map([...FULL.policies, [RELAY, policyOf()], [READER, policyOf()]]),
    roles: new Map([
      ...FULL.roles,
      ...[
        'projects/acme-ops/roles/hopmintDelegate',
        'projects/acme-data/roles/hopmintAccessToken',
        'projects/acme-data/roles/hopmintSignJwt',
        'projects/acme-data/roles/hopmintSignBlob',
      ].map((name) => [name, 'missing'] as const),
    ]),
  };
  const kinds: { kind: string; credential: Chain['credential']; role: string; isOurs: boolean }[] =
    [
      {
        kind: 'an access token',
        credential: { kind: 'access-token', scopes: ['s'], lifetimeSeconds: 3600 },
        role: 'projects/acme-data/roles/hopmintAccessToken',
        isOurs: true,
      },
      {
        kind: 'an ID token',
        credential: { kind: 'id-token', audience: 'https://a.example', includeEmail: false },
        role: 'roles/iam.serviceAccountOpenIdTokenCreator',
        isOurs: false,
      },
      {
        kind: 'a JWT',
        credential: {
          kind: 'signed-jwt',
          claims: {},
          lifetimeSeconds: 3600,
          allowTokenExchange: false,
        },
        role: 'projects/acme-data/roles/hopmintSignJwt',
        isOurs: true,
      },
      {
        kind: 'a blob',
        credential: { kind: 'signed-blob', payload: 'AAAA', allowTokenExchange: false },
        role: 'projects/acme-data/roles/hopmintSignBlob',
        isOurs: true,
      },
    ];
  it.each(kinds)('$kind needs one permission at each hop', ({ credential, role, isOurs }) => {
    expect(stepsOf(plan(narrow({ credential }), ungranted))).toEqual([
      'create-role projects/acme-ops/roles/hopmintDelegate',
      ...(isOurs ? [`create-role ${role}`] : []),
      `add-member ${sa(ops('minter'))} projects/acme-ops/roles/hopmintDelegate ${RELAY}`,
      `add-member ${sa(ops('relay'))} ${role} ${READER}`,
    ]);
  });
});

describe('with grantFor: 90d', () => {
  const file = fileOf([chainOf()], { grantForSeconds: 90 * 86_400 });
  const end = 'if request.time < timestamp("2027-02-21T00:00:00Z")';
  const grantedUntil = (at: string) =>
    withPolicy(RELAY, { ...bound(CREATOR, sa(ops('minter'))), condition: until(at) });

  it('the grant of a hop ends at the midnight after 90 days, and the grant on a secret has no end', () => {
    expect(stepsOf(plan(file, EMPTY)).slice(2)).toEqual([
      minterOnSecret,
      `${hop1} ${end}`,
      `${hop2} ${end}`,
    ]);
  });

  it('two plans of one day are equal', () => {
    const later = new Date('2026-11-22T23:59:59Z');
    expect(plan(file, EMPTY, later)).toEqual(plan(file, EMPTY));
  });

  const renewals: { title: string; at: string; steps: string[] }[] = [
    {
      title: 'is not renewed while more than a third of its time is left',
      at: '2026-12-23T00:00:00Z',
      steps: [],
    },
    {
      title: 'is renewed in its last third',
      at: '2026-12-22T00:00:00Z',
      steps: [`${hop1} ${end}`],
    },
    { title: 'is renewed after its end', at: '2026-01-01T00:00:00Z', steps: [`${hop1} ${end}`] },
  ];
  it.each(renewals)('a grant $title', ({ at, steps }) => {
    expect(stepsOf(plan(file, grantedUntil(at)))).toEqual(steps);
  });

  it('a grant with a condition that is more than an end is renewed', () => {
    const condition = {
      title: 'nights',
      expression:
        'request.time < timestamp("2030-01-01T00:00:00Z") && request.time.getHours() > 20',
    };
    const inventory = withPolicy(RELAY, { ...bound(CREATOR, sa(ops('minter'))), condition });
    expect(stepsOf(plan(file, inventory))).toEqual([`${hop1} ${end}`]);
  });

  it('a grant without an end stays, and a note names it', () => {
    const endless = plan(file, FULL);
    expect(endless.steps).toEqual([]);
    expect(endless.notes.map(({ kind, resource }) => `${kind} ${resource}`)).toEqual([
      `grant-endless ${RELAY}`,
      `grant-endless ${READER}`,
    ]);
    expect(isEmpty(endless)).toBe(true);
  });
});
