import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readPublished } from '../../../shared/domain/published/read.ts';
import {
  ADA,
  BUCKET,
  fileOf,
  openPublishWorld,
  PUBLISH_TO,
  type PublishWorld,
  readText,
} from './world.ts';

let world: PublishWorld;
beforeEach(async () => {
  world = await openPublishWorld();
  await world.write({ 'chains.yaml': fileOf(['one', 'two']) });
});
afterEach(() => world.close());

describe('hopmint publish', () => {
  it('writes the compiled chain file to publishTo, in the name of the publisher', async () => {
    const { exit, out } = await world.publish({ yes: true });
    expect(exit).toBe(0);
    expect(out).toContain('+ added     one\n+ added     two\n');
    expect(out).toContain('2 chains: 2 added.');
    expect(out).toContain(
      `Published 2 chains to ${PUBLISH_TO}. The functions read it within a minute.\n`,
    );
    expect((await world.published())?.file.chains.map(({ name }) => name)).toEqual(['one', 'two']);
    expect(world.object()?.metadata).toEqual({ 'written-by': ADA.replace('user:', '') });
  });

  it('names the file and the line of each chain, and the hash of the file, without the path of the folder', async () => {
    await world.publish({ yes: true });
    const published = await world.published();
    expect(published?.sources).toEqual([
      { path: 'chains.yaml', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
    expect(published?.file.chains[1]?.source).toEqual({ path: 'chains.yaml', line: 9 });
    expect(world.object()?.text).not.toContain(world.directory);
  });

  it('publishes a folder as one file', async () => {
    await world.write({
      'chains/settings.yaml': fileOf(['one']),
      'chains/team.yaml': fileOf(['two'], ''),
    });
    const { exit } = await world.publish({ source: join(world.directory, 'chains'), yes: true });
    expect(exit).toBe(0);
    expect((await world.published())?.file.chains.map(({ source }) => source?.path)).toEqual([
      'settings.yaml',
      'team.yaml',
    ]);
  });

  it('lists what is added, what has changed and how, what is removed, and what stays', async () => {
    await world.publish({ yes: true });
    await world.write({
      'chains.yaml': fileOf(['two', 'three']).replace(
        'bigquery.readonly]',
        'pubsub], lifetime: 2h',
      ),
    });
    const { out } = await world.publish({ dryRun: true });
    expect(out).toContain('+ added     three\n');
    expect(out).toContain('~ changed   two: lifetime 1h -> 2h, scopes, it is rotated at once\n');
    expect(out).toContain('- removed   one: needs --remove one\n');
    expect(out).toContain('2 chains: 1 added, 1 changed, 1 removed.');
  });

  it('lists a change of the settings', async () => {
    await world.publish({ yes: true });
    await world.write({ 'chains.yaml': `${fileOf(['one', 'two'])}tickEvery: 2m\n` });
    const { out } = await world.publish({ dryRun: true });
    expect(out).toContain('~ settings  tickEvery 1m -> 2m\n');
    expect(out).toContain('2 chains: 2 unchanged.');
  });

  it('writes nothing where the published file is the same', async () => {
    await world.publish({ yes: true });
    const before = world.object();
    const { exit, err } = await world.publish(); // without --yes: there is nothing to agree to
    expect(exit).toBe(0);
    expect(err).toContain(`${PUBLISH_TO} has this already: there is nothing to publish`);
    expect(world.object()).toEqual(before);
  });
});

describe('hopmint publish asks', () => {
  it('a person, and writes after a yes', async () => {
    const { exit, err } = await world.publish({}, { typed: 'yes' });
    expect(err).toContain(`Publish this to ${PUBLISH_TO}? Type "yes": `);
    expect(exit).toBe(0);
    expect(world.object()).toBeDefined();
  });

  it.each([{ typed: '' }, { typed: 'y' }, { typed: 'no' }])(
    'and writes nothing after "$typed"',
    async ({ typed }) => {
      const { exit, err } = await world.publish({}, { typed });
      expect(exit).toBe(1);
      expect(err).toContain('you did not type "yes". Nothing was written');
      expect(world.object()).toBeUndefined();
    },
  );

  it('nobody where there is no terminal: it stops and names --yes', async () => {
    const { exit, err } = await world.publish();
    expect(exit).toBe(2);
    expect(err).toContain('there is no terminal to ask on: add --yes. Nothing was written');
    expect(world.object()).toBeUndefined();
  });
});

describe('hopmint publish --dry-run', () => {
  it('prints the list and writes nothing', async () => {
    const { exit, out } = await world.publish({ dryRun: true, yes: true });
    expect(exit).toBe(0);
    expect(out).toContain('+ added     one\n');
    expect(world.object()).toBeUndefined();
  });

  it('says what a publish would refuse, and exits 0', async () => {
    await world.publish({ yes: true });
    await world.write({ 'chains.yaml': fileOf(['two']) });
    const { exit, err } = await world.publish({ dryRun: true });
    expect(exit).toBe(0);
    expect(err).toContain(
      'without --dry-run this is refused: this removes one: to confirm, add --remove one',
    );
  });
});

describe('a removal', () => {
  beforeEach(async () => {
    await world.publish({ yes: true });
    await world.write({ 'chains.yaml': fileOf(['two']) });
  });

  it('is refused without --remove, by name', async () => {
    const before = world.object();
    const { exit, err } = await world.publish({ yes: true });
    expect(exit).toBe(2);
    expect(err).toContain('this removes one: to confirm, add --remove one. Nothing was written');
    expect(world.object()).toEqual(before);
  });

  it('is published with --remove', async () => {
    const { exit, out } = await world.publish({ yes: true, remove: ['one'] });
    expect(exit).toBe(0);
    expect(out).toContain('- removed   one\n');
    expect((await world.published())?.file.chains.map(({ name }) => name)).toEqual(['two']);
  });

  it('is refused where --remove names only some of the chains', async () => {
    await world.publish({ yes: true, remove: ['one'] });
    await world.write({ 'chains.yaml': fileOf(['three']) });
    await world.publish({ yes: true, remove: ['two'] });
    await world.write({ 'chains.yaml': fileOf(['four', 'five']) });
    await world.publish({ yes: true, remove: ['three'] });
    await world.write({ 'chains.yaml': fileOf(['six']) });
    const { exit, err } = await world.publish({ yes: true, remove: ['five'] });
    expect(exit).toBe(2);
    expect(err).toContain('this removes four: to confirm, add --remove four five');
  });

  it.each([
    { title: 'a chain that stays', name: 'two', hint: 'leave it out' },
    { title: 'a chain that never was', name: 'ome', hint: 'did you mean one?' },
  ])('is refused for $title', async ({ name, hint }) => {
    const before = world.object();
    const { exit, err } = await world.publish({ yes: true, remove: ['one', name] });
    expect(exit).toBe(2);
    expect(err).toContain(`--remove ${name}: this chain is not being removed: ${hint}`);
    expect(world.object()).toEqual(before);
  });
});

describe('the place to publish to', () => {
  it('is --to rather than publishTo: another object, which the functions do not read', async () => {
    const to = `gs://${BUCKET}/canary/chains.jsonl`;
    const { exit, out } = await world.publish({ yes: true, to });
    expect(exit).toBe(0);
    expect(out.endsWith(`Published 2 chains to ${to}.\n`)).toBe(true);
    expect(world.object()).toBeUndefined();
    expect(world.local.state.objects.has(`${BUCKET}/canary/chains.jsonl`)).toBe(true);
  });

  it('may be a file, which is replaced and keeps what it had until then', async () => {
    const to = join(world.directory, 'out.jsonl');
    const { exit, out } = await world.publish({ yes: true, to });
    expect(exit).toBe(0);
    expect(out).not.toContain('The functions read it');
    await world.write({ 'chains.yaml': fileOf(['two']) });
    expect((await world.publish({ yes: true, to })).exit).toBe(2);
    expect((await world.publish({ yes: true, to, remove: ['one'] })).exit).toBe(0);
    const published = readPublished(await readText(to));
    expect(published).toMatchObject({ ok: true, value: { file: { chains: [{ name: 'two' }] } } });
    expect((await readdir(world.directory)).filter((name) => name.startsWith('.out'))).toEqual([]);
  });

  it('must be somewhere: without either it says what to write', async () => {
    await world.write({ 'chains.yaml': fileOf(['one']).replace(/^publishTo: .*\n/m, '') });
    const { exit, err } = await world.publish({ yes: true });
    expect(exit).toBe(2);
    expect(err).toContain('write publishTo: gs://BUCKET/chains.jsonl');
    expect(err).toContain('or give --to');
  });

  it('needs a bucket and an object', async () => {
    const { exit, err } = await world.publish({ yes: true, to: `gs://${BUCKET}` });
    expect(exit).toBe(2);
    expect(err).toContain('write the bucket and the object');
  });
});

describe('what cannot be published', () => {
  it('a chain file with a fault: every fault is reported, and no call is made', async () => {
    const faulty = fileOf(['one']).replace('kind: access-token', 'kind: token');
    await world.write({ 'chains.yaml': `${faulty}tickEvery: 60\n` });
    const { exit, out, err } = await world.publish({ yes: true });
    expect({ exit, out }).toEqual({ exit: 2, out: '' });
    expect(err).toMatch(/chains\.yaml:7:25: error: "token" is not a kind/);
    expect(err).toMatch(/chains\.yaml:9:12: error: 60 has no unit/);
    expect(world.object()).toBeUndefined();
    expect(world.local.state.requests.filter(({ api }) => api === 'storage')).toEqual([]);
  });

  it('a published file: people publish what they write', async () => {
    await world.publish({ yes: true });
    const { exit, err } = await world.publish({ source: PUBLISH_TO, yes: true });
    expect(exit).toBe(2);
    expect(err).toContain('is a published file: name the chain file that people write');
  });
});

describe('hopmint publish --json', () => {
  it('answers machines with the list and the result, and prints the list to standard error', async () => {
    await world.publish({ yes: true });
    await world.write({ 'chains.yaml': fileOf(['one', 'three']) });
    const refused = await world.publish({ yes: true, json: true });
    expect(refused.exit).toBe(2);
    expect(JSON.parse(refused.out)).toMatchObject({
      exit: 2,
      published: false,
      to: PUBLISH_TO,
      chains: 2,
      added: ['three'],
      changed: [],
      removed: ['two'],
      unchanged: 1,
      refusals: ['this removes two: to confirm, add --remove two'],
    });
    const { exit, out, err } = await world.publish({ yes: true, json: true, remove: ['two'] });
    expect(exit).toBe(0);
    expect(err).toContain('+ added     three\n');
    expect(JSON.parse(out)).toMatchObject({
      published: true,
      generation: world.object()?.generation,
      digest: (await world.published())?.digest,
    });
  });
});
