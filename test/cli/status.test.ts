import { status } from '../../cli/commands/status.ts';
import type { Status } from '../../shared/domain/rotation/status.ts';
import { type OperatedWorld, openOperatedWorld } from './operated-world.ts';
import { recordingIo } from './recording-io.ts';

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
    expect(later.out).toMatch(/^stale +billing-export .* expired 10m ago .* no valid credential/m);
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
