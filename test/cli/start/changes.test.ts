import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  accountsOf,
  deploymentOf,
  OPERATOR,
  OPERATOR_EMAIL,
} from '../../../cli/commands/start/deployed/deployment.ts';
import { sinkGrantsOf } from '../../../cli/commands/start/deployed/log-sinks.ts';
import { type LocalClient, localClient } from '../../../cli/commands/start/local-client.ts';
import { messagesAt } from '../../../cli/commands/start/messages.ts';
import { publisherTo } from '../../../cli/commands/start/publish.ts';
import { openSource } from '../../../cli/operator/chain-file.ts';
import { readSource } from '../../../cli/operator/source.ts';
import { type LocalCloud, startLocalCloud } from '../../../local/cloud.ts';
import type { ChainFile } from '../../../shared/domain/chain/chain.ts';
import { compile } from '../../../shared/domain/published/compile.ts';
import { BUCKET, fileOf, MINTER, openPublishWorld, type PublishWorld } from '../publish/world.ts';
import { recordingIo } from '../recording-io.ts';

/** A chain file with a chain for each secret. */
const fileWith = (secrets: readonly string[]) =>
  ({
    caller: { email: 'minter@acme-ops.iam.gserviceaccount.com' },
    chains: secrets.map((secret) => ({
      name: 'billing',
      delegates: [],
      target: { email: 'relay@acme-ops.iam.gserviceaccount.com' },
      secret,
    })),
  }) as unknown as ChainFile;

describe('Changes:', () => {
  const ADMIN = 'user:ada@acme.com';
  const MINTER = 'minter@acme-ops.iam.gserviceaccount.com';
  const RELAY = 'relay@acme-ops.iam.gserviceaccount.com';
  const SECRET = 'projects/acme-ops/secrets/billing';
  const OWNER = { bindings: [{ role: 'roles/owner', members: [ADMIN] }] };

  /** In an organization, or without one. */
  const worldOf = (organization: object) => ({
    ...organization,
    accounts: [{ email: MINTER }, { email: RELAY }],
    secrets: [{ name: SECRET }],
  });
  const inOrganization = worldOf({
    organization: { id: '900000000001', policy: OWNER },
    projects: [{ id: 'acme-ops', parent: 'organizations/900000000001' }],
  });
  const alone = worldOf({ projects: [{ id: 'acme-ops', policy: OWNER }] });

  /** Listens in place of the functions, and notes the path and the method name of each entry that it gets. */
  async function openFunctions() {
    const received: string[] = [];
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { message } = JSON.parse(Buffer.concat(chunks).toString());
        const entry = JSON.parse(Buffer.from(message.data, 'base64').toString());
        received.push(`${request.url} ${entry.protoPayload.methodName.split('.').at(-1)}`);
        response.writeHead(204).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return { url, received, close: () => new Promise((resolve) => server.close(resolve)) };
  }

  describe.each([
    { situation: 'in an organization', world: inOrganization },
    { situation: 'without an organization', world: alone },
  ])('A deployment of npm start $situation', ({ world }) => {
    let local: LocalCloud;
    let client: LocalClient;
    let functions: Awaited<ReturnType<typeof openFunctions>>;

    async function deploy(): Promise<void> {
      const accounts = accountsOf(MINTER, 'acme-ops');
      const installation = { project: 'acme-ops', bucket: 'acme-chains' };
      const seed = deploymentOf(fileWith([SECRET]), accounts, installation, await client.world());
      await client.seed(JSON.stringify(seed));
      await client.seed(JSON.stringify(sinkGrantsOf(await client.world(), 'acme-ops')));
    }
    async function write(method: string, path: string, body: object): Promise<void> {
      const headers = { authorization: `Bearer ${await client.token(ADMIN)}` };
      const response = await fetch(local.url + path, {
        method,
        headers,
        body: JSON.stringify(body),
      });
      expect(response.status).toBe(200);
    }
    /** The entries that arrived at the functions, after those that are expected have arrived. */
    async function received(count: number): Promise<string[]> {
      const end = performance.now() + 5000;
      while (functions.received.length < count && performance.now() < end) await sleep(10);
      await local.delivered();
      return functions.received.toSorted();
    }

    beforeEach(async () => {
      local = await startLocalCloud({ seed: world });
      client = localClient(local.url);
      functions = await openFunctions();
      await deploy();
      await deploy(); // as when the chain file is published again
      const { url } = functions;
      const messages = messagesAt(local.url, 'acme-ops', () => client.token(OPERATOR));
      await messages.subscribe({
        fanout: `${url}/fanout`,
        mint: `${url}/mint`,
        audit: `${url}/audit`,
      });
    });
    afterEach(async () => {
      await local.close();
      await functions.close();
    });

    it('pushes a revoked hop to the audit and to fanout, once each', async () => {
      await write('POST', `/v1/projects/acme-ops/serviceAccounts/${RELAY}:setIamPolicy`, {
        policy: { bindings: [] },
      });
      expect(await received(2)).toEqual([
        '/audit/changed SetIAMPolicy',
        '/fanout/changed SetIAMPolicy',
      ]);
    });

    it('pushes each change of a secret and its versions', async () => {
      await write('POST', `/v1/${SECRET}:addVersion`, { payload: { data: 'cw==' } });
      await write('POST', `/v1/${SECRET}/versions/1:disable`, {});
      expect(await received(4)).toEqual([
        '/audit/changed AddSecretVersion',
        '/audit/changed DisableSecretVersion',
        '/fanout/changed AddSecretVersion',
        '/fanout/changed DisableSecretVersion',
      ]);
    });

    it('pushes no change of a topic', async () => {
      await write('PUT', '/v1/projects/acme-ops/topics/other', {});
      await write('POST', `/v1/${SECRET}:addVersion`, { payload: { data: 'cw==' } });
      expect(await received(2)).toHaveLength(2);
    });
  });
});

describe('Publish:', () => {
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
    const seed = deploymentOf(fileWith([]), accounts, installation, await client.world());
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
      expect(await publishedNow()).toMatchObject({
        chains: ['billing', 'partner'],
        pauses: [pause],
      });
    });

    it('over a file that the functions refuse, and keeps the pause in the last good one', async () => {
      const { file, sources } = await opened(['billing']);
      await world.replace(compile(file, { sources, pauses: [pause] }));
      await world.replace('edited by hand');
      await publish(['billing']);
      expect(await publishedNow()).toMatchObject({ chains: ['billing'], pauses: [pause] });
    });
  });
});
