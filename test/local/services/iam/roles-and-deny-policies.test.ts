import {
  binding,
  type ChainCloud,
  chainWorld,
  minter,
  openChainCloud,
  outcomeOf,
  relay,
} from '../../chain-cloud.ts';

describe('Roles:', () => {
  const owner = 'user:owner@acme.com';
  const stranger = 'user:stranger@acme.com';
  const ROLES = '/v1/projects/acme-ops/roles';
  const hopOnly = {
    title: 'Hop only',
    includedPermissions: ['iam.serviceAccounts.implicitDelegation'],
    stage: 'GA',
  };

  let cloud: ChainCloud;
  beforeEach(async () => {
    cloud = await openChainCloud();
  });
  afterEach(() => cloud.close());

  describe('A predefined role', () => {
    it('is returned to any caller, with its permissions', async () => {
      const { body } = await cloud.call(
        stranger,
        'GET',
        '/v1/roles/iam.serviceAccountTokenCreator',
      );
      expect(body).toMatchObject({
        name: 'roles/iam.serviceAccountTokenCreator',
        title: 'Service Account Token Creator',
        stage: 'GA',
        etag: 'AA==',
      });
      expect(body.includedPermissions).toEqual(
        expect.arrayContaining([
          'iam.serviceAccounts.getAccessToken',
          'iam.serviceAccounts.getOpenIdToken',
          'iam.serviceAccounts.implicitDelegation',
          'iam.serviceAccounts.signBlob',
          'iam.serviceAccounts.signJwt',
        ]),
      );
    });

    it.each(['roles/owner', 'roles/editor', 'roles/iam.serviceAccountUser'])(
      'like %s has no permission for impersonation',
      async (name) => {
        const { body } = await cloud.call(stranger, 'GET', `/v1/${name}`);
        expect((body.includedPermissions as string[]).join()).not.toMatch(
          /getAccessToken|getOpenIdToken|implicitDelegation|signBlob|signJwt/,
        );
      },
    );

    it('that does not exist is 404', async () => {
      expect(outcomeOf(await cloud.call(owner, 'GET', '/v1/roles/iam.noSuchRole'))).toBe(
        '404 NOT_FOUND',
      );
    });
  });

  describe('A custom role', () => {
    const name = 'projects/acme-ops/roles/hopOnly';
    const create = (role = hopOnly) =>
      cloud.call(owner, 'POST', ROLES, { roleId: 'hopOnly', role });

    it('is created and returned', async () => {
      const created = await create();
      expect(created.body).toEqual({ name, ...hopOnly, etag: expect.any(String) });
      expect((await cloud.call(owner, 'GET', `/v1/${name}`)).body).toEqual(created.body);
    });

    it('is listed without its permissions', async () => {
      await create();
      const listed = (await cloud.call(owner, 'GET', ROLES)).body.roles as object[];
      expect(listed).toEqual([
        expect.not.objectContaining({ includedPermissions: expect.anything() }),
      ]);
    });

    it('changes in the fields of the mask only, and gets a new etag', async () => {
      const created = await create();
      const changed = await cloud.call(
        owner,
        'PATCH',
        `/v1/${name}?updateMask=includedPermissions`,
        {
          includedPermissions: ['iam.serviceAccounts.signJwt'],
          title: 'not in the mask',
        },
      );
      expect(changed.body).toMatchObject({
        title: 'Hop only',
        includedPermissions: ['iam.serviceAccounts.signJwt'],
      });
      expect(changed.body.etag).not.toBe(created.body.etag);
    });

    it('that is deleted is listed with showDeleted only, until it is undeleted', async () => {
      await create();
      expect((await cloud.call(owner, 'DELETE', `/v1/${name}`)).body).toMatchObject({
        deleted: true,
      });
      expect((await cloud.call(owner, 'GET', ROLES)).body).toEqual({});
      const { body } = await cloud.call(owner, 'GET', `${ROLES}?showDeleted=True`);
      expect(body.roles).toHaveLength(1);
      const undeleted = await cloud.call(owner, 'POST', `/v1/${name}:undelete`, {});
      expect(undeleted.body).not.toHaveProperty('deleted');
    });

    it('is changed under an etag in the URL-safe alphabet, which gcloud sends', async () => {
      let etag = '';
      // An etag is a hash of the role. One with these characters comes soon.
      for (let i = 0; !/[+/]/.test(etag); i += 1) {
        const body = { roleId: `hop${i}`, role: { ...hopOnly, title: `Hop ${i}` } };
        const created = await cloud.call(owner, 'POST', ROLES, body);
        etag = String(created.body.etag);
        if (!/[+/]/.test(etag)) continue;
        const sent = {
          description: 'mine',
          etag: Buffer.from(etag, 'base64').toString('base64url'),
        };
        const path = `/v1/${created.body.name}?updateMask=description`;
        expect((await cloud.call(owner, 'PATCH', path, sent)).status).toBe(200);
      }
    });

    it('is not changed under a stale etag', async () => {
      const { body } = await create();
      const patch = () =>
        cloud.call(owner, 'PATCH', `${ROLES}/hopOnly`, { description: 'mine', etag: body.etag });
      expect((await patch()).status).toBe(200);
      expect(outcomeOf(await patch())).toBe('409 ABORTED');
    });

    it.each([
      {
        situation: 'by a caller without the permission',
        outcome: '403 PERMISSION_DENIED iam.roles.create',
        as: stranger,
        body: { roleId: 'hopOnly' },
      },
      {
        situation: 'with an ID that is too short',
        outcome: '400 INVALID_ARGUMENT',
        as: owner,
        body: { roleId: 'no' },
      },
      {
        situation: 'with a permission that does not exist',
        outcome: '400 INVALID_ARGUMENT',
        as: owner,
        body: { roleId: 'hopOnly', role: { includedPermissions: ['iam.serviceAccounts.mint'] } },
      },
    ])('is not created $situation', async ({ outcome, as, body }) => {
      expect(outcomeOf(await cloud.call(as, 'POST', ROLES, body))).toBe(outcome);
    });

    it('is not created twice with the same ID', async () => {
      await cloud.call(owner, 'POST', ROLES, { roleId: 'hopOnly' });
      expect(outcomeOf(await cloud.call(owner, 'POST', ROLES, { roleId: 'hopOnly' }))).toBe(
        '409 ALREADY_EXISTS',
      );
    });
  });

  describe('queryGrantableRoles', () => {
    it.each([
      { resource: 'iam', path: 'serviceAccounts/1', has: 'roles/iam.serviceAccountTokenCreator' },
      { resource: 'secretmanager', path: 'secrets/s', has: 'roles/secretmanager.secretAccessor' },
    ])('lists the roles of $resource', async ({ resource, path, has }) => {
      const { body } = await cloud.call(owner, 'POST', '/v1/roles:queryGrantableRoles', {
        fullResourceName: `//${resource}.googleapis.com/projects/acme-ops/${path}`,
        pageSize: 1000,
      });
      const names = (body.roles as { name: string }[]).map(({ name }) => name);
      expect(names).toContain(has);
      expect(names).not.toContain('roles/pubsub.publisher');
    });
  });

  describe('queryTestablePermissions', () => {
    it('returns the permissions that gcloud checks before it creates a role', async () => {
      const { body } = await cloud.call(owner, 'POST', '/v1/permissions:queryTestablePermissions', {
        fullResourceName: '//127.0.0.1:9100/projects/acme-ops',
        pageSize: 1000,
      });
      expect(body.permissions).toContainEqual({
        name: 'iam.serviceAccounts.implicitDelegation',
        stage: 'GA',
      });
    });
  });
});

