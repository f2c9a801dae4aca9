import { messageOf, PROJECT, type ProjectCloud } from '../../project-cloud.ts';
import {
  BUCKET,
  multipartBody,
  namesOf,
  OBJECTS,
  openStorageCloud,
  type StorageCloud,
  UPLOAD,
} from './storage-cloud.ts';

describe('Buckets:', () => {
  let cloud: ProjectCloud;
  let owner: StorageCloud['owner'];
  beforeEach(async () => {
    ({ cloud, owner } = await openStorageCloud());
  });
  afterEach(() => cloud.close());

  const BUCKETS = `/storage/v1/b?project=${PROJECT}`;

  describe('A bucket', () => {
    it.each([
      { situation: 'in its project', query: '', names: ['acme-chains'] },
      { situation: 'by the prefix of its name only', query: '&prefix=other', names: [] },
    ])('is listed $situation', async ({ query, names }) => {
      expect(namesOf(await owner('GET', `${BUCKETS}${query}`))).toEqual(names);
    });

    it('is readable for the members of its own policy', async () => {
      const read = () => cloud.as('ada')('GET', OBJECTS);
      expect((await read()).status).toBe(403);
      const { body: policy } = await owner('GET', `${BUCKET}/iam`);
      expect(policy).toEqual({
        kind: 'storage#policy',
        resourceId: 'projects/_/buckets/acme-chains',
        etag: expect.any(String),
        version: 1,
        bindings: [
          {
            role: 'roles/storage.legacyBucketOwner',
            members: ['projectEditor:acme-ops', 'projectOwner:acme-ops'],
          },
          { role: 'roles/storage.legacyBucketReader', members: ['projectViewer:acme-ops'] },
        ],
      });
      const binding = { role: 'roles/storage.objectViewer', members: ['user:ada@acme.com'] };
      const { body } = await owner('PUT', `${BUCKET}/iam`, { ...policy, bindings: [binding] });
      expect(body).toMatchObject({ bindings: [binding], version: 1 });
      expect((await read()).status).toBe(200);
    });

    it('refuses a policy under a stale etag', async () => {
      const binding = { role: 'roles/storage.objectViewer', members: ['user:ada@acme.com'] };
      const { etag } = (await owner('GET', `${BUCKET}/iam`)).body as { etag: string };
      const write = () => owner('PUT', `${BUCKET}/iam`, { etag, bindings: [binding] });
      expect((await write()).status).toBe(200);
      expect((await write()).status).toBe(409);
    });

    it.each<{ method: string; path: string; body?: object }>([
      { method: 'GET', path: BUCKETS },
      { method: 'GET', path: `${BUCKET}/iam` },
      { method: 'PUT', path: `${BUCKET}/iam`, body: {} },
    ])('refuses $method $path to a caller without a permission', async ({ method, path, body }) => {
      expect((await cloud.as('ada')(method, path, body)).status).toBe(403);
    });
  });
});

describe('List objects:', () => {
  let cloud: ProjectCloud;
  let owner: StorageCloud['owner'];
  beforeEach(async () => {
    const storageCloud = await openStorageCloud();
    ({ cloud, owner } = storageCloud);
    for (const name of ['reports/1', 'chains.yaml', 'reports/old/2']) {
      await storageCloud.upload(name, 'x');
    }
  });
  afterEach(() => cloud.close());

  describe('A list of objects', () => {
    it.each([
      {
        situation: 'is sorted by name',
        query: '',
        names: ['chains.yaml', 'reports/1', 'reports/old/2'],
        prefixes: undefined,
      },
      {
        situation: 'contains only the names with the prefix',
        query: 'prefix=reports/old',
        names: ['reports/old/2'],
        prefixes: undefined,
      },
      {
        situation: 'shows the objects below a delimiter by their prefix',
        query: 'delimiter=/',
        names: ['chains.yaml'],
        prefixes: ['reports/'],
      },
      {
        situation: 'shows the objects below a delimiter and a prefix by their prefix',
        query: 'delimiter=/&prefix=reports/',
        names: ['reports/1'],
        prefixes: ['reports/old/'],
      },
    ])('$situation', async ({ query, names, prefixes }) => {
      const response = await owner('GET', `${OBJECTS}?${query}`);
      expect([namesOf(response), response.body.prefixes]).toEqual([names, prefixes]);
    });

    it('is divided into pages of maxResults objects', async () => {
      const first = await owner('GET', `${OBJECTS}?maxResults=2`);
      const token = first.body.nextPageToken;
      const rest = await owner('GET', `${OBJECTS}?maxResults=2&pageToken=${token}`);
      expect([namesOf(first), namesOf(rest)]).toEqual([
        ['chains.yaml', 'reports/1'],
        ['reports/old/2'],
      ]);
    });
  });
});

