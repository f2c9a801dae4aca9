import { type ApplyWorld, CREATOR, isWrite, openApplyWorld, ops, READER, RELAY } from './world.ts';

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
