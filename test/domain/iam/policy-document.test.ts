import { type PolicyDocument, withMembers } from '../../../shared/domain/iam/policy-document.ts';

const CREATOR = 'roles/iam.serviceAccountTokenCreator';
const condition = {
  title: 'tricky "quotes" \\ and \u2028',
  description: '',
  expression: "request.time < timestamp('2027-01-01T00:00:00Z')",
  location: 'somewhere',
};
const foreign: PolicyDocument = {
  version: 3,
  etag: 'BwWWja0YfJA=',
  bindings: [
    { role: CREATOR, members: ['user:eve@acme.com'], condition },
    { role: CREATOR, members: ['user:ada@acme.com'] },
    { role: 'roles/viewer', members: ['allUsers'] },
  ],
  auditConfigs: [{ service: 'allServices', auditLogConfigs: [{ logType: 'DATA_READ' }] }],
  unheardOf: { by: 'us' },
};

describe('a policy with an added member', () => {
  it('differs only in that member', () => {
    const after = withMembers(foreign, [{ role: CREATOR, member: 'user:new@acme.com' }]);
    const text = JSON.stringify(foreign);
    expect(JSON.stringify(after)).toBe(
      text.replace('["user:ada@acme.com"]', '["user:ada@acme.com","user:new@acme.com"]'),
    );
  });

  it('has it outside the bindings of the same role with another condition', () => {
    const policy = { ...foreign, bindings: (foreign.bindings ?? []).slice(0, 1) };
    expect(withMembers(policy, [{ role: CREATOR, member: 'user:new@acme.com' }]).bindings).toEqual([
      policy.bindings[0],
      { role: CREATOR, members: ['user:new@acme.com'] },
    ]);
  });

  it('has it in the binding with the same role and condition', () => {
    const { title, description, expression } = condition;
    const added = {
      role: CREATOR,
      member: 'user:new@acme.com',
      condition: { title, description, expression },
    };
    expect(withMembers(foreign, [added]).bindings?.[0]).toEqual({
      role: CREATOR,
      members: ['user:eve@acme.com', 'user:new@acme.com'],
      condition,
    });
  });

  it('has it once, even if it is added twice', () => {
    const once = withMembers(foreign, [{ role: CREATOR, member: 'user:new@acme.com' }]);
    expect(withMembers(once, [{ role: CREATOR, member: 'user:NEW@acme.com' }])).toEqual(once);
  });

  it('is written as version 3, even if it was read as version 1', () => {
    const { version } = withMembers({ etag: 'ACAB', version: 1 }, []);
    expect(version).toBe(3);
  });
});
