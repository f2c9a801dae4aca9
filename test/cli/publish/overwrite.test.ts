import { compile } from '../../../shared/domain/published/compile.ts';
import {
  fileOf,
  openPublishWorld,
  PIPELINE,
  type PublishWorld,
  READER,
  readText,
} from './world.ts';

let world: PublishWorld;
beforeEach(async () => {
  world = await openPublishWorld();
  await world.write({ 'chains.yaml': fileOf(['one', 'two']) });
});
afterEach(() => world.close());

describe('a publish while somebody else publishes', () => {
  it('is refused, and says to run it again', async () => {
    await world.publish({ yes: true });
    const theirs = world.object()?.text ?? '';
    await world.write({ 'chains.yaml': fileOf(['one', 'two', 'three']) });
    const whenAsked = () => world.replace(theirs);
    const { exit, err } = await world.publish({}, { typed: 'yes', whenAsked });
    expect(exit).toBe(3);
    expect(err).toContain('somebody else has published. Run the command again');
    expect(world.object()?.text).toBe(theirs);
    expect((await world.publish({ yes: true })).exit).toBe(0);
  });

  it('is refused for the first publish too', async () => {
    const { exit } = await world.publish(
      {},
      { typed: 'yes', whenAsked: () => world.replace('theirs') },
    );
    expect(exit).toBe(3);
    expect(world.object()?.text).toBe('theirs');
  });

  it('is refused for a file on disk too', async () => {
    const to = `${world.directory}/out.jsonl`;
    const whenAsked = () => world.write({ 'out.jsonl': 'theirs' });
    const { exit, err } = await world.publish({ to }, { typed: 'yes', whenAsked });
    expect(exit).toBe(3);
    expect(err).toContain('the file has changed since it was read: somebody else has published.');
    expect(await readText(to)).toBe('theirs');
  });

  it('says that the write may have succeeded if the answer is lost', async () => {
    world.local.state.faults = [{ path: '/upload/', loseAnswer: true, times: 1 }];
    const { exit, err } = await world.publish({ yes: true });
    expect(exit).toBe(3);
    expect(err).toContain('the file may be published already. Run the command again');
    const again = await world.publish({ yes: true });
    expect(again.exit).toBe(0);
    expect(again.err).toContain('has this already: there is nothing to publish');
  });
});

describe('a published file that somebody edited by hand', () => {
  beforeEach(async () => {
    await world.publish({ yes: true });
    await world.replace(world.object()?.text.replace('"name":"two"', '"name":"too"') ?? '');
  });

  it('is replaced, and the list compares with the generation that the functions use', async () => {
    await world.write({ 'chains.yaml': fileOf(['one', 'two', 'three']) });
    const { exit, out, err } = await world.publish({ yes: true });
    expect(exit).toBe(0);
    expect(err).toMatch(/warning: the functions refuse gs:\/\/\S+ as it is: the digest/);
    expect(err).toContain('the newest earlier generation that they accept');
    expect(out).toContain('+ added     three\n');
    expect(out).toContain('3 chains: 1 added, 2 unchanged.');
    expect((await world.published())?.file.chains).toHaveLength(3);
  });

  it('does not hide a removal', async () => {
    await world.write({ 'chains.yaml': fileOf(['one']) });
    const { exit, err } = await world.publish({ yes: true });
    expect(exit).toBe(2);
    expect(err).toContain('this removes two');
  });

  it('is replaced even if it has not changed otherwise', async () => {
    expect((await world.publish({ yes: true })).exit).toBe(0);
    expect((await world.published())?.file.chains.map(({ name }) => name)).toEqual(['one', 'two']);
  });

  it('is replaced where there is no earlier generation, with a warning about the pauses', async () => {
    for (const key of world.local.state.noncurrentObjects.keys()) {
      world.local.state.noncurrentObjects.delete(key);
    }
    const { exit, out, err } = await world.publish({ yes: true });
    expect(exit).toBe(0);
    expect(out).toContain('2 chains: 2 added.');
    expect(err).toContain('no earlier generation can be read.');
    expect(err).toContain('pauses of an operator are lost');
  });
});

