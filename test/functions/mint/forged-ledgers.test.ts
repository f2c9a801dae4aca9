import fc from 'fast-check';
import { runs } from '../../runs.ts';
import { chainOf, openRotationWorld, type RotationWorld, TOKEN } from '../rotation-world.ts';

// Invariants I1, I2, I3 and I8 for a secret that somebody changes again and again. The person may do all that `roles/secretmanager.admin` allows,
// except to read and to delete. The audit log reports each change, sooner or later.

const SECRET = 'projects/acme-ops/secrets/export';
/** The secret has these versions before our first one. */
const THEIRS = 2;

/** An action of a person, at a minute. */
type Action =
  | { readonly kind: 'annotate'; readonly key: string; readonly value: string }
  | { readonly kind: 'shift'; readonly minutes: number }
  | {
      readonly kind: 'renumber';
      readonly current: number;
      readonly previous: number;
      readonly first: number;
    }
  | { readonly kind: 'wipe' | 'unlabel' | 'add' }
  | { readonly kind: 'disable' | 'destroy'; readonly back: number }
  | { readonly kind: 'alias'; readonly name: string; readonly back: number };

const KEYS = [
  'chain',
  'kind',
  'digest',
  'target-id',
  'minted-at',
  'expires-at',
  'current',
  'previous',
  'first',
  'leftover',
  'proof',
  'healed-at',
];
const VALUES = [
  '',
  '0',
  '1',
  '2',
  '3',
  '1000',
  '-1',
  'other',
  'proven',
  '2099-01-01T00:00:00Z',
  '2020-01-01T00:00:00Z',
  '2026-11-22T12:30:00Z',
  '100000000000000000099',
];
const back = fc.nat(3);
const number = fc.oneof(fc.nat(12), fc.constant(1000));
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({
    kind: fc.constant('annotate' as const),
    key: fc.constantFrom(...KEYS),
    value: fc.constantFrom(...VALUES),
  }),
  fc.record({ kind: fc.constant('shift' as const), minutes: fc.integer({ min: -40, max: 40 }) }),
  fc.record({
    kind: fc.constant('renumber' as const),
    current: number,
    previous: number,
    first: fc.integer({ min: THEIRS + 1, max: 12 }),
  }),
  fc.record({ kind: fc.constantFrom('wipe' as const, 'unlabel' as const, 'add' as const) }),
  fc.record({ kind: fc.constantFrom('disable' as const, 'destroy' as const), back }),
  fc.record({
    kind: fc.constant('alias' as const),
    name: fc.constantFrom('pinned', 'current', 'previous'),
    back,
  }),
);
/** Each action comes some minutes after the one before. The audit log reports it after some minutes, or never. */
const story = fc.array(
  fc.record({ action, after: fc.integer({ min: 0, max: 45 }), reported: fc.boolean() }),
  { minLength: 1, maxLength: 8 },
);

type Story = readonly {
  readonly action: Action;
  readonly after: number;
  readonly reported: boolean;
}[];
/** `npm test` tries this story alone. Random ones follow it in `.ci/run`. */
const EXAMPLE: Story = [
  { action: { kind: 'disable', back: 0 }, after: 10, reported: true },
  {
    action: { kind: 'renumber', current: 1000, previous: 999, first: 3 },
    after: 10,
    reported: true,
  },
  {
    action: { kind: 'annotate', key: 'minted-at', value: '2099-01-01T00:00:00Z' },
    after: 20,
    reported: false,
  },
];

const secretOf = (world: RotationWorld) => {
  const secret = world.local.state.secrets.get(SECRET);
  if (!secret) throw new Error('no secret');
  return secret;
};
const addForeign = (world: RotationWorld) =>
  world.cloud.secrets.addVersion(
    SECRET,
    { reveal: () => 'theirs' } as never,
    AbortSignal.timeout(5000),
  );

