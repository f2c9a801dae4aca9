import { reportOf } from '../../../../shared/domain/audit/report.ts';
import { parseMint } from '../../../../shared/domain/audit/seen/mint.ts';
import {
  mergedSeen,
  NOTHING_SEEN,
  parseSeen,
  type Seen,
} from '../../../../shared/domain/audit/seen/seen-state.ts';
import { decideOverdue, takeMints } from '../../../../shared/domain/audit/seen/take-mints.ts';
import type { ChainFile } from '../../../../shared/domain/chain/chain.ts';
import type { DataAccessLog } from '../../../../shared/domain/iam/policy.ts';
import { MINTER, now, READER, RELAY, snapshot } from '../../iam/snapshots.ts';
import { chain, file, minter, needed, user, version } from '../audit-world.ts';

const ADMIN_READ = { service: 'iam.googleapis.com', logType: 'ADMIN_READ', exemptedMembers: [] };
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const ago = (ms: number) => new Date(now.getTime() - ms).toISOString();

type Given = {
  readonly id?: string;
  readonly at?: string;
  readonly by?: string;
  /** What authenticationInfo has besides. */
  readonly info?: object;
  readonly delegates?: readonly string[];
  readonly account?: readonly [email: string, uniqueId: string];
  readonly method?: string;
  readonly code?: number;
};
/** An entry with the fields of captured ones. */
const entryOf = ({
  id = 'a',
  at = ago(0),
  by = MINTER,
  info = {},
  delegates = [RELAY],
  account = [READER, '100000000000000000003'],
  method = 'GenerateAccessToken',
  code = 0,
}: Given = {}) => ({
  insertId: id,
  timestamp: at,
  protoPayload: {
    serviceName: 'iamcredentials.googleapis.com',
    methodName: method,
    status: code === 0 ? {} : { code },
    authenticationInfo: { principalEmail: by, ...info },
    request: {
      name: `projects/-/serviceAccounts/${account[0]}`,
      ...(delegates.length > 0 && {
        delegates: delegates.map((name) => `projects/-/serviceAccounts/${name}`),
      }),
    },
    metadata: { identityDelegationChain: [`projects/-/serviceAccounts/${account[0]}`] },
  },
  resource: {
    type: 'service_account',
    labels: { email_id: account[0], unique_id: account[1], project_id: 'acme-data' },
  },
});
const mintOf = (given?: Given) => {
  const mint = parseMint(entryOf(given));
  if (!mint || mint === 'refused') throw new Error('the entry is no mint');
  return mint;
};
const seenOf = (given: readonly Given[], from: Seen = NOTHING_SEEN, at = now) =>
  mergedSeen(from, takeMints(file, given.map(mintOf), from).seen, at);

const findingsIn = (
  seen: Seen,
  {
    edit = {},
    logs = [ADMIN_READ],
    at = now,
  }: { edit?: Partial<ChainFile>; logs?: DataAccessLog[]; at?: Date } = {},
) => {
  const read = snapshot({ bindings: needed });
  const policies = new Map(read.policies).set('organizations/91', {
    bindings: [],
    dataAccessLogs: logs,
  });
  const whole = { ...file, ...edit };
  return reportOf(whole, version, { ...read, policies }, undefined, at, undefined, {}, seen);
};
const kindsIn = (...given: Parameters<typeof findingsIn>) =>
  findingsIn(...given).findings.flatMap(({ kind, member, account }) =>
    ['undeclared-mint', 'mint-without-commit', 'hop-unused'].includes(kind)
      ? [`${kind} ${member?.split('@')[0]} ${account.split('@')[0]}`]
      : [],
  );

