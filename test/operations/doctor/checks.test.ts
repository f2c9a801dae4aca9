import type { State } from '../../../local/state/state.ts';
import { CHECK_IDS, CHECKS, type CheckId } from '../../../shared/domain/doctor/checks.ts';
import { doctorRole } from '../../../shared/domain/doctor/role.ts';
import { ADA, LOGIN, ORGANIZATION, rows, service } from './failures.ts';
import { type Installed, install, OPS, OWNER, type Run } from './installed.ts';

const tested = CHECK_IDS.filter((id) => CHECKS[id].phase !== 'probe');

describe('doctor', () => {
  let installed: Installed;
  beforeAll(async () => {
    installed = await install();
  });
  afterAll(() => installed.local.close());

  const judge = (id: CheckId, edit: (state: State) => void, run: Partial<Run> = {}) =>
    installed.changed(edit, async () => (await installed.run([id], run))[0]);
  const nothing = () => undefined;
  /** Grants a member these permissions on the organization, and nothing else. */
  const grant = (includedPermissions: readonly string[]) => (state: State) => {
    const name = `${ORGANIZATION}/roles/only`;
    state.roles.set(name, { name, includedPermissions: [...includedPermissions], stage: 'GA' });
    const policy = state.policies.get(ORGANIZATION);
    const bindings = [...(policy?.bindings ?? []), { role: name, members: [ADA] }];
    state.policies.set(ORGANIZATION, { ...policy, bindings });
  };

  it.each([{ before: true }, { before: false }])(
    'says ok of everything in a whole installation (before installing: $before)',
    async (run) => {
      const checked = await installed.run(tested, run);
      expect(checked.filter(({ state }) => state !== 'ok')).toEqual([]);
      expect(checked.map(({ id }) => id)).toEqual(tested);
    },
  );

  it.each(rows)('says failed of $id when $when', async ({ id, edit = nothing, run, says, fix }) => {
    const checked = await judge(id, edit, run);
    expect(checked).toMatchObject({ state: 'failed', evidence: expect.stringContaining(says) });
    expect(checked?.fix).toContain(fix);
  });

  it('has a row above for each check', () => {
    expect(new Set(rows.map(({ id }) => id))).toEqual(new Set(tested));
  });

  it('needs exactly its role, and changes nothing', async () => {
    const { includedPermissions } = doctorRole('organization');
    const checked = await installed.changed(grant(includedPermissions), () =>
      installed.run(tested, { member: ADA }),
    );
    expect(checked.filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(installed.state.log).toEqual([]);
  });

  it.each(tested.filter((id) => CHECKS[id].permissions.length > 0))(
    'says unknown of %s without its permissions, and names one of them',
    async (id) => {
      const needed: readonly string[] = CHECKS[id].permissions;
      const { includedPermissions } = doctorRole('organization');
      const others = includedPermissions.filter((permission) => !needed.includes(permission));
      const checked = await judge(id, grant(others), { member: ADA });
      expect(checked).toMatchObject({ state: 'unknown', fix: './hopmint doctor --role' });
      expect(needed.some((permission) => checked?.evidence.includes(permission))).toBe(true);
    },
  );

  it.each<{ id: CheckId; path: string; run: Partial<Run> }>([
    { id: 'identity', path: '/tokeninfo', run: {} },
    {
      id: 'quota-project',
      path: ':testIamPermissions',
      run: { source: { ...LOGIN, quotaProject: 'acme-ops' } },
    },
    { id: 'clock', path: '/tokeninfo', run: {} },
  ])('says unknown of $id while Google does not answer', async ({ id, path, run }) => {
    const fault = { path, reset: true, times: 100 };
    const checked = await judge(id, (state) => state.faults.push(fault), run);
    expect(checked).toMatchObject({ state: 'unknown' });
  });

  describe('with a probing tick', () => {
    const PROBES = ['probe-fanout', 'probe-mint'] as const;
    /** So that the local cloud pushes to no host outside this machine. */
    const deliverNothing = (state: State) => state.subscriptions.clear();
    const states = async () =>
      (await installed.changed(deliverNothing, () => installed.run(PROBES))).map(
        ({ state }) => state,
      );
    const answer = (name: string, probe = 'doctor-1') =>
      installed.local.fetch(`${installed.local.url}/_local/stdout`, {
        method: 'POST',
        body: JSON.stringify({
          service: service(name),
          lines: [JSON.stringify({ event: 'probe', probe, message: 'probe answered' })],
        }),
      });
    const mayPublish = (state: State) => {
      const bindings = [{ role: 'roles/pubsub.publisher', members: [ADA] }];
      state.policies.set(`${OPS}/topics/hopmint-tick`, { bindings });
      deliverNothing(state);
    };

    it('says failed of each function that does not answer it, and ok of the others', async () => {
      await answer('mint', 'of-another-run');
      expect(await states()).toEqual(['failed', 'failed']);
      await answer('fanout');
      expect(await states()).toEqual(['ok', 'failed']);
      await answer('mint');
      expect(await states()).toEqual(['ok', 'ok']);
    });

    it('says unknown where the identity may not send it, or not read the log', async () => {
      const { includedPermissions } = doctorRole('organization');
      const evidence = async (edit: (state: State) => void) =>
        (await installed.changed(edit, () => installed.run(PROBES, { member: ADA }))).map(
          (checked) => `${checked.state} ${checked.evidence}`,
        );
      const unsent = 'unknown no probing tick was sent: you need pubsub.topics.publish on';
      expect(await evidence(grant(includedPermissions))).toEqual(
        PROBES.map(() => expect.stringContaining(unsent)),
      );
      const unreadable = 'unknown the log of acme-ops: you need logging.logEntries.list';
      expect(await evidence(mayPublish)).toEqual(PROBES.map(() => unreadable));
    });
  });

  it('may not say unknown of more than a third for an owner of the projects', async () => {
    const checked = await installed.run(tested, { member: OWNER });
    const unknown = checked.filter(({ state }) => state === 'unknown');
    expect(unknown.length).toBeLessThanOrEqual(tested.length / 3);
    expect(checked.filter(({ state }) => state === 'failed')).toEqual([]);
  });
});
