import { status } from '../../cli/commands/status.ts';
import { type TickOptions, tick } from '../../cli/commands/tick.ts';
import type { Status } from '../../shared/domain/rotation/status.ts';
import { CHAINS, type OperatedWorld, openOperatedWorld } from './operated-world.ts';
import { recordingIo } from './recording-io.ts';

describe('Status:', () => {
  const LOCAL = 'LOCAL: this command used the local cloud, not Google\n';
  const ADA = 'user:ada@acme.com';
  const LISTER = {
    name: 'projects/acme-ops/roles/lister',
    includedPermissions: ['secretmanager.secrets.list'],
  };
  let world: OperatedWorld;
  beforeEach(async () => {
    world = await openOperatedWorld();
  });
  afterEach(() => world.close());

  const run = async (account = ADA, json = false, chain: readonly string[] = []) => {
    const { io, written } = await world.as(account);
    const exit = await status({ source: 'chains.yaml', json, chain }, io, world.read);
    return { exit, ...written };
  };
  const minutes = (n: number) => {
    const { clock } = world.rotation;
    clock.now = new Date(clock.now.getTime() + n * 60_000);
  };

  describe('hopmint status', () => {
    it('prints one line for each chain, and exits 0 if all are fresh', async () => {
      await world.rotation.tick();
      minutes(3);
      expect(await run()).toEqual({
        exit: 0,
        out: [
          'fresh  billing-export  access-token  v1  expires in 57m  minted 3m ago  observed 0s ago',
          'fresh  partner-api     id-token      v1  expires in 57m  minted 3m ago  observed 0s ago',
          'audit    this command does not check hops: use ./hopmint audit',
          '',
          'healthy: 2 chains, 2 fresh',
          '',
        ].join('\n'),
        err: LOCAL,
      });
    });

    it('shows only the chosen chains, and exits by their state', async () => {
      await world.rotation.tick({ only: ['billing-export'] });
      const { exit, out } = await run(ADA, false, ['billing-export']);
      expect(exit).toBe(0);
      expect(out).not.toContain('partner-api');
      expect(out).toMatch(/^healthy: 1 chain, 1 fresh$/m);
      expect(await run(ADA, false, ['partner-api'])).toMatchObject({ exit: 1 });
    });

    it('exits 1 for a chosen chain if ticks have stopped', async () => {
      await world.rotation.tick();
      minutes(40);
      const shown = JSON.parse((await run(ADA, true, ['partner-api'])).out) as Status;
      expect(shown.chains).toHaveLength(1);
      expect(shown).toMatchObject({ healthy: false, ticks: { stopped: true } });
    });

    it('refuses an unknown chain, and lists nothing', async () => {
      const before = world.calls().length;
      const { exit, out, err } = await run(ADA, false, ['partner-apu']);
      expect({ exit, out }).toEqual({ exit: 2, out: '' });
      expect(err).toContain('no chain is called "partner-apu": did you mean partner-api?');
      expect(world.calls()).toHaveLength(before);
    });

    it('makes one list call for several chains, and one for the versions of each', async () => {
      const before = world.calls().length;
      await run();
      expect(world.calls().slice(before)).toEqual([
        'secretmanager projects.secrets.list',
        'secretmanager projects.secrets.versions.list',
        'secretmanager projects.secrets.versions.list',
      ]);
    });

    it('exits 1 for a chain that was never minted', async () => {
      await world.rotation.tick({ only: ['billing-export'] });
      const { exit, out } = await run();
      expect(exit).toBe(1);
      expect(out).toMatch(/^never +partner-api .* it has never had a credential$/m);
    });

    // terrakube#3430 and Fergana-Labs/stash#971: a timer stopped, and nobody noticed that a token was eleven days old.
    it('reports that ticks have stopped, before a reader notices', async () => {
      await world.rotation.tick();
      minutes(40);
      const { exit, out } = await run(ADA, true);
      expect(exit).toBe(1);
      const shown = JSON.parse(out) as Status;
      expect(shown).toMatchObject({
        healthy: false,
        ticks: { stopped: true, lastRotationAt: '2026-11-22T12:00:00.000Z' },
      });
      expect(shown.chains.map(({ name, state }) => [name, state])).toEqual([
        ['billing-export', 'late'],
        ['partner-api', 'late'],
      ]);
      expect(shown.ticks.overdue).toEqual(['billing-export', 'partner-api']);
      minutes(30);
      const later = await run();
      expect(later.out).toMatch(
        /^stale +billing-export .* expired 10m ago .* no valid credential/m,
      );
      expect(later.out).toMatch(
        /^ticks +have stopped, or every due chain fails: .* 2 chains have become due since then$/m,
      );
    });

    it('reports one late chain, and not that ticks have stopped', async () => {
      await world.rotation.tick();
      minutes(30);
      await world.rotation.tick({ only: ['partner-api'], force: true });
      minutes(10);
      const shown = JSON.parse((await run(ADA, true)).out) as Status;
      expect(shown.ticks.stopped).toBe(false);
      expect(shown.chains.map(({ state }) => state)).toEqual(['late', 'fresh']);
    });

    it('calls a credential unusable whose newest version somebody has disabled', async () => {
      await world.rotation.tick();
      await world.rotation.disableNewest('partner-api');
      const { exit, out } = await run();
      expect(exit).toBe(1);
      expect(out).toMatch(
        /^unusable +partner-api .* readers of latest and current get nothing: version 1 is disabled$/m,
      );
      expect(out).toMatch(/^not healthy: 2 chains, 1 fresh, 1 unusable$/m);
    });

    it('calls no chain fresh whose versions it may not list', async () => {
      await world.rotation.tick();
      await world.seed({
        accounts: [],
        projects: [
          {
            id: 'acme-ops',
            policy: { bindings: [{ role: LISTER.name, members: ['user:bob@acme.com'] }] },
          },
        ],
        roles: [LISTER],
      });
      const { exit, out } = await run('user:bob@acme.com');
      expect(exit).toBe(1);
      expect(out).toMatch(/^unknown +billing-export .* not observed +the versions of its secret/m);
      expect(out).toMatch(
        /^unread +projects\/acme-ops\/secrets\/billing-export\/versions: .*secretmanager\.versions\.list$/m,
      );
    });

    it('reports a secret without a chain, and a chain without its secret', async () => {
      await world.rotation.tick();
      const { secrets } = world.rotation.local.state;
      secrets.delete('projects/acme-ops/secrets/partner-api');
      await world.seed({
        accounts: [],
        secrets: [{ name: 'projects/acme-ops/secrets/old', labels: { 'managed-by': 'hopmint' } }],
      });
      const { exit, out } = await run();
      expect(exit).toBe(1);
      expect(out).toMatch(/^missing +partner-api/m);
      expect(out).toMatch(
        /^removed +projects\/acme-ops\/secrets\/old: it has our label, but no chain names it/m,
      );
    });

    it('exits 3 if it may list nothing, and calls no chain fresh', async () => {
      await world.rotation.tick();
      const { exit, out } = await run('user:nobody@acme.com');
      expect(exit).toBe(3);
      expect(out).toMatch(/^unknown +billing-export/m);
      expect(out).toMatch(/^unread +projects\/acme-ops\/secrets: secret-denied, secretmanager/m);
    });

    it('names the token file that it cannot read', async () => {
      const { io, written } = recordingIo({ CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: '/nowhere/token' });
      expect(await status({ source: 'chains.yaml', json: false }, io, world.read)).toBe(2);
      expect(written.err).toBe('CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: /nowhere/token cannot be read\n');
    });
  });
});