async function act(world: RotationWorld, one: Action): Promise<void> {
  const secret = secretOf(world);
  const edit = (annotations: Record<string, string>) => {
    secret.annotations = { ...secret.annotations, ...annotations };
  };
  const shifted = (key: string, minutes: number) => {
    const at = Date.parse(secret.annotations[key] ?? '') + minutes * 60_000;
    return Number.isNaN(at) ? '' : new Date(at).toISOString();
  };
  switch (one.kind) {
    case 'annotate':
      return edit({ [`hopmint-${one.key}`]: one.value });
    case 'shift':
      return edit({
        'hopmint-minted-at': shifted('hopmint-minted-at', one.minutes),
        'hopmint-expires-at': shifted('hopmint-expires-at', one.minutes),
      });
    case 'renumber':
      return edit({
        'hopmint-current': `${one.current}`,
        'hopmint-previous': `${one.previous}`,
        'hopmint-first': `${one.first}`,
      });
    case 'wipe':
      secret.annotations = {};
      return;
    case 'unlabel':
      secret.labels = {};
      return;
    case 'add':
      await addForeign(world);
      return;
    case 'alias':
      secret.versionAliases[one.name] = Math.max(1, secret.versions.length - one.back);
      return;
    case 'disable':
    case 'destroy': {
      const version = secret.versions.at(-1 - one.back);
      // A person who destroys the versions that were there before proves nothing about us.
      if (!version || version.number <= THEIRS || version.state !== 'ENABLED') return;
      await world.asAda(`${SECRET}/versions/${version.number}:${one.kind}`);
    }
  }
}

/** What a reader of `latest` gets; undefined for a credential of the chain with five minutes left. */
function problemOf(world: RotationWorld): string | undefined {
  const newest = secretOf(world).versions.at(-1);
  if (newest?.state !== 'ENABLED') return `the newest version is ${newest?.state}`;
  const token = Buffer.from(newest.data ?? '', 'base64').toString();
  const issued = world.local.state.tokens.get(token);
  if (!issued) return 'the newest version is not ours';
  const left = (Number(issued.expiresAt) - world.clock.now.getTime()) / 1000;
  return left < 300 ? `the newest version is valid for ${left} s` : undefined;
}

describe('a secret that somebody changes', () => {
  it('has a usable credential within two ticks of a report, and no version of theirs is destroyed', async () => {
    await fc.assert(
      fc.asyncProperty(story, async (steps) => {
        const world = await openRotationWorld([chainOf('export', TOKEN)]);
        try {
          for (let n = 0; n < THEIRS; n++) await addForeign(world);
          // They are older than any version that Hopmint destroys.
          const { versions } = secretOf(world);
          for (const [i, version] of versions.entries()) {
            versions[i] = { ...version, createTime: '2026-09-01T00:00:00Z' };
          }
          const destroyedByUs: number[] = [];
          const tick = async (minutes = 1) => {
            const results = await world.tick();
            for (const result of results)
              if (result.ok) destroyedByUs.push(...result.value.destroyed);
            world.advanceMinutes(minutes);
          };
          await tick();
          for (const { action: one, after, reported } of steps) {
            for (let minute = 0; minute < after; minute += 5) await tick(5);
            await act(world, one);
            if (reported) await world.check(['export']);
            await tick();
            await tick();
            if (reported) expect(problemOf(world)).toBeUndefined();
          }
          // What no event has reported is healed when the schedule rotates the chain.
          for (let minute = 0; minute < 45; minute += 3) await tick(3);
          expect(problemOf(world)).toBeUndefined();
          expect(destroyedByUs.filter((version) => version <= THEIRS)).toEqual([]);
          // An alias of theirs keeps its version, and a ledger that was wiped keeps two.
          for (let minute = 0; minute < 60; minute += 3) await tick(3);
          expect(problemOf(world)).toBeUndefined();
          const alive = secretOf(world).versions.filter(({ state }) => state !== 'DESTROYED');
          expect(alive.length).toBeLessThanOrEqual(THEIRS + 2 + 2 * steps.length);
        } finally {
          await world.close();
        }
      }),
      { numRuns: runs(1), seed: 18, examples: [[[...EXAMPLE]]] },
    );
  }, 600_000);
});