describe('an entry of the log', () => {
  it('names who minted, through which accounts', () => {
    const info = {
      serviceAccountDelegationInfo: [
        { firstPartyPrincipal: { principalEmail: 'ada@acme.com' } },
        { principalSubject: 'principal://iam.googleapis.com/x' },
        {
          firstPartyPrincipal: {
            principalEmail: 'service-1@serverless-robot-prod.iam.gserviceaccount.com',
          },
        },
        {},
      ],
    };
    expect(mintOf({ info })).toMatchObject({
      by: ['user:ada@acme.com', 'principal://iam.googleapis.com/x', minter],
      delegates: [RELAY],
      kind: 'access-token',
    });
  });

  it('of a federated identity has no email', () => {
    const info = { principalEmail: '', principalSubject: 'principal://iam.googleapis.com/x' };
    expect(mintOf({ info }).by).toEqual(['principal://iam.googleapis.com/x']);
  });

  it.each([
    { title: 'a refused mint', entry: entryOf({ code: 7 }), is: 'refused' },
    { title: 'another method', entry: entryOf({ method: 'SetIamPolicy' }), is: undefined },
    { title: 'another value', entry: { insertId: 'a' }, is: undefined },
    { title: 'a list', entry: [], is: undefined },
  ])('is no mint if it is $title', ({ entry, is }) => {
    expect(parseMint(entry)).toBe(is);
  });
});

describe('a mint', () => {
  const exception = {
    account: { email: READER },
    member: user,
    reason: 'INC-1',
    owner: 'o@acme.com',
    expires: new Date('2027-01-01'),
  };
  const rows: { title: string; given: Given; finds: string[]; edit?: Partial<ChainFile> }[] = [
    {
      title: 'of a stranger',
      given: { by: 'eve@acme.com', delegates: [] },
      finds: ['undeclared-mint user:eve reader'],
    },
    {
      title: 'of a stranger through the delegate',
      given: { by: 'eve@acme.com' },
      finds: ['undeclared-mint user:eve reader'],
    },
    {
      title: 'of the delegate as the caller’s hop declares',
      given: { by: RELAY, delegates: [] },
      finds: [],
    },
    {
      title: 'of the caller without its delegate',
      given: { delegates: [] },
      finds: ['undeclared-mint serviceAccount:minter reader'],
    },
    {
      title: 'of the delegate, whose token a stranger minted',
      given: {
        by: RELAY,
        delegates: [],
        info: {
          serviceAccountDelegationInfo: [
            { firstPartyPrincipal: { principalEmail: 'eve@acme.com' } },
          ],
        },
      },
      finds: ['undeclared-mint user:eve reader'],
    },
    {
      title: 'of the delegate as itself by a stranger',
      given: { by: 'eve@acme.com', delegates: [], account: [RELAY, '100000000000000000002'] },
      finds: ['undeclared-mint user:eve relay'],
    },
    {
      title: 'of another account',
      given: { by: 'eve@acme.com', account: ['x@acme-data.iam.gserviceaccount.com', '9'] },
      finds: [],
    },
    {
      title: 'of a member of an exception',
      given: { by: 'eve@acme.com', delegates: [] },
      edit: { exceptions: [exception] },
      finds: [],
    },
    {
      title: 'of a member of an exception that had ended',
      given: { by: 'eve@acme.com', delegates: [] },
      edit: { exceptions: [{ ...exception, expires: new Date(now.getTime() - MINUTE_MS) }] },
      finds: ['undeclared-mint user:eve reader'],
    },
    {
      title: 'of the caller as its delegate',
      given: { delegates: [], account: [RELAY, '100000000000000000002'] },
      finds: ['undeclared-mint serviceAccount:minter relay'],
    },
    {
      title: 'of the caller with another kind',
      given: { method: 'SignBlob' },
      finds: ['undeclared-mint serviceAccount:minter reader'],
    },
    {
      title: 'of the delegate with another kind, if grants are narrow',
      given: { by: RELAY, delegates: [], method: 'SignBlob' },
      edit: { grants: 'narrow' },
      finds: ['undeclared-mint serviceAccount:relay reader'],
    },
    { title: 'of the caller as the chain says', given: {}, finds: [] },
  ];
  it.each(rows)('$title: $finds', ({ given, edit = {}, finds }) => {
    expect(kindsIn(seenOf([given]), { edit })).toEqual(finds);
  });

  it('stays reported for seven days after the last one, and is one finding for all of them', () => {
    const by = 'eve@acme.com';
    const seen = seenOf([
      { id: 'b', by, at: ago(MINUTE_MS) },
      { id: 'a', by, at: ago(DAY_MS), method: 'SignJwt' },
      { id: 'b', by, at: ago(MINUTE_MS) },
    ]);
    const [finding] = findingsIn(seen).findings.filter(({ kind }) => kind === 'undeclared-mint');
    expect(finding?.evidence).toMatchObject({
      kinds: ['access-token', 'signed-jwt'],
      path: [user, RELAY, READER],
      summary: expect.stringContaining(`last at ${ago(MINUTE_MS)}`),
    });
    const later = new Date(now.getTime() + 8 * DAY_MS);
    expect(kindsIn(mergedSeen(seen, NOTHING_SEEN, later), { at: later })).toEqual([]);
  });

  it('is news the first time only', () => {
    const by = 'eve@acme.com';
    const seen = seenOf([{ by }]);
    expect(takeMints(file, [mintOf({ by })], NOTHING_SEEN).isNews).toBe(true);
    expect(takeMints(file, [mintOf({ by, id: 'c' })], seen).isNews).toBe(false);
    expect(takeMints(file, [mintOf()], NOTHING_SEEN).isNews).toBe(false);
  });
});

