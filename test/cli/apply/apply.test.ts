import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type ApplyWorld,
  CHAINS,
  CREATOR,
  isWrite,
  MINTER,
  NOW,
  openApplyWorld,
  ops,
  READER,
  RELAY,
  stateOf,
} from './world.ts';

describe('apply, in an organization without any grant', () => {
  let world: ApplyWorld;
  beforeAll(async () => {
    world = await openApplyWorld();
  });
  afterAll(() => world.close());
  const writes = () =>
    world.local.state.requests.filter(({ method, path }) =>
      isWrite(method, path.split('?')[0] ?? ''),
    );

  it('plan lists what each resource lacks, and writes nothing', async () => {
    const { exit, out, err } = await world.plan();
    expect(exit).toBe(1);
    expect(err).toBe('LOCAL: this command used the local cloud, not Google\n');
    expect(out).toContain(
      [
        '  projects/acme-ops/secrets/export',
        '+   secret, replication automatic',
        '+     label managed-by=hopmint',
        '      for export',
        `+   serviceAccount:${ops('minter')} as projects/acme-ops/roles/hopmintMinter`,
        '      for export',
        `+   serviceAccount:${ops('app')} as roles/secretmanager.secretAccessor`,
        '      for export',
        '',
      ].join('\n'),
    );
    expect(out).toContain(
      [
        `  ${RELAY}`,
        `+   serviceAccount:${ops('minter')} as ${CREATOR}`,
        '      for hop 1 of export, hop 1 of jwt, hop 1 of stamp',
        '',
      ].join('\n'),
    );
    expect(out).toMatch(/\nTo add: 2 roles, 4 secrets, 9 grants\. Nothing is removed\.\n$/);
    expect(writes()).toEqual([]);
  });

  it('apply writes nothing without a terminal to ask on', async () => {
    const { exit, err } = await world.apply({ yes: false });
    expect(exit).toBe(2);
    expect(err).toContain('there is no terminal to ask on: add --yes. Nothing was written');
    expect(writes()).toEqual([]);
  });

  it.each(['', 'no', 'y', 'YES'])('apply writes nothing after the answer "%s"', async (typed) => {
    const { exit, err } = await world.apply({ yes: false }, { typed });
    expect(exit).toBe(1);
    expect(err).toContain('you did not type "yes". Nothing was written');
    expect(writes()).toEqual([]);
  });

  it('apply of one chain adds what that chain needs, after the answer "yes"', async () => {
    const { exit, out } = await world.apply({ yes: false, chain: ['probe'] }, { typed: 'yes' });
    expect(exit).toBe(0);
    expect(out).toMatch(/Added 4\.\nMinted 1: probe\. Nothing was stored\.\n$/);
    expect([...world.local.state.secrets.keys()]).toEqual(['projects/acme-ops/secrets/probe']);
    expect(world.policy(RELAY)).toEqual({});
  });

  it('apply adds the rest, reads it back, and mints every chain', async () => {
    const { exit, out } = await world.apply({ json: true });
    expect(JSON.parse(out)).toEqual({
      exit: 0,
      changed: 11,
      undone: 0,
      obstacles: [],
      refused: [],
      interrupted: false,
      left: 0,
      minted: ['export', 'jwt', 'probe', 'stamp'],
      spreading: [],
      failed: [],
    });
    expect(exit).toBe(0);
  });

  it('grants each hop on the account itself, and nothing on a project', () => {
    expect(world.policy(RELAY).bindings).toEqual([
      { role: CREATOR, members: [`serviceAccount:${ops('minter')}`] },
    ]);
    expect(world.policy(READER).bindings).toEqual([
      { role: CREATOR, members: [`serviceAccount:${ops('relay')}`] },
    ]);
    expect(world.policy('projects/acme-ops').bindings).toHaveLength(1);
  });

  it('stores no credential', () => {
    expect([...world.local.state.secrets.values()].flatMap(({ versions }) => versions)).toEqual([]);
  });

  it('then the plan is empty', async () => {
    const { exit, out } = await world.plan();
    expect(out).toBe(
      'Nothing to do: IAM and Secret Manager have everything that the chain file needs.\n',
    );
    expect(exit).toBe(0);
  });

  it('a second apply writes nothing, does not ask, and mints every chain again', async () => {
    const before = writes().length;
    const { exit, out } = await world.apply({ yes: false });
    expect(exit).toBe(0);
    expect(out).toMatch(/^Nothing to do.*\nMinted 4: export, jwt, probe, stamp\./);
    expect(writes()).toHaveLength(before);
  });

  it('a misspelt chain is refused, and the right name is suggested', async () => {
    const { exit, err } = await world.plan({ chain: ['prob'] });
    expect(exit).toBe(2);
    expect(err).toContain('no chain is called "prob": did you mean probe?');
  });
});