describe('Permissions:', () => {
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
});

describe('Versioning:', () => {
  let cloud: ProjectCloud;
  let owner: StorageCloud['owner'];
  let storageCloud: StorageCloud;
  const open = async (fields: object) => {
    storageCloud = await openStorageCloud(fields);
    ({ cloud, owner } = storageCloud);
  };
  afterEach(() => cloud.close());

  /** @returns the generation */
  const upload = async (name: string, text: string): Promise<string> =>
    (await storageCloud.upload(name, text)).body.generation as string;
  const generationsOf = async (query: string) => {
    const { body } = await owner('GET', `${OBJECTS}?${query}`);
    return ((body.items ?? []) as Record<string, unknown>[]).map(
      ({ name, generation, ...item }) => ({
        name,
        generation,
        isNoncurrent: 'timeDeleted' in item,
      }),
    );
  };
  const textOf = async (name: string, generation: string): Promise<string> =>
    (await storageCloud.read(name, `&generation=${generation}`)).text;

  describe('A bucket with versioning', () => {
    beforeEach(() => open({ versioning: { enabled: true } }));

    it('shows that versioning is enabled', async () => {
      expect((await owner('GET', BUCKET)).body).toMatchObject({ versioning: { enabled: true } });
    });

    it('keeps a replaced object, and lists each generation with `versions=true`', async () => {
      const first = await upload('a', 'one');
      const second = await upload('a', 'two');
      await upload('b', 'other');
      const live = { name: 'a', generation: second, isNoncurrent: false };
      expect(await generationsOf('versions=true&prefix=a')).toEqual([
        { name: 'a', generation: first, isNoncurrent: true },
        live,
      ]);
      expect(await generationsOf('prefix=a')).toEqual([live]);
      expect([await textOf('a', first), await textOf('a', second)]).toEqual(['one', 'two']);
    });

    it('lists generations in pages', async () => {
      const all = [await upload('a', 'one'), await upload('a', 'two'), await upload('a', 'three')];
      const first = await owner('GET', `${OBJECTS}?versions=true&maxResults=2`);
      const rest = await generationsOf(`versions=true&pageToken=${first.body.nextPageToken}`);
      expect((first.body.items as object[]).length).toBe(2);
      expect(rest).toEqual([{ name: 'a', generation: all[2], isNoncurrent: false }]);
    });

    it('keeps a deleted object, and deletes a generation permanently when the request names it', async () => {
      const first = await upload('a', 'one');
      await owner('DELETE', `${OBJECTS}/a`);
      expect((await owner('GET', `${OBJECTS}/a`)).status).toBe(404);
      expect(await textOf('a', first)).toBe('one');
      expect((await owner('DELETE', `${OBJECTS}/a?generation=${first}`)).status).toBe(204);
      expect(await generationsOf('versions=true')).toEqual([]);
    });

    it('deletes the live generation permanently when the request names it', async () => {
      const first = await upload('a', 'one');
      const second = await upload('a', 'two');
      await owner('DELETE', `${OBJECTS}/a?generation=${second}`);
      expect(await generationsOf('versions=true')).toEqual([
        { name: 'a', generation: first, isNoncurrent: true },
      ]);
    });
  });

  describe('A bucket without versioning', () => {
    it('keeps the live generation only', async () => {
      await open({});
      const first = await upload('a', 'one');
      const second = await upload('a', 'two');
      expect((await owner('GET', `${OBJECTS}/a?generation=${first}`)).status).toBe(404);
      expect(await generationsOf('versions=true')).toEqual([
        { name: 'a', generation: second, isNoncurrent: false },
      ]);
    });
  });

  describe('A noncurrent object', () => {
    it('keeps its custom metadata and the time when it was written', async () => {
      await open({ versioning: { enabled: true } });
      const resource = { name: 'a', metadata: { 'written-by': 'ada@acme.com' } };
      const body = multipartBody(resource, { contentType: 'text/plain', text: 'one' });
      const path = `${UPLOAD}?uploadType=multipart&ifGenerationMatch=0`;
      const type = { 'content-type': 'multipart/related; boundary=xyz' };
      const written = await owner('POST', path, body, type);
      const expected = {
        metadata: { 'written-by': 'ada@acme.com' },
        updated: cloud.state.now().toISOString(),
        timeCreated: cloud.state.now().toISOString(),
      };
      expect(written.body).toMatchObject(expected);
      expect((await owner('POST', path, body, type)).status).toBe(412);
      await upload('a', 'two');
      const listed = await owner('GET', `${OBJECTS}?versions=true`);
      expect((listed.body.items as object[])[0]).toMatchObject(expected);
    });
  });
});