describe('Tick:', () => {
  const ADA = 'user:ada@acme.com';
  const TICKS = '/v1/projects/acme-ops/subscriptions/of-tick';
  let world: OperatedWorld | undefined;
  afterEach(() => world?.close());

  const run = async (
    options: Partial<TickOptions>,
    { account = ADA, text = CHAINS }: { account?: string; text?: string } = {},
  ) => {
    world = await openOperatedWorld(text);
    const { io, written } = await world.as(account);
    const exit = await tick({ source: 'chains.yaml', json: false, ...options }, io, world.read);
    return { exit, ...written };
  };
  /** What was published, decoded. */
  const published = async (): Promise<unknown[]> => {
    const { rotation } = world as OperatedWorld;
    const answer = await fetch(`${rotation.local.url}/_local/token`, {
      method: 'POST',
      body: JSON.stringify({ account: ADA }),
    });
    const { accessToken } = (await answer.json()) as { accessToken: string };
    const pulled = await fetch(`${rotation.local.url}${TICKS}:pull`, {
      method: 'POST',
      headers: { authorization: `Bearer ${accessToken}` },
      body: JSON.stringify({ maxMessages: 10, returnImmediately: true }),
    });
    const { receivedMessages = [] } = (await pulled.json()) as {
      receivedMessages?: { message: { data: string } }[];
    };
    return receivedMessages.map(({ message }) =>
      JSON.parse(Buffer.from(message.data, 'base64').toString()),
    );
  };

  describe('hopmint tick', () => {
    type Row = { tick: string; options: Partial<TickOptions>; message: object; out: RegExp };
    it.each<Row>([
      {
        tick: 'for every chain that is due',
        options: {},
        message: { force: false },
        out: /^tick for all chains, published to/,
      },
      {
        tick: 'by force for named chains, each once',
        options: { chain: ['partner-api', 'partner-api'], force: true },
        message: { only: ['partner-api'], force: true },
        out: /^forced tick for partner-api, published to projects\/acme-ops\/topics\/hopmint-tick$/m,
      },
    ])('publishes a tick $tick', async ({ options, message, out }) => {
      const ran = await run(options);
      expect(ran).toMatchObject({
        exit: 0,
        err: 'LOCAL: this command used the local cloud, not Google\n',
      });
      expect(ran.out).toMatch(out);
      expect(await published()).toEqual([message]);
    });

    it('makes the deployment rotate a named chain that is not due', async () => {
      await run({ chain: ['partner-api'], force: true });
      const { rotation } = world as OperatedWorld;
      await rotation.tick();
      const [message] = await published();
      rotation.advanceMinutes(1);
      await rotation.tick(message as object);
      expect(rotation.ledger('partner-api')?.current).toBe(2);
      expect(rotation.ledger('billing-export')?.current).toBe(1);
    });

    it('refuses an unknown chain before it publishes anything', async () => {
      const ran = await run({ chain: ['billing-export', 'partner-apo'], force: true });
      expect(ran.exit).toBe(2);
      expect(ran.err).toMatch(/no chain is called "partner-apo": did you mean partner-api\?/);
      expect(await published()).toEqual([]);
    });

    it('says that a paused chain is not rotated', async () => {
      const text = `${CHAINS}paused: { until: 2026-12-01, reason: INC-1 }\n`;
      const ran = await run({ chain: ['partner-api'], force: true }, { text });
      expect(ran.exit).toBe(0);
      expect(ran.err).toMatch(/partner-api is paused: it is not rotated/);
    });

    it('names the missing permission, and exits 3', async () => {
      const ran = await run({}, { account: 'user:nobody@acme.com' });
      expect(ran).toMatchObject({ exit: 3, out: '' });
      expect(ran.err).toMatch(
        /publish-denied: .* you need pubsub\.topics\.publish on projects\/acme-ops\/topics\/hopmint-tick/,
      );
    });

    it('names the topic that it did not find', async () => {
      const ran = await run({ project: 'acme-data' });
      expect(ran.exit).toBe(3);
      expect(ran.err).toMatch(/projects\/acme-data\/topics\/hopmint-tick/);
    });

    it('asks for the project of the topics if the caller is written as a unique ID', async () => {
      const text = CHAINS.replace(/^caller: .*$/m, 'caller: "100000000000000000001"');
      expect(await run({}, { text })).toMatchObject({ exit: 2, out: '' });
    });
  });
});
