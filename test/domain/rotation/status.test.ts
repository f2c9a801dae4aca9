import type { Chain, ChainFile } from '../../../shared/domain/chain/chain.ts';
import { digestOf } from '../../../shared/domain/chain/definition.ts';
import type { Freshness } from '../../../shared/domain/rotation/freshness.ts';
import { type EvidenceOf, NO_EVIDENCE } from '../../../shared/domain/rotation/ledger/evidence.ts';
import { annotationsOf } from '../../../shared/domain/rotation/ledger/ledger.ts';
import {
  parseMintRequest,
  parseProbe,
  parseTick,
} from '../../../shared/domain/rotation/messages.ts';
import { statusIn, statusOf } from '../../../shared/domain/rotation/status.ts';
import { tickHealthOf } from '../../../shared/domain/rotation/tick-health.ts';
import { statusText } from '../../../shared/report/status.ts';
import { versionOf } from '../chain/versions.ts';
import { at, ledger } from './freshness-world.ts';

const now = new Date('2026-11-22T12:10:00Z');
const caller = { email: 'minter@acme-ops.iam.gserviceaccount.com' };
const chainOf = (name: string, project: string, part: Partial<Chain> = {}): Chain => ({
  name,
  delegates: [],
  target: { email: `${name}@acme-data.iam.gserviceaccount.com` },
  credential: { kind: 'id-token', audience: 'https://partner.example.com', includeEmail: false },
  secret: `projects/${project}/secrets/${name}`,
  format: 'raw',
  rotateEverySeconds: 1800,
  retryWindowSeconds: 600,
  minValiditySeconds: 300,
  ...part,
});

const paused = { paused: { until: new Date('2026-11-23T00:00:00Z'), reason: 'INC-1' } };
const running = chainOf('running', 'acme-ops');
const pausedThere = chainOf('paused-there', 'acme-ops', paused);
const pausedElsewhere = chainOf('paused-elsewhere', 'acme-data', paused);
const chains = [running, pausedThere, pausedElsewhere];
const file: ChainFile = {
  caller,
  tickEverySeconds: 60,
  writesPerMinute: 540,
  chains,
  exceptions: [],
};

/** Each secret has a fresh credential. Secrets of the unread projects were not listed. */
const status = (...unreadProjects: string[]) => observedStatus(NO_EVIDENCE, ...unreadProjects);

function observedStatus(evidenceOf: EvidenceOf, ...unreadProjects: string[]) {
  const secrets = chains
    .filter(({ secret }) => !unreadProjects.includes(secret.split('/')[1] ?? ''))
    .map((chain) => {
      const annotations = annotationsOf({
        chain: chain.name,
        kind: chain.credential.kind,
        digest: digestOf(chain, caller),
        targetId: '100000000000000000003',
        mintedAt: new Date('2026-11-22T12:00:00Z'),
        expiresAt: new Date('2026-11-22T13:00:00Z'),
        current: 2,
        previous: 1,
        first: 1,
        leftover: 0,
        unproven: false,
      });
      return [chain.secret, { annotations, versionAliases: { current: 2, previous: 1 } }] as const;
    });
  const listed = { secrets: new Map(secrets), unlisted: new Set(unreadProjects) };
  const unread = unreadProjects.map((project) => ({
    resource: `projects/${project}/secrets`,
    reason: 'secret-denied',
  }));
  return statusOf(file, versionOf(), { listed, unread }, now, { evidenceOf });
}

const verdictOf = (text: string) => text.trimEnd().split('\n').at(-1);

describe('a status', () => {
  it('is unknown with a version on top of the committed one, though a rotation may be about to commit it', () => {
    const evidence = {
      observedAt: now,
      latest: { number: 3, state: 'enabled' },
      current: { number: 2, state: 'enabled' },
      unusable: [],
    } as const;
    const [first] = observedStatus(() => evidence).chains;
    expect(first?.state).toBe('unknown');
    expect(first?.remarks).toEqual([
      'readers of latest get version 3: a rotation is about to commit it, or somebody else added it',
    ]);
  });

  it('is healthy if every secret was read, and each chain is fresh or paused', () => {
    const all = status();
    expect(all.healthy).toBe(true);
    expect(verdictOf(statusText(all))).toBe('healthy: 3 chains, 1 fresh, 2 paused');
  });

  it.each([
    { situation: 'of all chains', shown: status('acme-data') },
    {
      situation: 'of one paused chain',
      shown: statusIn(status('acme-data'), [pausedElsewhere]),
    },
  ])('$situation is not healthy if a secret was not read, and says which list', ({ shown }) => {
    expect(shown.healthy).toBe(false);
    const text = statusText(shown);
    expect(text).toMatch(/^paused +paused-elsewhere .*INC-1; its secret could not be read$/m);
    expect(text).toMatch(/^unread +projects\/acme-data\/secrets: secret-denied$/m);
    expect(verdictOf(text)).toMatch(/^not healthy: .*; not read: projects\/acme-data\/secrets$/);
  });

  it('of some chains does not depend on the secrets of others', () => {
    const shown = statusIn(status('acme-data'), [running, pausedThere]);
    expect(shown).toMatchObject({ healthy: true, unread: [] });
    expect(verdictOf(statusText(shown))).toBe('healthy: 2 chains, 1 fresh, 1 paused');
  });
});

