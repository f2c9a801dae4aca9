import { CREDENTIALS } from '../../simulation/chains.ts';
import { advance, type Deployment, deploy } from '../../simulation/deployment.ts';
import {
  chainOf,
  openRotationWorld,
  RELAY,
  type RotationWorld,
  TARGET,
  TOKEN,
} from '../rotation-world.ts';

describe('Unreliable google:', () => {
  const NOON = new Date('2026-11-22T12:00:00Z');
  const SECRET = 'projects/acme-ops/secrets/export';
  const chain = chainOf(
    'export',
    {
      ...CREDENTIALS['access-token'],
      lifetimeSeconds: 3600,
    } as (typeof CREDENTIALS)['access-token'],
    { delegates: [{ email: RELAY }] },
  );

  let world: Deployment;
  beforeEach(async () => {
    world = await deploy([chain], { now: NOON });
    world.local.state.settings.staleReadSeconds = 60;
  });
  afterEach(() => world.close());

  const secret = () => world.local.state.secrets.get(SECRET);
  const current = () => Number(secret()?.annotations['hopmint-current'] ?? 0);
  const expiresAt = () => secret()?.annotations['hopmint-expires-at'];
  const called = (method: string) =>
    world.local.state.requests.filter(({ apiMethod }) => apiMethod === method).length;

  /** Runs a tick. @returns the mint request that fanout has published */
  async function request(data?: object) {
    world.publishTick(data);
    const tick = world.take('tick');
    if (!tick) throw new Error('no tick');
    await world.newFanout().run(tick);
    tick.acknowledge();
    const published = world.take('mint');
    if (!published) throw new Error('fanout published no mint request');
    return published;
  }

  /** Makes the next reads half a minute old: that is half of `staleReadSeconds`. */
  function lag(calls: number): void {
    let left = calls;
    world.local.state.random = () => (left-- > 0 ? 0.5 : 0);
  }

  describe('where Google gives a shorter lifetime than requested', () => {
    const shorter =
      (seconds: number): typeof fetch =>
      async (url, init) => {
        const sent = new Request(url, init);
        if (!sent.url.endsWith(':generateAccessToken')) return world.send(sent);
        const { url: sentUrl, method, headers } = sent;
        const body = JSON.stringify({
          ...((await sent.json()) as object),
          lifetime: `${seconds}s`,
        });
        return world.send(new Request(sentUrl, { method, headers, body }));
      };

    // hashicorp/vault-plugin-secrets-gcp#141 and terraform-provider-vault#1812: the reported expiry was computed, and wrong.
    // external-secrets/external-secrets#6690: expired tokens were served, because a timer decided when to refresh, and not their expiry.
    it('the ledger contains the expiry that Google gave, and the next rotation comes before it', async () => {
      await world.newMint({ fetch: shorter(20 * 60) }).run(await request());
      expect(expiresAt()).toBe('2026-11-22T12:20:00Z');
      for (let minute = 1; minute <= 20 && current() === 1; minute++) {
        advance(world, 60);
        await world.tick();
      }
      expect(current()).toBe(2);
      // Before the expiry there must be time for the retry window, the minimum validity and the clock skew.
      const rotatedAtMinute = (+world.clock.now - +NOON) / 60_000;
      expect(rotatedAtMinute).toBeLessThanOrEqual(20 - 10 - 5 - 1);
    });
  });

  describe('where a grant takes seven minutes to spread', () => {
    // hashicorp/vault-plugin-secrets-gcp#111 and PR #246, terraform-google-bootstrap#259, google-cloud-cpp#10587: a program waited a minute
    // for a new grant and then gave up, although a grant can take seven minutes.
    it('the retries mint the chain, without a request of a person', async () => {
      const { state } = world.local;
      const grants = [...state.policies].find(([name]) => name.endsWith(TARGET));
      if (!grants) throw new Error('the target has no policy');
      state.policies.set(grants[0], { bindings: [] });
      const minutes = async (from: number, to: number) => {
        for (let minute = from; minute <= to; minute++) {
          await world.tick();
          advance(world, 60);
        }
      };
      await minutes(0, 6);
      expect(current()).toBe(0);
      state.policies.set(...grants);
      await minutes(7, 10);
      expect(current()).toBe(1);
    });
  });

  describe('where a read of Secret Manager is older than the last write', () => {
    it('a forced tick right after a rotation rotates again, although its list is old', async () => {
      await world.tick();
      advance(world, 5);
      lag(1);
      const forced = await request({ only: ['export'], force: true });
      await world.newMint().run(forced);
      expect(current()).toBe(2);
    });

    it('a mint request that names a newer version than the read is run after another read', async () => {
      await world.tick();
      advance(world, 5);
      const forced = await request({ only: ['export'], force: true });
      const before = called('projects.secrets.get');
      lag(1);
      await world.newMint().run(forced);
      expect([current(), called('projects.secrets.get') - before]).toEqual([2, 2]);
    });

    it('a commit that fails with a stale etag is repeated with the new etag', async () => {
      const published = await request();
      const before = called('projects.secrets.patch');
      let calls = 0;
      const editBeforeCommit: typeof fetch = async (url, init) => {
        const sent = new Request(url, init);
        if (sent.method === 'PATCH' && calls++ === 0) {
          await world.asAda('PATCH', `/v1/${SECRET}?updateMask=annotations`, {
            annotations: { team: 'billing' },
          });
          lag(2);
        }
        return world.send(sent);
      };
      await world.newMint({ fetch: editBeforeCommit }).run(published);
      expect(current()).toBe(1);
      // The edit, the commit that is refused, and the commit that succeeds. There is no second attempt under the refused etag.
      expect(called('projects.secrets.patch') - before).toBe(3);
    });
  });

  describe('where the response to a write is lost', () => {
    it('a rotation adds no second version, and the next rotation commits a version that it adds', async () => {
      const published = await request();
      world.local.state.faults = [{ path: ':addVersion', loseAnswer: true, times: 1 }];
      await world.newMint().run(published);
      expect([called('projects.secrets.addVersion'), current()]).toEqual([1, 0]);
      advance(world, 120);
      await world.tick();
      expect([secret()?.versions.length, current()]).toEqual([2, 2]);
    });
  });
});

