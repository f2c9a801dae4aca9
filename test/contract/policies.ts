import { deadline, type Opened, value } from './sandbox.ts';

export function describePolicies(opened: Opened): void {
  describe('reads for the audit of a hop', () => {
    it('an account by email and by unique ID, its policy and its keys', async () => {
      const { cloud, target, project, relay } = opened.sandbox;
      const { account, accountPolicy, userKeys } = cloud.policies;
      expect(opened.target).toEqual({
        email: target,
        uniqueId: expect.stringMatching(/^\d{21}$/),
        projectId: project,
        disabled: false,
        readAt: expect.any(Date),
      });
      const { uniqueId } = opened.target;
      expect(value(await account({ uniqueId }, deadline()))).toEqual({
        ...opened.target,
        readAt: expect.any(Date),
      });
      const policy = value(await accountPolicy(opened.target, deadline()));
      expect(policy.bindings).toContainEqual({
        role: 'roles/iam.serviceAccountTokenCreator',
        members: [`serviceAccount:${relay}`],
      });
      expect(value(await userKeys(opened.target, deadline()))).toEqual([]);
    });

    it('that an account does not exist', async () => {
      const { cloud, project } = opened.sandbox;
      const email = `hopmint-contract-nobody@${project}.iam.gserviceaccount.com`;
      expect(value(await cloud.policies.account({ email }, deadline()))).toBe('missing');
    });

    it('the project, its policy, its deny policies, and its policy on lifetimes', async () => {
      const { cloud, project, caller } = opened.sandbox;
      const { container, containerPolicy, denyPolicies, lifetimePolicy } = cloud.policies;
      const found = value(await container(`projects/${project}`, deadline()));
      expect(found.number).toMatch(/^projects\/\d+$/);
      const policy = value(await containerPolicy(`projects/${project}`, deadline()));
      expect(policy.bindings.flatMap(({ members }) => members)).toContain(
        `serviceAccount:${caller}`,
      );
      expect(value(await denyPolicies(`projects/${project}`, deadline()))).toEqual([]);
      expect(value(await lifetimePolicy(project, deadline())).allowAll).toBe(false);
    });

    it("the permissions of Google's roles, and that a role does not exist", async () => {
      const { role } = opened.sandbox.cloud.policies;
      const creator = value(await role('roles/iam.serviceAccountTokenCreator', deadline()));
      expect(creator.state).toBe('live');
      expect([...creator.permissions]).toEqual(
        expect.arrayContaining([
          'iam.serviceAccounts.implicitDelegation',
          'iam.serviceAccounts.signJwt',
        ]),
      );
      const none = value(await role('roles/iam.hopmintContractNobody', deadline()));
      expect(none).toMatchObject({ state: 'deleted', permissions: new Set() });
    });

    it('the policy of a secret, which is empty for a secret that does not exist', async () => {
      const { cloud, secret } = opened.sandbox;
      const { secretPolicy } = cloud.policies;
      expect(value(await secretPolicy(secret, deadline()))).toMatchObject({ bindings: [] });
      const nowhere = await secretPolicy(`${secret}-nowhere`, deadline());
      expect(value(nowhere)).toEqual({ bindings: [] });
    });
  });
}