const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('parseTick', () => {
  const good: { title: string; data: string; expected: object }[] = [
    { title: 'reads an empty text as a plain tick', data: '', expected: { force: false } },
    { title: 'reads {} as a plain tick', data: '{}', expected: { force: false } },
    { title: 'reads names', data: '{"only":["a"]}', expected: { only: ['a'], force: false } },
    {
      title: 'reads forced names',
      data: '{"only":["a"],"force":true}',
      expected: { only: ['a'], force: true },
    },
  ];
  it.each(good)('$title', ({ data, expected }) => {
    expect(parseTick(base64(data))).toEqual({ ok: true, value: expected });
  });

  const bad: { title: string; data: string }[] = [
    { title: 'text', data: 'now!' },
    { title: 'a list', data: '[]' },
    { title: 'null', data: 'null' },
    { title: 'an unknown key', data: '{"chain":"a"}' },
    { title: 'names that are not a list', data: '{"only":"a"}' },
    { title: 'no names', data: '{"only":[]}' },
    { title: 'a force that is not a boolean', data: '{"force":"yes"}' },
  ];
  it.each(bad)('refuses $title', ({ data }) => {
    expect(parseTick(base64(data))).toMatchObject({
      ok: false,
      error: { reason: 'message-malformed' },
    });
  });
});

describe('parseProbe', () => {
  it('reads a probe, and nothing else', () => {
    expect(parseProbe(base64('{"probe":"a-1"}'))).toEqual({ probe: 'a-1' });
    for (const data of [
      '{}',
      '{"probe":"a b"}',
      '{"probe":"a","force":true}',
      '{"probe":1}',
      '[',
    ]) {
      expect(parseProbe(base64(data))).toBeUndefined();
    }
  });

  it('is refused where a tick or a mint request is expected', () => {
    expect(parseTick(base64('{"probe":"a-1"}')).ok).toBe(false);
    expect(parseMintRequest(base64('{"probe":"a-1"}')).ok).toBe(false);
  });
});

describe('parseMintRequest', () => {
  const request = {
    chain: 'billing-export',
    definition: {},
    digest: 'a'.repeat(64),
    replaces: 3,
    notAfter: '2026-11-22T12:02:00.000Z',
    forcedAt: '2026-11-22T11:59:59.000Z',
    correlationId: '17',
  };

  it('reads what fanout publishes', () => {
    expect(parseMintRequest(base64(JSON.stringify(request)))).toEqual({
      ok: true,
      value: {
        ...request,
        notAfter: new Date(request.notAfter),
        forcedAt: new Date(request.forcedAt),
      },
    });
  });

  it('names the faults of a malformed request, and no part of its text', () => {
    const malformed = { ...request, digest: 'ya29.secret', replaces: -1, token: 'ya29.secret' };
    const parsed = parseMintRequest(base64(JSON.stringify(malformed)));
    expect(parsed).toMatchObject({ ok: false, error: { reason: 'message-malformed' } });
    expect(JSON.stringify(parsed)).toMatch(/digest.*replaces/);
    expect(JSON.stringify(parsed)).not.toMatch(/ya29/);
  });
});

describe('ticks', () => {
  const now = at('12:40:00');
  const freshOf = (mintedAt: string, dueAt: string, overdue: boolean): Freshness => ({
    state: overdue ? 'late' : 'fresh',
    ledger: { ...ledger, mintedAt: at(mintedAt) },
    dueAt: at(dueAt),
    overdue,
    mismatches: [],
  });
  const broken = freshOf('11:50:00', '12:20:00', true);
  const rows: { title: string; chains: Record<string, Freshness>; overdue: string[] }[] = [
    {
      title: 'arrive while all chains rotate',
      chains: { a: freshOf('12:30:00', '13:00:00', false) },
      overdue: [],
    },
    {
      title: 'arrive while one chain is broken and others rotate',
      chains: { broken, a: freshOf('12:30:00', '13:00:00', false) },
      overdue: [],
    },
    {
      title: 'have stopped when no chain that became due since the last rotation was rotated',
      chains: {
        a: freshOf('11:55:00', '12:25:00', true),
        b: freshOf('12:05:00', '12:31:00', true),
      },
      overdue: ['a', 'b'],
    },
    {
      title: 'have stopped according to a chain that was not broken before',
      chains: {
        broken: freshOf('10:00:00', '10:30:00', true),
        b: freshOf('12:05:00', '12:31:00', true),
      },
      overdue: ['b'],
    },
    {
      title: 'are not known to have stopped if only paused chains are overdue',
      chains: { a: { ...broken, pause: { until: at('18:00:00'), reason: 'r' } } },
      overdue: [],
    },
    { title: 'are not known to have stopped if nothing was ever rotated', chains: {}, overdue: [] },
  ];
  it.each(rows)('$title', ({ chains, overdue }) => {
    const health = tickHealthOf(new Map(Object.entries(chains)));
    expect(health.overdue).toEqual(overdue);
    expect(health.stopped).toBe(overdue.length > 0);
    expect(Number(health.lastRotationAt ?? 0)).toBeLessThan(now.getTime());
  });
});