describe('the rights of a publisher', () => {
  it('are enough on the bucket alone, and the list says why it knows nothing of IAM', async () => {
    const { exit, out } = await world.publish({ yes: true }, { account: PIPELINE });
    expect(exit).toBe(0);
    expect(out).toMatch(
      /^\? unknown {3}whether plan has something to do for one, two: .*serviceAccounts.*cannot be read/m,
    );
    expect(out).not.toContain('! unapplied');
    expect(world.object()?.metadata).toEqual({ 'written-by': PIPELINE });
  });

  it('are enough to replace the file', async () => {
    await world.publish({ yes: true }, { account: PIPELINE });
    await world.write({ 'chains.yaml': fileOf(['one', 'two', 'three']) });
    expect((await world.publish({ yes: true }, { account: PIPELINE })).exit).toBe(0);
  });

  it.each([
    { title: 'to write', account: READER, call: 'objects.insert' },
    { title: 'to read', account: 'user:nobody@acme.com', call: 'objects.get' },
  ])('are named where they are missing, $title', async ({ account, call }) => {
    const { exit, err } = await world.publish({ yes: true }, { account });
    expect(exit).toBe(3);
    expect(err).toContain(`${call}: Google answered 403: you need the role hopmintPublisher`);
    expect(world.object()).toBeUndefined();
  });
});

describe('the pauses of an operator', () => {
  const noon = new Date('2026-11-22T12:00:00Z');
  const hours = (n: number) => new Date(noon.getTime() + n * 3_600_000);
  beforeEach(async () => {
    await world.publish({ yes: true });
    const published = await world.published();
    if (!published) throw new Error('nothing is published');
    const pauses = [
      { chain: 'one', until: hours(2), reason: 'INC-1' },
      { chain: 'two', until: hours(4), reason: 'INC-2' },
    ];
    await world.replace(compile(published.file, { ...published, pauses }));
  });
  const pausedAfter = async () => (await world.published())?.pauses.map(({ chain }) => chain);

  it('are kept and listed until they end', async () => {
    await world.write({ 'chains.yaml': fileOf(['one', 'two', 'three']) });
    const { out } = await world.publish({ yes: true });
    expect(out).toContain(
      '  paused    two until 2026-11-22T16:00:00.000Z, by an operator: INC-2\n',
    );
    expect(await pausedAfter()).toEqual(['one', 'two']);
    await world.publish({ yes: true }, { now: hours(3) });
    expect(await pausedAfter()).toEqual(['two']);
    await world.publish({ yes: true }, { now: hours(5) });
    expect(await pausedAfter()).toEqual([]);
  });

  it('go with a chain that is removed', async () => {
    await world.write({ 'chains.yaml': fileOf(['two']) });
    await world.publish({ yes: true, remove: ['one'] });
    expect(await pausedAfter()).toEqual(['two']);
  });

  it('are kept where somebody edits the file by hand', async () => {
    await world.replace('by hand');
    await world.publish({ yes: true });
    expect(await pausedAfter()).toEqual(['one', 'two']);
  });
});

describe('the plan in the list', () => {
  it('has the chains that still need something, until it is applied', async () => {
    const before = await world.publish({ dryRun: true, json: true });
    expect(JSON.parse(before.out)).toMatchObject({
      unapplied: [
        { chain: 'one', steps: 5, obstacles: [] },
        { chain: 'two', steps: 5, obstacles: [] },
      ],
      unknown: [],
    });
  });

  it('has what apply cannot do', async () => {
    await world.write({
      'chains.yaml': fileOf(['one']).replace('relay@', 'nowhere@'),
    });
    const { out } = await world.publish({ dryRun: true });
    expect(out).toMatch(
      /^! unapplied one: plan has \d steps? to do; .*nowhere@.*the account does not exist/m,
    );
  });

  it('says nothing of chains that are complete', async () => {
    const { apply } = await import('../../../cli/commands/apply/apply.ts');
    const owner = [
      'roles/owner',
      'roles/iam.roleAdmin',
      'roles/secretmanager.admin',
      'roles/iam.serviceAccountAdmin',
    ].map((role) => ({ role, members: ['user:owner@acme.com'] }));
    await fetch(`${world.local.url}/_local/seed`, {
      method: 'POST',
      body: JSON.stringify({
        accounts: [],
        projects: ['acme-ops', 'acme-data'].map((id) => ({ id, policy: { bindings: owner } })),
      }),
    });
    const { io } = await world.as('user:owner@acme.com');
    const source = `${world.directory}/chains.yaml`;
    expect(await apply({ source, json: false, yes: true, wait: '0' }, io)).toBe(0);
    const { out } = await world.publish({ dryRun: true });
    expect(out).not.toMatch(/unapplied|unknown/);
  });
});
