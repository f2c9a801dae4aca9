import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import type { Report } from '../../../shared/domain/audit/report.ts';
import { parseTick } from '../../../shared/domain/rotation/messages.ts';
import {
  linesOf,
  type ObservedWorld,
  openObservedWorld,
  REBORN_ID,
} from '../../functions/audit/observation/observed-world.ts';
import {
  chainOf,
  type RotationWorld,
  SPECS,
  TARGET,
  TARGET_ID,
} from '../../functions/rotation-world.ts';

const KINDS = ['access-token', 'id-token', 'signed-jwt', 'signed-blob'] as const;

let observed: ObservedWorld;
let world: RotationWorld;
beforeEach(async () => {
  observed = await openObservedWorld([
    ...KINDS.map((kind) => chainOf(kind, SPECS[kind])),
    chainOf('pinned', SPECS['signed-jwt'], { target: { email: TARGET, uniqueId: TARGET_ID } }),
  ]);
  world = observed.world;
});
afterEach(() => world.close());

const published = async () => {
  const path = `/service_accounts/v1/metadata/jwk/${TARGET}`;
  const answer = await fetch(`${world.local.url}${path}`);
  return (await answer.json()) as { keys: JsonWebKey[] };
};

/** Whether a service accepts the newest credential of a chain now. */
async function isAccepted(kind: (typeof KINDS)[number]): Promise<boolean> {
  const payload = world.payload(kind, world.versions(kind).at(-1)?.number ?? 0);
  const { url, state } = world.local;
  switch (kind) {
    case 'access-token': {
      const answer = await fetch(`${url}/tokeninfo`, {
        method: 'POST',
        body: new URLSearchParams({ access_token: payload }),
      });
      return answer.ok;
    }
    case 'id-token': {
      const keys = createRemoteJWKSet(new URL(`${url}/oauth2/v3/certs`));
      const { payload: claims } = await jwtVerify(payload, keys, { currentDate: world.clock.now });
      return claims.sub === state.accountsByEmail.get(TARGET)?.uniqueId;
    }
    case 'signed-jwt': {
      const keys = createRemoteJWKSet(new URL(`${url}/service_accounts/v1/metadata/jwk/${TARGET}`));
      const verified = jwtVerify(payload, keys, { currentDate: world.clock.now });
      return verified.then(
        () => true,
        () => false,
      );
    }
    case 'signed-blob': {
      const [key = {}] = (await published()).keys;
      const publicKey = createPublicKey({ key, format: 'jwk' });
      const bytes = Buffer.from('release 42');
      return verify('RSA-SHA256', bytes, publicKey, Buffer.from(payload, 'base64'));
    }
  }
}

/** The requests of audit that are on the topic of ticks. They reach fanout. */
const deliverTicks = async () => {
  for (const data of await world.pullTicks()) {
    const tick = parseTick(data);
    if (!tick.ok) throw new Error(tick.error.detail);
    await world.tick(tick.value);
  }
};

describe('a target that was deleted and created again', () => {
  it('is reported, and credentials that are accepted replace those of each kind', async () => {
    const audit = observed.newAuditor();
    const found = (report: Pick<Report, 'findings'>) =>
      KINDS.flatMap((kind) => linesOf(report, kind));
    const accepted = () => Promise.all(KINDS.map(isAccepted));
    expect(found((await audit.renew()).value)).toEqual([]);
    expect(await accepted()).toEqual([true, true, true, true]);
    await observed.recreateTarget();
    world.advanceMinutes(1);
    expect(await accepted()).toEqual([false, false, false, false]);

    await audit.changed([`accounts/${TARGET}`]);
    const report = await audit.known();
    expect(found(report as Report)).toEqual(
      KINDS.map((kind) =>
        expect.stringMatching(
          new RegExp(`^high account-recreated: ${kind}: .* account ${REBORN_ID} now$`),
        ),
      ),
    );
    const { healthy, chains } = await observed.statusAfter(report);
    expect(healthy).toBe(false);
    expect(chains.slice(0, 4).map(({ state }) => state)).toEqual(KINDS.map(() => 'unusable'));

    await deliverTicks();
    expect(await accepted()).toEqual([true, true, true, true]);
    world.advanceMinutes(3);
    expect(found((await audit.renew()).value)).toEqual([]);
  });

  it('is asked for once within three minutes, and not for a pinned target, which no rotation can heal', async () => {
    const audit = observed.newAuditor();
    await observed.recreateTarget();
    world.advanceMinutes(1);
    await audit.renew();
    await audit.renew();
    const ticks = await world.pullTicks();
    expect(ticks.map((data) => parseTick(data))).toMatchObject([
      { ok: true, value: { only: [...KINDS], force: true } },
    ]);
    expect(observed.logged.filter((line) => line.startsWith('healing'))).toHaveLength(1);
    world.advanceMinutes(3);
    await audit.renew();
    expect(await world.pullTicks()).toHaveLength(1);
  });

  it('is healed three minutes later, without another event, if it was healed directly before', async () => {
    const audit = observed.newAuditor();
    await audit.renew();
    await observed.recreateTarget();
    world.advanceMinutes(2);
    await audit.changed([`accounts/${TARGET}`]);
    await deliverTicks();
    expect(await isAccepted('id-token')).toBe(true);
    await observed.recreateTarget('100000000000000000098');
    world.advanceMinutes(2);
    await audit.changed([`accounts/${TARGET}`]);
    await deliverTicks();
    expect(await isAccepted('id-token')).toBe(false);
    world.advanceMinutes(1);
    await audit.observe();
    await deliverTicks();
    expect(await isAccepted('id-token')).toBe(true);
  });

  it('again and again is healed every ten minutes, and is a critical finding after three times', async () => {
    const audit = observed.newAuditor();
    await audit.renew();
    const before = world.versions('id-token').length;
    for (let n = 0; n < 26; n++) {
      await observed.recreateTarget(`1000000000000000001${n + 10}`);
      world.advanceMinutes(2);
      await audit.renew();
      await deliverTicks();
    }
    const rotations = world.versions('id-token').length - before;
    expect(rotations).toBeGreaterThanOrEqual(5);
    expect(rotations).toBeLessThanOrEqual(9);
    expect(world.ledger('id-token')?.healedAt).toHaveLength(3);
    expect(linesOf((await audit.known()) as Report, 'id-token')).toContainEqual(
      expect.stringMatching(/^critical healed-often: readers of id-token/),
    );
  });
});