describe('a mint of the caller', () => {
  const at = ago(3 * MINUTE_MS);
  const decided = (addedAt: readonly string[] | undefined, given: readonly Given[] = [{ at }]) => {
    const seen = seenOf(given);
    const more = decideOverdue(seen, () => addedAt?.map((text) => new Date(text)), now).seen;
    return mergedSeen(seen, more, now);
  };
  const plus = (seconds: number) => new Date(Date.parse(at) + seconds * 1000).toISOString();
  const first = ago(DAY_MS);

  it.each([
    { title: 'a version followed', added: [first, plus(5)], finds: 0 },
    {
      title: 'the version was added a minute and a half later',
      added: [first, plus(90)],
      finds: 1,
    },
    { title: 'the version is older', added: [first, plus(-60)], finds: 1 },
    { title: 'no version followed', added: [first], finds: 1 },
    { title: 'there is no version at all', added: [], finds: 1 },
    { title: 'all versions that are left are newer', added: [plus(600)], finds: 0 },
    { title: 'the versions are unknown', added: undefined, finds: 0 },
  ])('is reported $finds times if $title', ({ added, finds }) => {
    const seen = decided(added);
    expect(kindsIn(seen)).toHaveLength(finds);
    expect(seen.pending).toHaveLength(added ? 0 : 1);
  });

  it('is not decided before two minutes', () => {
    const seen = decided([first], [{ at: ago(MINUTE_MS) }]);
    expect([kindsIn(seen), seen.pending.length]).toEqual([[], 1]);
  });

  it('may be repeated once for a version, and is reported the second time', () => {
    const given = [0, 1, 2].map((i) => ({ id: `id${i}`, at: plus(i) }));
    expect(decided([first, plus(5)], given.slice(0, 2)).uncommitted).toEqual([]);
    expect(decided([first, plus(5)], given).uncommitted).toMatchObject([{ lastAt: plus(0) }]);
  });

  it('is decided once, although its entry comes again', () => {
    const seen = decided([first, plus(5)]);
    expect(seenOf([{ at }], seen).pending).toEqual([]);
  });
});

describe('a hop', () => {
  const keys = [`${MINTER} ${RELAY}`, `${RELAY} ${READER}`];
  const used = (days: number): Seen => ({
    ...NOTHING_SEEN,
    hops: Object.fromEntries(keys.map((key) => [key, ago(days * DAY_MS)])),
  });

  it('is reported after 30 days without use, and not before', () => {
    expect(kindsIn(used(30))).toEqual([
      'hop-unused serviceAccount:minter relay',
      'hop-unused serviceAccount:relay reader',
    ]);
    expect(kindsIn(used(29))).toEqual([]);
    expect(findingsIn(used(30)).clean).toBe(true);
  });

  it('is used by each mint that goes over it', () => {
    const mixed = mergedSeen(used(40), seenOf([{ by: 'eve@acme.com' }]), now);
    expect(kindsIn(mixed)).toContain('hop-unused serviceAccount:minter relay');
    expect(kindsIn(mixed)).not.toContain('hop-unused serviceAccount:relay reader');
    expect(seenOf([{}]).hops).toEqual({
      [keys[0] as string]: ago(0),
      [keys[1] as string]: ago(0),
    });
  });

  it('is not reported where mints are not logged', () => {
    expect(kindsIn(used(40), { logs: [] })).toEqual([]);
  });
});

