import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pLimit from 'p-limit';
import { type Row, rows } from '../../operations/doctor/failures.ts';
import { type Installed, install } from '../../operations/doctor/installed.ts';
import { environmentOf } from './gcloud.ts';

const run = promisify(execFile);

/**
 * A failure for each kind of command that gcloud can carry out in the local cloud. Others need Cloud Run, Terraform, a build, or a write of the
 * Organization Policy API, which only reads here.
 */
const FIXED: readonly string[] = [
  'apis-accounts',
  'policy-key-creation',
  'policy-lifetime',
  'agent-push',
  'agent-dead-letters',
  'build-operations',
  'subscription-form',
  'subscription-delivery',
  'ticks',
  'audit-logs',
  'sink-filter',
  'sink-writer',
];
/** One change for each check, each of another resource. */
const failures = FIXED.map((id) => rows.find((row) => row.id === id) as Row);
const ids = failures.map(({ id }) => id);

describe('The commands that doctor prints', () => {
  let installed: Installed;
  let directory: string;
  beforeAll(async () => {
    installed = await install();
    directory = await mkdtemp(join(tmpdir(), 'hopmint-fixes-'));
  });
  afterAll(async () => {
    await installed.local.close();
    await rm(directory, { recursive: true });
  });

  it('fix what failed, when gcloud runs them', async () => {
    const { state, local } = installed;
    // An administrator of everything, and of the policies of the organization.
    const administrator = 'user:grace@acme.com';
    const permissions = { name: 'organizations/900000000001/roles/all', stage: 'GA' as const };
    state.roles.set(permissions.name, {
      ...permissions,
      includedPermissions: ['iam.serviceAccounts.actAs', 'logging.sinks.update'],
    });
    const roles = ['roles/owner', 'roles/orgpolicy.policyAdmin', permissions.name];
    const policy = state.policies.get('organizations/900000000001');
    const bindings = [
      ...(policy?.bindings ?? []),
      ...roles.map((role) => ({ role, members: [administrator] })),
    ];
    state.policies.set('organizations/900000000001', { ...policy, bindings });
    for (const { edit } of failures) edit?.(state);

    const broken = await installed.run(ids);
    expect(broken.filter(({ state: judged }) => judged !== 'failed')).toEqual([]);
    const env = await environmentOf(local.port, administrator);
    await pLimit(2).map(broken, ({ fix }) =>
      run('sh', ['-ec', fix ?? 'false'], { env, cwd: directory }),
    );
    const fixed = await installed.run(ids);
    expect(fixed.filter(({ state: judged }) => judged !== 'ok')).toEqual([]);
  }, 180_000);
});