describe('Grants in time:', () => {
  const DAY_MS = 86_400_000;

  const worlds: ApplyWorld[] = [];
  const openOne = async () => {
    const world = await openApplyWorld();
    worlds.push(world);
    return world;
  };
  afterEach(async () => {
    for (const world of worlds.splice(0)) await world.close();
  });

  describe('grants that expire', () => {
    const chains = `grants: narrow\ngrantFor: 90d\n${CHAINS}`;

    it('are enough until their last third; then plan adds new ones', async () => {
      const world = await openOne();
      expect((await world.apply({}, { chains })).exit).toBe(0);
      expect(world.policy(RELAY).bindings).toContainEqual({
        role: 'projects/acme-ops/roles/hopmintDelegate',
        members: [`serviceAccount:${ops('minter')}`],
        condition: {
          title: 'hopmint until 2027-02-21',
          expression: 'request.time < timestamp("2027-02-21T00:00:00Z")',
        },
      });
      expect(stateOf(world).roles.map(({ name }) => name)).toEqual(
        [
          'projects/acme-data/roles/hopmintAccessToken',
          'projects/acme-data/roles/hopmintMinter',
          'projects/acme-data/roles/hopmintSignJwt',
          'projects/acme-ops/roles/hopmintDelegate',
          'projects/acme-ops/roles/hopmintMinter',
          'projects/acme-ops/roles/hopmintSignBlob',
        ].sort(),
      );
      const on = (day: number) => ({ chains, now: new Date(NOW.getTime() + day * DAY_MS) });
      expect((await world.plan({}, on(59))).exit).toBe(0);
      const late = await world.plan({}, on(61));
      expect(late.exit).toBe(1);
      expect(late.out).toMatch(/To add: 5 grants\./);
      expect((await world.apply({}, on(61))).exit).toBe(0);
      expect((await world.plan({}, on(61))).exit).toBe(0);
    });
  });

  describe('after the writes', () => {
    it('chains are minted until their grants take effect, and not for longer', async () => {
      const world = await openOne();
      world.local.state.settings.propagationSeconds = 90;
      const { exit, out } = await world.apply();
      expect(out).toMatch(/Minted 4: export, jwt, probe, stamp\./);
      expect(exit).toBe(0);
      const seconds = (world.local.state.now().getTime() - NOW.getTime()) / 1000;
      expect(seconds).toBeGreaterThan(90);
      expect(seconds).toBeLessThan(150);
    });

    it('chains whose grants have no effect when the wait is over are named, and apply exits 1', async () => {
      const world = await openOne();
      world.local.state.settings.propagationSeconds = 90;
      const { exit, out } = await world.apply({ wait: '20s' });
      expect(exit).toBe(1);
      expect(out).toMatch(/Still spreading: export, jwt, probe, stamp\. IAM takes minutes/);
    });

    it('an operator who may not impersonate the caller learns which role is missing', async () => {
      const world = await openOne();
      world.local.state.policies.delete(MINTER);
      const { exit, out } = await world.apply();
      expect(exit).toBe(0);
      expect(out).toMatch(
        /Added 15\.\nNot tried: you may not impersonate minter@.*\. With roles\/iam\.serviceAccountTokenCreator on it/,
      );
    });

    it('a paused chain is not minted', async () => {
      const world = await openOne();
      const chains = CHAINS.replace(
        'name: probe',
        'name: probe\n    paused: { until: 2026-12-01, reason: INC-1 }',
      );
      const { out } = await world.apply({}, { chains });
      expect(out).toMatch(/Minted 3: export, jwt, stamp\./);
    });
  });
});

describe('a saved plan', () => {
  let world: ApplyWorld;
  let path: string;
  beforeEach(async () => {
    world = await openApplyWorld();
    path = join(world.directory, 'plan.json');
    expect((await world.plan({ out: path })).exit).toBe(1);
  });
  afterEach(() => world.close());
  const edit = async (change: (text: string) => string) => {
    const text = await readFile(path, 'utf8');
    const edited = change(text);
    expect(edited).not.toBe(text);
    await writeFile(path, edited);
  };

  it('is accepted while the plan is the same, even if it was made days ago', async () => {
    await edit((text) => text.replace(NOW.toISOString(), '2026-11-20T00:00:00.000Z'));
    expect((await world.apply({ plan: path })).exit).toBe(0);
    expect((await world.plan()).exit).toBe(0);
  });

  type Edit = { edit: string; change: (text: string) => string; part: string };
  it.each<Edit>([
    {
      edit: 'with another member',
      change: (text) => text.replace(ops('app'), ops('evil')),
      part: 'steps',
    },
    {
      edit: 'with another command',
      change: (text) => text.replace('--condition=None', '--condition=x'),
      part: 'steps',
    },
    {
      edit: 'without one of its steps',
      change: (text) =>
        text.replace(
          /\{\s+"do": "create-secret"[^}]*\}[^}]*\}[^}]*\}[^}]*\}[^}]*\}\s*\],[^}]*\},/,
          '',
        ),
      part: 'steps',
    },
    {
      edit: 'of another chain file',
      change: (text) => text.replace(/"digest": "../, '"digest": "ff'),
      part: 'chainFile',
    },
    {
      edit: 'with a part that no plan has',
      change: (text) => text.replace('{', '{ "force": true,'),
      part: 'force',
    },
  ])('$edit is refused, and nothing is written', async ({ change, part }) => {
    const before = stateOf(world);
    await edit(change);
    const { exit, err } = await world.apply({ plan: path });
    expect(exit).toBe(1);
    expect(err).toContain(`plan.json differs from the plan above in: ${part}. Nothing was written`);
    expect(stateOf(world)).toEqual(before);
  });

  it('is refused if IAM or Secret Manager has changed since', async () => {
    await world.apply({ chain: ['probe'] });
    const { exit, err } = await world.apply({ plan: path });
    expect(exit).toBe(1);
    expect(err).toContain('differs from the plan above in: steps');
  });

  it('that is not JSON is refused with the command that makes one', async () => {
    await writeFile(path, 'steps: []');
    const { exit, err } = await world.apply({ plan: path });
    expect(exit).toBe(2);
    expect(err).toContain('is not a saved plan: make one with "./hopmint plan --out');
  });
});
