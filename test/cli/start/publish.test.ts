import { join } from 'node:path';
import {
  accountsOf,
  deploymentOf,
  OPERATOR_EMAIL,
} from '../../../cli/commands/start/deployment.ts';
import { localClient } from '../../../cli/commands/start/local-client.ts';
import { publisherTo } from '../../../cli/commands/start/publish.ts';
import { openSource } from '../../../cli/operator/chain-file.ts';
import { readSource } from '../../../cli/operator/source.ts';
import { compile } from '../../../shared/domain/published/compile.ts';
import { BUCKET, fileOf, MINTER, openPublishWorld, type PublishWorld } from '../publish/world.ts';
import { recordingIo } from '../recording-io.ts';

const now = new Date('2026-11-22T12:00:00Z');
const pause = { chain: 'billing', until: new Date('2026-11-22T13:00:00Z'), reason: 'INC-1' };

let world: PublishWorld;
/** Publishes as npm start does. */
let publish: (chains: readonly string[]) => Promise<void>;

beforeEach(async () => {
  world = await openPublishWorld();
  const client = localClient(world.local.url);
  const accounts = accountsOf(MINTER, 'acme-ops');
  const installation = { project: 'acme-ops', bucket: BUCKET };
  const seed = deploymentOf([], accounts, installation, await client.world());
  await client.seed(JSON.stringify(seed));
  const write = await publisherTo(client, { bucket: BUCKET, name: 'chains.jsonl' }, () => now);
  publish = async (chains) => write(await opened(chains));
});
afterEach(() => world.close());

async function opened(chains: readonly string[]) {
  await world.write({ 'chains.yaml': fileOf(chains) });
  const { io } = recordingIo();
  const { opened } = await openSource(join(world.directory, 'chains.yaml'), now, readSource(io));
  if (!opened) throw new Error('the chain file has errors');
  return opened;
}

const publishedNow = async () => {
  const published = await world.published();
  return {
    chains: published?.file.chains.map(({ name }) => name),
    pauses: published?.pauses,
    writtenBy: world.object()?.metadata?.['written-by'],
  };
};

describe('npm start publishes its chain file', () => {
  it('where nothing is published yet, in the name of the operator', async () => {
    await publish(['billing']);
    expect(await publishedNow()).toEqual({
      chains: ['billing'],
      pauses: [],
      writtenBy: OPERATOR_EMAIL,
    });
  });

  it('again, and keeps the pause that an operator set', async () => {
    const { file, sources } = await opened(['billing']);
    await world.replace(compile(file, { sources, pauses: [pause] }));
    await publish(['billing', 'partner']);
    expect(await publishedNow()).toMatchObject({ chains: ['billing', 'partner'], pauses: [pause] });
  });

  it('over a file that the functions refuse, and keeps the pause in the last good one', async () => {
    const { file, sources } = await opened(['billing']);
    await world.replace(compile(file, { sources, pauses: [pause] }));
    await world.replace('edited by hand');
    await publish(['billing']);
    expect(await publishedNow()).toMatchObject({ chains: ['billing'], pauses: [pause] });
  });
});