describe('the coverage of a report', () => {
  const reasonsIn = (logs: DataAccessLog[], seen: Seen | undefined = NOTHING_SEEN) =>
    findingsIn(seen, { logs }).coverage.notCovered.flatMap(({ resource, reason }) =>
      resource.startsWith('mints of') ? [`${resource.split('/').at(-1)}: ${reason}`] : [],
    );
  const seen = { ...NOTHING_SEEN, entryAt: { 'acme-data': ago(MINUTE_MS) } };

  it('names the projects whose mints are not logged', () => {
    expect(reasonsIn([], seen)).toEqual([
      expect.stringMatching(/^acme-data: its audit log has no Data Access entries/),
      expect.stringMatching(/^acme-ops: its audit log has no Data Access entries/),
    ]);
    expect(reasonsIn([{ ...ADMIN_READ, logType: 'DATA_READ' }], seen)).toHaveLength(2);
    expect(reasonsIn([ADMIN_READ], seen)).toEqual([]);
  });

  it('names members whose mints are left out, but not our own accounts, which only read', () => {
    const own = 'serviceAccount:hopmint-audit@acme-ops.iam.gserviceaccount.com';
    expect(reasonsIn([{ ...ADMIN_READ, exemptedMembers: [own] }], seen)).toEqual([]);
    expect(reasonsIn([{ ...ADMIN_READ, exemptedMembers: [own, user] }], seen)).toEqual([
      `acme-data: its audit log leaves out the mints of ${user}`,
      `acme-ops: its audit log leaves out the mints of ${user}`,
    ]);
  });

  it('says that no entry arrives, although they are logged', () => {
    expect(reasonsIn([ADMIN_READ])).toEqual([
      'acme-data: no entry has arrived yet: check the log sink to hopmint-minted (compare_mints in Terraform)',
    ]);
  });
});

describe('the state of what was seen', () => {
  it('is the same in every order of deliveries and writes, and survives its text', () => {
    const parts = [
      [{ id: 'a', at: ago(9 * MINUTE_MS) }],
      [{ id: 'b', by: 'eve@acme.com', at: ago(5 * MINUTE_MS) }],
      [{ id: 'c', by: 'eve@acme.com', at: ago(7 * MINUTE_MS) }],
      [{ id: 'a', at: ago(9 * MINUTE_MS) }],
    ].map((given) => seenOf(given));
    const forwards = parts.reduce((a, b) => mergedSeen(a, b, now), NOTHING_SEEN);
    const backwards = parts.reduceRight((a, b) => mergedSeen(b, a, now), NOTHING_SEEN);
    expect(backwards).toEqual(forwards);
    expect(parseSeen(JSON.stringify(forwards))).toEqual(forwards);
    expect(forwards).toMatchObject({ mints: [{ firstAt: ago(7 * MINUTE_MS) }], pending: [{}] });
  });

  it('has a bound', () => {
    const given = Array.from({ length: 600 }, (_, i) => ({
      id: `${i}`,
      by: `eve${i}@acme.com`,
      at: ago(i),
    }));
    const seen = seenOf(given);
    expect(seen.mints).toHaveLength(500);
    expect(seen.mints.at(-1)?.by).toEqual(['user:eve0@acme.com']);
  });

  it.each(['', '{', '{"version":2}', '[]'])('is not read from %j', (text) => {
    expect(parseSeen(text)).toBeUndefined();
  });

  it('is missing in a report without it, which says so', () => {
    const { coverage } = reportOf(file, version, snapshot({ bindings: needed }), undefined, now);
    expect(coverage.notCovered.map(({ resource }) => resource)).toContain('the log of mints');
    expect(chain.name).toBe('billing-export');
  });
});
