import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileOf, openPublishWorld, type PublishWorld } from '../../cli/publish/world.ts';

let world: PublishWorld;
/** A repository with one commit, which each test gets a copy of. */
let template: string;
beforeAll(async () => {
  template = await mkdtemp(join(tmpdir(), 'hopmint-repository-'));
  world = await openPublishWorld();
  await world.git('init', '--initial-branch=main', '--template=');
  await world.write({ 'teams/chains.yaml': fileOf(['one']) });
  await world.git('add', 'teams');
  await world.git('commit', '-m', 'One');
  await cp(world.directory, template, { recursive: true });
  await world.close();
});
afterAll(() => rm(template, { recursive: true }));
beforeEach(async () => {
  world = await openPublishWorld();
  await cp(template, world.directory, { recursive: true });
});
afterEach(() => world.close());

const publish = (more: { source?: string; remove?: string[]; dryRun?: boolean } = {}) =>
  world.publish({ source: join(world.directory, 'teams/chains.yaml'), yes: true, ...more });
/** Commits a chain file with these chains. */
const commit = async (...names: string[]) => {
  await world.write({ 'teams/chains.yaml': fileOf(names) });
  await world.git('commit', '-a', '-m', names.join(' '));
  return world.git('rev-parse', 'HEAD');
};

describe('the published file of a git repository', () => {
  it('names the commit, and paths from the root of the repository', async () => {
    const { exit, err } = await publish();
    expect(exit).toBe(0);
    expect(err).not.toMatch(/git|commit/);
    const published = await world.published();
    expect(published?.commit).toBe(await world.git('rev-parse', 'HEAD'));
    expect(published?.sources[0]?.path).toBe('teams/chains.yaml');
    expect(published?.file.chains[0]?.source).toEqual({ path: 'teams/chains.yaml', line: 4 });
  });

  it('is replaced by that of a later commit', async () => {
    await publish();
    const head = await commit('one', 'two');
    expect((await publish()).exit).toBe(0);
    expect((await world.published())?.commit).toBe(head);
  });

  it('is not replaced by that of a commit that does not have its changes', async () => {
    await world.git('checkout', '-b', 'other');
    const published = await commit('one', 'two');
    await publish();
    await world.git('checkout', 'main');
    const head = await commit('one', 'three');
    const before = world.object();
    const { exit, err } = await publish({ remove: ['two'] });
    expect(exit).toBe(3);
    expect(err).toContain(
      `the published file was made from commit ${published}, which is not an ancestor of this commit, ${head}.`,
    );
    expect(world.object()).toEqual(before);
    await world.git('merge', '-s', 'ours', 'other');
    expect((await publish({ remove: ['two'] })).exit).toBe(0);
  });

  it('is not replaced by that of an earlier commit', async () => {
    await commit('one', 'two');
    await publish();
    await world.git('checkout', 'HEAD~1');
    expect((await publish({ remove: ['two'] })).exit).toBe(3);
  });

  it('stays where --dry-run says that another commit is published, with exit 0', async () => {
    await commit('one', 'two');
    await publish();
    await world.git('checkout', 'HEAD~1');
    const { exit, err } = await publish({ dryRun: true });
    expect(exit).toBe(0);
    expect(err).toMatch(/without --dry-run this is refused: the published file was made from/);
  });

  it.each([
    {
      title: 'changed after the commit',
      change: () => world.write({ 'teams/chains.yaml': fileOf(['one', 'two']) }),
    },
    {
      title: 'never committed',
      change: async () => {
        await world.git('rm', '--cached', 'teams/chains.yaml');
        await world.git('commit', '-m', 'None');
      },
    },
    {
      title: 'ignored by git',
      change: async () => {
        await world.git('rm', '--cached', 'teams/chains.yaml');
        await world.write({ '.gitignore': 'teams/\n' });
        await world.git('add', '.gitignore');
        await world.git('commit', '-m', 'Ignore');
      },
    },
  ])('comes with a warning where the source was $title', async ({ change }) => {
    await change();
    const { exit, err } = await publish();
    expect(exit).toBe(0);
    expect(err).toMatch(
      /warning: the published file names commit [0-9a-f]{40}, and \S+chains\.yaml differs from that commit/,
    );
  });

  it('has no warning for other files', async () => {
    await world.write({ 'README.md': '# Chains', 'teams/more.yaml': 'chains: []' });
    expect((await publish()).err).not.toContain('warning');
  });
});

describe('where git does not know, publish says so and continues:', () => {
  it('without a repository', async () => {
    await publish();
    await rm(join(world.directory, '.git'), { recursive: true });
    const { exit, err } = await publish();
    expect(exit).toBe(0);
    expect(err).toContain('the published file names no git commit: not a git repository');
    expect((await world.published())?.commit).toBeUndefined();
  });

  it('with a repository that does not know the published commit', async () => {
    await publish();
    const published = await world.git('rev-parse', 'HEAD');
    await rm(join(world.directory, '.git'), { recursive: true });
    await world.git('init');
    await world.git('add', 'teams');
    await world.git('commit', '-m', 'Another history');
    const { exit, err } = await publish();
    expect(exit).toBe(0);
    expect(err).toContain(`commit ${published} is not in this repository`);
  });

  it.each([
    { title: 'the published commit', fetch: false },
    { title: 'the commits between the published one and this one', fetch: true },
  ])('with a shallow clone that lacks $title', async ({ fetch }) => {
    await publish();
    const published = await world.git('rev-parse', 'HEAD');
    await commit('one', 'two');
    await commit('one', 'two', 'three');
    await world.git('clone', '--depth=1', `file://${world.directory}`, 'clone');
    if (fetch) await world.git('-C', 'clone', 'fetch', '--depth=1', 'origin', published);
    const { exit, err } = await publish({
      source: join(world.directory, 'clone/teams/chains.yaml'),
    });
    expect(exit).toBe(0);
    expect(err).toContain('this clone is shallow: fetch the whole history to have this checked');
  });

  it('with a published file whose commit is no commit', async () => {
    await publish();
    const text = world.object()?.text ?? '';
    expect(text).toContain('"commit":"');
    const { compile } = await import('../../../shared/domain/published/compile.ts');
    const published = await world.published();
    if (!published) throw new Error('nothing is published');
    await world.replace(compile(published.file, { ...published, commit: '--output=x' }));
    const { exit, err } = await publish();
    expect(exit).toBe(0);
    expect(err).toContain('the published file names no git commit');
  });
});