describe('Rotated:', () => {
  const rotatedTopic = 'projects/acme-ops/topics/hopmint-rotated';

  let world: RotationWorld;
  beforeEach(async () => {
    world = await openRotationWorld([chainOf('export', TOKEN)]);
  });
  afterEach(() => world.close());

  const rotate = async () => {
    const [request = ''] = await world.requests();
    return world.deliver(request, { rotatedTopic });
  };

  describe('A rotation', () => {
    it('is announced once after its commit, without the credential', async () => {
      await rotate();
      world.advanceMinutes(30);
      await rotate();
      const messages = await world.rotations();
      expect(messages.map(({ text }) => JSON.parse(text))).toEqual(
        [
          { version: 1, expiresAt: '2026-11-22T13:00:00.000Z' },
          { version: 2, expiresAt: '2026-11-22T13:30:00.000Z' },
        ].map((part) => ({
          chain: 'export',
          secret: 'projects/acme-ops/secrets/export',
          kind: 'access-token',
          ...part,
        })),
      );
      for (const { attributes } of messages) {
        expect(attributes).toEqual({ chain: 'export', kind: 'access-token' });
      }
      expect(JSON.stringify(messages)).not.toContain(world.payload('export', 2).slice(0, 20));
      expect(JSON.stringify(messages)).not.toContain(TARGET);
    });

    it('is announced once for two deliveries of its request', async () => {
      const [request = ''] = await world.requests();
      const deliver = () => world.deliver(request, { rotatedTopic });
      await Promise.all([deliver(), deliver()]);
      await deliver();
      expect(await world.rotations()).toHaveLength(1);
    });

    it('is not announced where the topic is off', async () => {
      const [request = ''] = await world.requests();
      expect(await world.deliver(request)).toMatchObject({ ok: true });
      expect(await world.rotations()).toEqual([]);
    });

    it.each([
      { what: 'PATCH', fault: { path: '/secrets/export', method: 'PATCH', status: 403 } },
      { what: 'mint', fault: { path: ':generateAccessToken', status: 403 } },
    ])('is not announced without its commit: $what is refused', async ({ fault }) => {
      world.local.state.faults = [fault];
      expect(await rotate()).toMatchObject({ ok: false });
      expect(await world.rotations()).toEqual([]);
    });
  });

  describe('A rotation that cannot be announced', () => {
    const rows = [
      { why: 'is denied', fault: { status: 403 }, reason: 'publish-denied', sent: 0 },
      { why: 'gets 503', fault: { status: 503 }, reason: 'cloud-busy', sent: 0 },
      { why: 'loses its connection', fault: { reset: true }, reason: 'cloud-busy', sent: 0 },
      { why: 'loses its answer', fault: { loseAnswer: true }, reason: 'cloud-busy', sent: 1 },
    ];
    it.each(rows)('succeeds, and asks Pub/Sub once: the publish $why', async (row) => {
      const { fault, reason, sent } = row;
      world.local.state.faults = [{ path: 'hopmint-rotated:publish', ...fault }];
      expect(await rotate()).toMatchObject({ ok: true, value: { unannounced: { reason } } });
      world.local.state.faults = [];
      const publishes = world.local.state.requests.filter(({ path }) =>
        path.endsWith('hopmint-rotated:publish'),
      );
      expect(publishes).toHaveLength(1);
      expect(await world.rotations()).toHaveLength(sent);
      expect(world.ledger('export')?.current).toBe(1);
      expect(await world.failures()).toEqual([]);
    });

    it('succeeds when the time for the publish is over', async () => {
      const [request = ''] = await world.requests();
      const reportDeadline = () => AbortSignal.abort();
      const minted = await world.deliver(request, { rotatedTopic, reportDeadline });
      expect(minted).toMatchObject({ ok: true, value: { version: 1, unannounced: {} } });
    });
  });

  it('A rotation is announced although its own time is over', async () => {
    const [request = ''] = await world.requests();
    const deadline = new AbortController();
    const { secrets } = world.cloud;
    const commit: typeof secrets.commit = async (...call) => {
      const committed = await secrets.commit(...call);
      deadline.abort();
      return committed;
    };
    const cloud = { ...world.cloud, secrets: { ...secrets, commit } };
    const { signal } = deadline;
    expect(await world.deliver(request, { rotatedTopic, cloud, signal })).toMatchObject({
      ok: true,
    });
    expect(await world.rotations()).toHaveLength(1);
  });
});