describe('A new bucket', () => {
  let cloud: ProjectCloud;
  let owner: StorageCloud['owner'];
  beforeAll(async () => {
    ({ cloud, owner } = await openStorageCloud());
    cloud.grant(`projects/${PROJECT}`, 'roles/storage.admin', 'owner');
    const role = {
      name: `projects/${PROJECT}/roles/buckets`,
      includedPermissions: ['storage.buckets.delete', 'storage.buckets.update'],
    };
    cloud.state.roles.set(role.name, { ...role, stage: 'GA' });
    cloud.grant(`projects/${PROJECT}`, role.name, 'owner');
  });
  afterAll(() => cloud.close());
  const create = async (body: object) =>
    (await owner('POST', `/storage/v1/b?project=${PROJECT}`, body)).body;

  it.each([
    { location: undefined, stored: 'US', type: 'multi-region', more: { rpo: 'DEFAULT' } },
    { location: 'eur4', stored: 'EUR4', type: 'dual-region', more: { rpo: 'DEFAULT' } },
    { location: 'us-east4', stored: 'US-EAST4', type: 'region', more: { satisfiesPZI: true } },
  ])('in $stored has the defaults of Google', async ({ location, stored, type, more }) => {
    const name = `acme-${stored.toLowerCase()}`;
    expect(await create({ name, location })).toMatchObject({
      id: name,
      location: stored,
      locationType: type,
      metageneration: '1',
      etag: 'CAE=',
      storageClass: 'STANDARD',
      selfLink: `https://www.googleapis.com/storage/v1/b/${name}`,
      iamConfiguration: {
        publicAccessPrevention: 'inherited',
        uniformBucketLevelAccess: { enabled: false },
      },
      softDeletePolicy: { retentionDurationSeconds: '604800' },
      timeCreated: expect.any(String),
      ...more,
    });
  });

  it('keeps its fields, changes the sent ones, and is deleted when it is empty', async () => {
    const path = '/storage/v1/b/acme-new';
    await create({
      name: 'acme-new',
      labels: { team: 'ops', old: 'yes' },
      iamConfiguration: { uniformBucketLevelAccess: { enabled: true } },
      lifecycle: { rule: [{ action: { type: 'Delete' }, condition: { age: 7 } }] },
    });
    const change = { labels: { old: null, new: 'yes' }, lifecycle: null };
    const { body } = await owner('PATCH', path, change);
    expect(body).toMatchObject({
      labels: { team: 'ops', new: 'yes' },
      metageneration: '2',
      iamConfiguration: { uniformBucketLevelAccess: { enabled: true } },
    });
    expect(body).not.toHaveProperty('lifecycle');
    expect((await owner('PATCH', path, {})).body).toMatchObject({ metageneration: '2' });
    expect((await owner('DELETE', `${path}?ifMetagenerationMatch=1`)).status).toBe(412);
    expect((await owner('DELETE', path)).status).toBe(204);
    expect((await owner('GET', path)).status).toBe(404);
    expect(cloud.state.log.at(-1)?.protoPayload.methodName).toBe('storage.buckets.delete');
  });

  it('with an object stays', async () => {
    await create({ name: 'acme-full' });
    await owner('POST', '/upload/storage/v1/b/acme-full/o?uploadType=media&name=a', {});
    const response = await owner('DELETE', '/storage/v1/b/acme-full');
    expect([response.status, messageOf(response)]).toEqual([
      409,
      'The bucket you tried to delete is not empty.',
    ]);
  });
});
