import { join } from 'node:path';
import { type PauseOptions, pause } from '../../cli/commands/pause/pause.ts';
import { readSource } from '../../cli/operator/source.ts';
import type { Waits } from '../../shared/domain/basics/backoff.ts';
import { WIRE } from '../../shared/google/wire/wire.ts';
import {
  ADA,
  fileOf,
  openPublishWorld,
  PUBLISH_TO,
  type PublishWorld,
  READER,
} from './publish/world.ts';

let world: PublishWorld;
beforeEach(async () => {
  world = await openPublishWorld();
  await world.write({ 'chains.yaml': fileOf(['billing', 'partner']) });
  await world.publish({ yes: true });
});
afterEach(() => world.close());

const run = async (options: Partial<PauseOptions> = {}, account = ADA, waits: Waits = WIRE) => {
  const { io, written } = await world.as(account);
  const exit = await pause(
    {
      source: join(world.directory, 'chains.yaml'),
      json: false,
      chain: 'billing',
      until: '4h',
      reason: 'INC-1234',
      ...options,
    },
    io,
    readSource(io),
    waits,
  );
  return { exit, ...written };
};
const pauses = async () =>
  (await world.published())?.pauses.map(({ until, ...rest }) => ({
    ...rest,
    until: until.toISOString(),
  }));

describe('hopmint pause', () => {
  it('adds a pause to the published file, changes nothing else in it, and says what happens next', async () => {
    const before = world.object()?.text.split('\n') ?? [];
    const { exit, out } = await run();
    expect(exit).toBe(0);
    expect(out.split('\n')).toEqual([
      'billing is paused until 2026-11-22T16:00:00.000Z, for 4h: INC-1234',
      'The functions notice within a minute. Until the pause ends, nothing rotates or heals this chain, and its credential may expire.',
      'The next publish keeps the pause. To end it now: ./hopmint pause billing --until now --reason "…"',
      '',
    ]);
    expect(await pauses()).toEqual([
      { chain: 'billing', until: '2026-11-22T16:00:00.000Z', reason: 'INC-1234' },
    ]);
    const after = world.object()?.text.split('\n') ?? [];
    expect(after.slice(1)).toEqual(before.slice(1));
    expect(world.object()?.metadata).toEqual({ 'written-by': 'ada@acme.com' });
  });

  it('keeps the pauses of other chains, and replaces that of the chain', async () => {
    await run({ chain: 'partner', until: '1h', reason: 'INC-1' });
    await run({ until: '8h', reason: 'INC-2' });
    await run({ until: '2h', reason: 'INC-3' });
    expect(await pauses()).toEqual([
      { chain: 'billing', until: '2026-11-22T14:00:00.000Z', reason: 'INC-3' },
      { chain: 'partner', until: '2026-11-22T13:00:00.000Z', reason: 'INC-1' },
    ]);
  });

  it('is kept by the next publish', async () => {
    await run();
    await world.write({ 'chains.yaml': fileOf(['billing', 'partner', 'stamp']) });
    const { out } = await world.publish({ yes: true });
    expect(out).toContain(
      'paused    billing until 2026-11-22T16:00:00.000Z, by an operator: INC-1234',
    );
    expect(await pauses()).toHaveLength(1);
  });

  it.each([
    { until: '90m', at: '2026-11-22T13:30:00.000Z' },
    { until: '2d', at: '2026-11-24T12:00:00.000Z' },
    { until: '2026-12-01', at: '2026-12-01T00:00:00.000Z' },
    { until: '2026-11-23T09:00:00+01:00', at: '2026-11-23T08:00:00.000Z' },
  ])('takes --until $until', async ({ until, at }) => {
    expect((await run({ until })).exit).toBe(0);
    expect(await pauses()).toMatchObject([{ until: at }]);
  });

  it.each([{ until: 'now' }, { until: '2026-11-22T11:59:59Z' }, { until: '2020-01-01' }])(
    'ends with --until $until',
    async ({ until }) => {
      await run();
      const { exit, out } = await run({ until, reason: 'it is over' });
      expect(exit).toBe(0);
      expect(out).toBe(
        'The pause of billing is over.\nThe functions notice within a minute, and rotate the chain when it is due.\n',
      );
      expect(await pauses()).toEqual([]);
    },
  );

  it('writes nothing where there is no pause to end', async () => {
    const before = world.object();
    const { exit, out } = await run({ until: 'now' });
    expect(exit).toBe(0);
    expect(out).toBe('No operator has paused billing: nothing was written.\n');
    expect(world.object()).toEqual(before);
  });

  it('says that the chain file has a longer pause', async () => {
    const paused = `${fileOf(['partner', 'billing'])}    paused: { until: 2026-12-01, reason: INC-9 }\n`;
    await world.write({ 'chains.yaml': paused });
    await world.publish({ yes: true });
    const { out } = await run({ until: 'now' });
    expect(out).toContain(
      'The chain file pauses it until 2026-12-01T00:00:00.000Z: INC-9. To end that, change the chain file and publish.',
    );
  });

  it('edits a published file that --file names, without a chain file', async () => {
    expect((await run({ source: PUBLISH_TO })).exit).toBe(0);
    expect(await pauses()).toHaveLength(1);
  });

  it('edits the file that --to names, which the functions do not read', async () => {
    const to = join(world.directory, 'out.jsonl');
    await world.publish({ yes: true, to });
    const ran = await run({ to, source: 'no such file' });
    expect(ran.exit).toBe(0);
    expect(ran.out).not.toContain('The functions notice');
    expect((await run({ to, until: 'now' })).out).toBe('The pause of billing is over.\n');
    await run({ to });
    expect(await pauses()).toEqual([]);
    const { out } = await world.publish({ dryRun: true, to });
    expect(out).toContain('paused    billing until');
  });

  it('answers machines', async () => {
    const { out } = await run({ json: true });
    expect(JSON.parse(out)).toEqual({
      chain: 'billing',
      until: '2026-11-22T16:00:00.000Z',
      reason: 'INC-1234',
      to: PUBLISH_TO,
      generation: world.object()?.generation,
    });
    expect(JSON.parse((await run({ json: true, until: 'now' })).out)).toMatchObject({
      until: null,
    });
  });
});

