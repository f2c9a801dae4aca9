import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GRANTABLE, grantRight } from '../../../shared/domain/grants/grant-right.ts';
import { refusedByLinter } from './linter.ts';

/** One resource of each kind that our requests name. */
const RESOURCES = [
  'projects/acme-ops',
  'folders/800000000001',
  'organizations/900000000001',
  'projects/acme-ops/secrets/first',
  'projects/acme-ops/locations/europe-west3/secrets/first',
  'projects/acme-ops/serviceAccounts/relay@acme-ops.iam.gserviceaccount.com',
  'projects/acme-ops/topics/hopmint-tick',
  'buckets/acme-ops-hopmint-chains',
];

describe('the command that grants a missing right', () => {
  it('is one that gcloud knows, for each kind of resource', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'hopmint-rights-'));
    const permissions = [
      'secretmanager.secrets.get',
      'iam.serviceAccounts.getAccessToken',
      'storage.objects.get',
      'pubsub.topics.publish',
      'resourcemanager.projects.get',
    ].filter((permission) => permission in GRANTABLE);
    const commands = permissions.flatMap((permission) =>
      RESOURCES.flatMap((resource) => grantRight(permission, resource, 'user:ada@acme.com') ?? []),
    );
    expect(commands.length).toBeGreaterThan(20);
    expect(await refusedByLinter(commands, directory)).toEqual(new Map());
    await rm(directory, { recursive: true });
  }, 120_000);
});
