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

const DAY_MS = 86_400_000;

describe('from a chain file to working chains, in an organization without a grant', () => {
  let world: ApplyWorld;
  beforeAll(async () => {
    world = await openApplyWorld();
  });
  afterAll(() => world.close());
  const writes = () =>
    world.local.state.requests.filter(({ method, path }) =>
      isWrite(method, path.split('?')[0] ?? ''),
    );

  it('plan says what is lacking, resource by resource, and writes nothing', async () => {
    const { exit, out, err } = await world.plan();
    expect(exit).toBe(1);
    expect(err).toBe('LOCAL: this is what the local cloud holds\n');
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

  it('apply writes nothing where nobody can be asked', async () => {
    const { exit, err } = await world.apply({ yes: false });
    expect(exit).toBe(2);
    expect(err).toContain('nobody can be asked here, and nothing was written: say --yes');
    expect(writes()).toEqual([]);
  });

  it.each(['', 'no', 'y', 'YES'])('apply writes nothing when the answer is "%s"', async (typed) => {
    const { exit, err } = await world.apply({ yes: false }, { typed });
    expect(exit).toBe(1);
    expect(err).toContain('nothing was written');
    expect(writes()).toEqual([]);
  });

  it('apply of one chain adds what that one wants, once a person has said yes', async () => {
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

  it('plan is empty then', async () => {
    const { exit, out } = await world.plan();
    expect(out).toBe(
      'Nothing to do: IAM and Secret Manager have everything that the chain file needs.\n',
    );
    expect(exit).toBe(0);
  });

  it('apply again writes nothing, asks nobody, and sees that every chain still mints', async () => {
    const before = writes().length;
    const { exit, out } = await world.apply({ yes: false });
    expect(exit).toBe(0);
    expect(out).toMatch(/^Nothing to do.*\nMinted 4: export, jwt, probe, stamp\./);
    expect(writes()).toHaveLength(before);
  });

  it('a chain that is misspelt is refused, with the one that was meant', async () => {
    const { exit, err } = await world.plan({ chain: ['prob'] });
    expect(exit).toBe(2);
    expect(err).toContain('no chain is called "prob": did you mean probe?');
  });
});

const worlds: ApplyWorld[] = [];
const openOne = async () => {
  const world = await openApplyWorld();
  worlds.push(world);
  return world;
};
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

describe('grants with an end', () => {
  const chains = `grants: narrow\ngrantFor: 90d\n${CHAINS}`;

  it('stand until they are in their last third, when plan adds the next', async () => {
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

describe('after the writing', () => {
  it('chains are minted until their grants have spread, and no longer than that takes', async () => {
    const world = await openOne();
    world.local.state.settings.propagationSeconds = 90;
    const { exit, out } = await world.apply();
    expect(out).toMatch(/Minted 4: export, jwt, probe, stamp\./);
    expect(exit).toBe(0);
    const seconds = (world.local.state.now().getTime() - NOW.getTime()) / 1000;
    expect(seconds).toBeGreaterThan(90);
    expect(seconds).toBeLessThan(150);
  });

  it('what still spreads when the wait is over is told, and exits 1', async () => {
    const world = await openOne();
    world.local.state.settings.propagationSeconds = 90;
    const { exit, out } = await world.apply({ wait: '20s' });
    expect(exit).toBe(1);
    expect(out).toMatch(/Still spreading: export, jwt, probe, stamp\. IAM takes minutes/);
  });

  it('an operator who may not act for the caller is told so, and what would help', async () => {
    const world = await openOne();
    world.local.state.policies.delete(MINTER);
    const { exit, out } = await world.apply();
    expect(exit).toBe(0);
    expect(out).toMatch(
      /Added 15\.\nNot tried: you may not act for minter@.*: with roles\/iam\.serviceAccountTokenCreator on it/,
    );
  });

  it('a chain that is paused is not minted', async () => {
    const world = await openOne();
    const chains = CHAINS.replace(
      'name: probe',
      'name: probe\n    paused: { until: 2026-12-01, reason: INC-1 }',
    );
    const { out } = await world.apply({}, { chains });
    expect(out).toMatch(/Minted 3: export, jwt, stamp\./);
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

  it('is taken while it is still the plan, whenever it was made', async () => {
    await edit((text) => text.replace(NOW.toISOString(), '2026-11-20T00:00:00.000Z'));
    expect((await world.apply({ plan: path })).exit).toBe(0);
    expect((await world.plan()).exit).toBe(0);
  });

  const edits: [title: string, change: (text: string) => string, part: string][] = [
    ['with another member', (text) => text.replace(ops('app'), ops('evil')), 'steps'],
    ['with another command', (text) => text.replace('--condition=None', '--condition=x'), 'steps'],
    [
      'with a step less',
      (text) =>
        text.replace(
          /\{\s+"do": "create-secret"[^}]*\}[^}]*\}[^}]*\}[^}]*\}[^}]*\}\s*\],[^}]*\},/,
          '',
        ),
      'steps',
    ],
    [
      'of another chain file',
      (text) => text.replace(/"digest": "../, '"digest": "ff'),
      'chainFile',
    ],
    ['with a part that plans have not', (text) => text.replace('{', '{ "force": true,'), 'force'],
  ];
  it.each(edits)('%s is refused, and nothing is written', async (_title, change, part) => {
    const before = stateOf(world);
    await edit(change);
    const { exit, err } = await world.apply({ plan: path });
    expect(exit).toBe(1);
    expect(err).toContain(`plan.json is not the plan above, in: ${part}. Nothing was written`);
    expect(stateOf(world)).toEqual(before);
  });

  it('is refused when the world has changed since', async () => {
    await world.apply({ chain: ['probe'] });
    const { exit, err } = await world.apply({ plan: path });
    expect(exit).toBe(1);
    expect(err).toContain('is not the plan above, in: steps');
  });

  it('that is no JSON is told as what it is', async () => {
    await writeFile(path, 'steps: []');
    const { exit, err } = await world.apply({ plan: path });
    expect(exit).toBe(2);
    expect(err).toContain('is no saved plan: make one with "./hopmint plan --out');
  });
});