describe('a pause while somebody else publishes', () => {
  it('is added to what the other has published', async () => {
    await world.write({ 'chains.yaml': fileOf(['billing', 'partner', 'stamp']) });
    world.local.state.faults = [{ path: '/upload/', times: 1, status: 412 }];
    let waits = 0;
    const wait = async () => {
      waits++;
      await world.publish({ yes: true });
    };
    expect((await run({}, ADA, { ...WIRE, wait })).exit).toBe(0);
    expect(waits).toBe(1);
    const published = await world.published();
    expect(published?.file.chains).toHaveLength(3);
    expect(published?.pauses).toHaveLength(1);
  });

  it('is added again where its answer was lost, and only once', async () => {
    world.local.state.faults = [{ path: '/upload/', loseAnswer: true, times: 1 }];
    expect((await run()).exit).toBe(0);
    expect(await pauses()).toHaveLength(1);
  });
});

describe('hopmint pause refuses', () => {
  it.each([
    {
      title: 'an unknown chain',
      options: { chain: 'biling' },
      exit: 2,
      says: 'no chain is called "biling": did you mean billing?',
    },
    {
      title: 'no time',
      options: { until: 'later' },
      exit: 2,
      says: '--until later: write a duration',
    },
    {
      title: 'a day that there is not',
      options: { until: '2026-02-30' },
      exit: 2,
      says: '--until 2026',
    },
    { title: 'an empty reason', options: { reason: ' ' }, exit: 2, says: '--reason is empty' },
  ])('$title, and writes nothing', async ({ options, exit, says }) => {
    const before = world.object();
    const ran = await run(options);
    expect(ran).toMatchObject({ exit, out: '', err: expect.stringContaining(says) });
    expect(world.object()).toEqual(before);
  });

  it.each([
    { named: 'by the chain file', options: {} },
    { named: 'by --file', options: { source: PUBLISH_TO } },
    { named: 'by --to', options: { to: PUBLISH_TO } },
  ])(
    'a published file, named $named, that was edited by hand: it says to publish again',
    async ({ options }) => {
      await world.replace(world.object()?.text.replace('partner', 'pardner') ?? '');
      const before = world.object();
      const { exit, err } = await run(options);
      expect(exit).toBe(3);
      expect(err).toMatch(
        /publish the chain file again first\. .* the digest in line 1 does not fit/,
      );
      expect(world.object()).toEqual(before);
    },
  );

  it('a place where nothing is published', async () => {
    const { exit, err } = await run({ to: 'gs://acme-ops-hopmint-chains/other.jsonl' });
    expect(exit).toBe(3);
    expect(err).toContain(
      'nothing is published at gs://acme-ops-hopmint-chains/other.jsonl. Publish the chain file first',
    );
  });

  it('an account that may not write, and names the role', async () => {
    const { exit, err } = await run({}, READER);
    expect(exit).toBe(3);
    expect(err).toContain('you need the role hopmintPublisher on the bucket');
  });
});
