import { messageOf, PROJECT, type ProjectCloud } from '../../project-cloud.ts';
import { OBJECTS, openStorageCloud, type StorageCloud, UPLOAD } from './storage-cloud.ts';

let cloud: ProjectCloud;
let upload: StorageCloud['upload'];
beforeEach(async () => {
  ({ cloud, upload } = await openStorageCloud());
});
afterEach(() => cloud.close());

describe('A caller of Cloud Storage', () => {
  it.each([
    {
      situation: 'to read an object',
      permissions: ['storage.objects.get'],
      method: 'GET',
      path: `${OBJECTS}/a`,
    },
    {
      situation: 'to list objects',
      permissions: ['storage.objects.list'],
      method: 'GET',
      path: OBJECTS,
    },
    {
      situation: 'to create an object',
      permissions: ['storage.objects.create'],
      method: 'POST',
      path: `${UPLOAD}?uploadType=media&name=b`,
    },
    {
      situation: 'to replace an object',
      permissions: ['storage.objects.create', 'storage.objects.delete'],
      method: 'POST',
      path: `${UPLOAD}?uploadType=media&name=a`,
    },
    {
      situation: 'to delete an object',
      permissions: ['storage.objects.delete'],
      method: 'DELETE',
      path: `${OBJECTS}/a`,
    },
  ])('needs $permissions $situation', async ({ permissions, method, path }) => {
    await upload('a', 'one');
    const role = `projects/${PROJECT}/roles/only`;
    cloud.grant('buckets/acme-chains', role, 'ada');
    const call = () => cloud.as('ada')(method, path);
    for (const granted of permissions.map((_, i) => permissions.slice(0, i))) {
      cloud.state.roles.set(role, { name: role, includedPermissions: granted });
      const refused = await call();
      expect(refused.status).toBe(403);
      expect(messageOf(refused)).toContain(`Permission '${permissions[granted.length]}' denied`);
    }
    cloud.state.roles.set(role, { name: role, includedPermissions: permissions });
    expect((await call()).status).toBeLessThan(300);
  });

  it('that may not list a bucket does not learn that an object is missing', async () => {
    cloud.grant('buckets/acme-chains', 'roles/storage.legacyObjectReader', 'ada');
    expect((await cloud.as('ada')('GET', `${OBJECTS}/nope`)).status).toBe(403);
  });
});
