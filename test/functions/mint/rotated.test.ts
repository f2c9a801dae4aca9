import {
  chainOf,
  openRotationWorld,
  type RotationWorld,
  TARGET,
  TOKEN,
} from '../rotation-world.ts';

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
  expect(await world.deliver(request, { rotatedTopic, cloud, signal })).toMatchObject({ ok: true });
  expect(await world.rotations()).toHaveLength(1);
});