describe('Deny policies:', () => {
  const admin = 'user:admin@acme.com';
  const reviewer = 'user:rita@acme.com';
  const stranger = 'user:stranger@acme.com';
  const MINTER_PRINCIPAL = `principal://iam.googleapis.com/projects/-/serviceAccounts/${minter}`;
  const pathOn = (container: string) =>
    `/v2/policies/${encodeURIComponent(`cloudresourcemanager.googleapis.com/${container}`)}/denypolicies`;
  const POLICIES = pathOn('projects/acme-ops');
  const denying = (...permissions: string[]) => ({
    rules: [
      {
        denyRule: {
          deniedPrincipals: [MINTER_PRINCIPAL],
          deniedPermissions: permissions.map((p) => `iam.googleapis.com/serviceAccounts.${p}`),
        },
      },
    ],
  });

  describe('A deny policy', () => {
    let cloud: ChainCloud;
    beforeEach(async () => {
      const bindings = [
        binding('roles/iam.denyAdmin', admin),
        binding('roles/iam.denyReviewer', reviewer),
      ];
      cloud = await openChainCloud({
        ...chainWorld(),
        organization: { id: '900000000001', policy: { bindings } },
      });
      await cloud.call(admin, 'POST', `${POLICIES}?policyId=no-relay`, denying('signJwt'));
    });
    afterEach(() => cloud.close());

    it('denies its updated permissions only, and nothing after its deletion', async () => {
      const path = `/v1/projects/-/serviceAccounts/${relay}:generateAccessToken`;
      const scope = ['https://www.googleapis.com/auth/cloud-platform'];
      const mint = async () => outcomeOf(await cloud.call(minter, 'POST', path, { scope }));

      expect(await mint()).toBe('200');
      await cloud.call(admin, 'PUT', `${POLICIES}/no-relay`, denying('getAccessToken'));
      expect(await mint()).toBe('403 PERMISSION_DENIED iam.serviceAccounts.getAccessToken');
      await cloud.call(admin, 'DELETE', `${POLICIES}/no-relay`);
      expect(await mint()).toBe('200');
    });

    it('keeps its ID and creation time in an update, and gets a new etag', async () => {
      const { body: before } = await cloud.call(admin, 'GET', `${POLICIES}/no-relay`);
      await cloud.call(admin, 'PUT', `${POLICIES}/no-relay`, { ...before, displayName: 'new' });
      const { body: after } = await cloud.call(admin, 'GET', `${POLICIES}/no-relay`);
      expect(after).toEqual({ ...before, displayName: 'new', etag: expect.any(String) });
      expect(after.etag).not.toBe(before.etag);
    });

    it.each<{ write: string; method: string; request: (etag: string) => [string, object?] }>([
      {
        write: 'updated',
        method: 'PUT',
        request: (etag) => [`${POLICIES}/no-relay`, { ...denying('signBlob'), etag }],
      },
      {
        write: 'deleted',
        method: 'DELETE',
        request: (etag) => [`${POLICIES}/no-relay?etag=${encodeURIComponent(etag)}`],
      },
    ])('is not $write under a stale etag', async ({ method, request }) => {
      const { body } = await cloud.call(admin, 'GET', `${POLICIES}/no-relay`);
      const stale = await cloud.call(admin, method, ...request('c3RhbGU='));
      expect(outcomeOf(stale)).toBe('409 ABORTED');
      const fresh = await cloud.call(admin, method, ...request(String(body.etag)));
      expect(fresh.status).toBe(200);
    });

    it('is not updated by a caller without the permission', async () => {
      const response = await cloud.call(minter, 'PUT', `${POLICIES}/no-relay`, denying());
      expect(outcomeOf(response)).toBe('403 PERMISSION_DENIED iam.denypolicies.update');
    });

    it.each(['projects/acme-ops', 'projects/700000000001'])(
      'on %s is listed without its rules and returned with them',
      async (container) => {
        const listed = {
          name: 'policies/cloudresourcemanager.googleapis.com%2Fprojects%2F700000000001/denypolicies/no-relay',
          kind: 'DenyPolicy',
        };
        const { body } = await cloud.call(reviewer, 'GET', pathOn(container));
        expect(body.policies).toEqual([expect.objectContaining(listed)]);
        expect(body.policies).not.toEqual([expect.objectContaining(denying('signJwt'))]);
        const one = await cloud.call(reviewer, 'GET', `${pathOn(container)}/no-relay`);
        expect(one.body).toMatchObject({ ...listed, ...denying('signJwt') });
      },
    );

    it("is accepted with the empty annotations of the official client, and its operation is Google's", async () => {
      const sent = { ...denying('signBlob'), annotations: {} };
      const created = await cloud.call(admin, 'POST', `${POLICIES}?policyId=second`, sent);
      expect(created.body).toMatchObject({
        done: true,
        metadata: {
          '@type': 'type.googleapis.com/google.iam.v2.PolicyOperationMetadata',
          createTime: '2026-11-22T12:00:00.000Z',
        },
      });
      expect(created.body.response).not.toHaveProperty('annotations');
      const { body } = await cloud.call(admin, 'DELETE', `${POLICIES}/second`);
      expect(body.response).toMatchObject({ deleteTime: '2026-11-22T12:00:00.000Z' });
      const gone = await cloud.call(admin, 'GET', `${POLICIES}/second`);
      expect(gone.body.error).toMatchObject({
        code: 404,
        message:
          'Policy "policies/cloudresourcemanager.googleapis.com%2Fprojects%2F700000000001/denypolicies/second" not found.',
      });
    });

    const rule = {
      deniedPrincipals: [MINTER_PRINCIPAL],
      deniedPermissions: ['iam.googleapis.com/serviceAccounts.signJwt'],
    };
    it.each([
      {
        title: 'a permission of an allow policy',
        part: { deniedPermissions: ['iam.serviceAccounts.signJwt'] },
      },
      {
        title: 'a member of an allow policy',
        part: { deniedPrincipals: [`serviceAccount:${minter}`] },
      },
      {
        title: 'an exception for a member of an allow policy',
        part: { exceptionPrincipals: ['allUsers'] },
      },
      {
        title: 'a condition on time',
        part: {
          denialCondition: { expression: 'request.time < timestamp("2027-01-01T00:00:00Z")' },
        },
      },
      {
        title: 'a condition that is no expression',
        part: { denialCondition: { expression: 'nonsense' } },
      },
    ])('is refused with $title', async ({ part }) => {
      const policy = { rules: [{ denyRule: { ...rule, ...part } }] };
      const created = await cloud.call(admin, 'POST', `${POLICIES}?policyId=bad`, policy);
      expect(outcomeOf(created)).toBe('400 INVALID_ARGUMENT');
      const updated = await cloud.call(admin, 'PUT', `${POLICIES}/no-relay`, policy);
      expect(outcomeOf(updated)).toBe('400 INVALID_ARGUMENT');
    });

    it('is accepted with groups of permissions, and with a condition on tags', async () => {
      const denyRule = {
        ...rule,
        deniedPermissions: ['iam.googleapis.com/serviceAccounts.*', 'iam.googleapis.com/*.get'],
        denialCondition: {
          expression:
            "!(resource.matchTag('900000000001/env', 'prod') || resource.hasTagKeyId(\"tagKeys/1\"))",
        },
      };
      const policy = { rules: [{ denyRule }] };
      const created = await cloud.call(admin, 'POST', `${POLICIES}?policyId=tags`, policy);
      expect(created.status).toBe(200);
    });

    it('is not listed on another container', async () => {
      const path = pathOn('organizations/900000000001');
      expect((await cloud.call(reviewer, 'GET', path)).body).toEqual({});
    });

    it('is created, returned and deleted under the name that gcloud encodes twice', async () => {
      const container = encodeURIComponent(
        'cloudresourcemanager.googleapis.com/organizations/900000000001',
      );
      const path = `/v2/policies/${encodeURIComponent(container)}/denypolicies`;
      const policy = denying('signBlob');
      const create = (as: string) => cloud.call(as, 'POST', `${path}?policyId=no-blob`, policy);
      expect(outcomeOf(await create(reviewer))).toBe(
        '403 PERMISSION_DENIED iam.denypolicies.create',
      );
      expect((await create(admin)).body).toMatchObject({ done: true, response: policy });
      expect(outcomeOf(await create(admin))).toBe('409 ALREADY_EXISTS');
      expect((await cloud.call(reviewer, 'GET', `${path}/no-blob`)).body).toMatchObject(policy);
      expect((await cloud.call(admin, 'DELETE', `${path}/no-blob`)).status).toBe(200);
      const gone = await cloud.call(reviewer, 'GET', `${path}/no-blob`);
      expect(outcomeOf(gone)).toBe('404 NOT_FOUND');
    });

    it('is not listed for a caller without the permission', async () => {
      expect(outcomeOf(await cloud.call(stranger, 'GET', POLICIES))).toBe(
        '403 PERMISSION_DENIED iam.denypolicies.list',
      );
    });
  });
});
