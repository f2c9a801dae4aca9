import type { HopState } from '../../../shared/domain/iam/evaluate-hop.ts';
import { isSameMemberText, parseDenied, parseMember } from '../../../shared/domain/iam/member.ts';
import { type PolicyDocument, withMembers } from '../../../shared/domain/iam/policy-document.ts';
import { grantTo, on, READER, READER_POLICY, RELAY, relay, stateOf } from './snapshots.ts';

/** The Kelvin sign, which `toLowerCase` turns into a k. */
const KELVIN = '\u212a';

describe('a member with a letter that only looks like another', () => {
  const members = [
    { plain: 'user:kai@acme.com', parse: parseMember },
    { plain: 'group:kin@acme.com', parse: parseMember },
    { plain: 'domain:kite.com', parse: parseMember },
    { plain: 'serviceAccount:key@acme-ops.iam.gserviceaccount.com', parse: parseMember },
    { plain: 'principal://goog/subject/kai@acme.com', parse: parseDenied },
    { plain: 'principalSet://goog/group/kin@acme.com', parse: parseDenied },
    { plain: 'deleted:user:kai@acme.com?uid=123', parse: parseMember },
  ];
  it.each(members)('is not $plain', ({ plain, parse }) => {
    const foreign = plain.replace('k', KELVIN);
    expect(parse(foreign)).not.toEqual(parse(plain));
    expect(isSameMemberText(foreign, plain)).toBe(false);
    expect(parse(plain.replace('k', 'K'))).toEqual(parse(plain));
  });
});

describe('a hop, by the member of the binding', () => {
  const cases: { title: string; member: string; state: HopState }[] = [
    { title: 'is ok for the account', member: relay, state: 'ok' },
    {
      title: 'is ok for its email in capitals',
      member: `serviceAccount:${RELAY.toUpperCase()}`,
      state: 'ok',
    },
    {
      title: 'is missing for another account',
      member: `serviceAccount:${READER}`,
      state: 'missing',
    },
    { title: 'is missing for a user of that name', member: `user:${RELAY}`, state: 'missing' },
    { title: 'is ok for everyone', member: 'allUsers', state: 'ok' },
    { title: 'is ok for everyone with an account', member: 'allAuthenticatedUsers', state: 'ok' },
    {
      title: 'is unknown for a group, whose members IAM does not list',
      member: 'group:oncall@acme.com',
      state: 'unknown',
    },
    {
      title: 'is missing for a domain, which includes only people',
      member: 'domain:acme.com',
      state: 'missing',
    },
    {
      // terraform-provider-google#10193 and #6532: an account that was created again under the same email was taken for the old one.
      title: 'is missing for the account that was deleted before this one was created',
      member: `deleted:serviceAccount:${RELAY}?uid=999999999999999999999`,
      state: 'missing',
    },
    {
      title: 'is unknown for the same account, undeleted a moment ago',
      member: `deleted:serviceAccount:${RELAY}?uid=100000000000000000002`,
      state: 'unknown',
    },
    {
      title: 'is unknown for the account in the form of deny policies',
      member: `principal://iam.googleapis.com/projects/-/serviceAccounts/${RELAY}`,
      state: 'unknown',
    },
    {
      title: 'is unknown for its unique ID, which Google does not document as a member',
      member: 'serviceAccount:100000000000000000002',
      state: 'unknown',
    },
    {
      title: 'is missing for the unique ID of another account',
      member: 'serviceAccount:100000000000000000009',
      state: 'missing',
    },
    {
      title: 'is missing for a federated identity',
      member:
        'principal://iam.googleapis.com/projects/700000000001/locations/global/workloadIdentityPools/gh/subject/x',
      state: 'missing',
    },
    {
      title: "is ok for all accounts of the caller's project, by number",
      member:
        'principalSet://cloudresourcemanager.googleapis.com/projects/700000000001/type/ServiceAccount',
      state: 'ok',
    },
    {
      title: 'is ok for all accounts of its organization',
      member:
        'principalSet://cloudresourcemanager.googleapis.com/organizations/91/type/ServiceAccount',
      state: 'ok',
    },
    {
      title: 'is unknown for a set without a type, which Google does not document',
      member: 'principalSet://cloudresourcemanager.googleapis.com/organizations/91',
      state: 'unknown',
    },
    {
      title: 'is unknown for a set with the ID of its project, which Google does not document',
      member:
        'principalSet://cloudresourcemanager.googleapis.com/projects/acme-ops/type/ServiceAccount',
      state: 'unknown',
    },
    {
      title: 'is missing for all accounts of another project',
      member:
        'principalSet://cloudresourcemanager.googleapis.com/projects/700000000002/type/ServiceAccount',
      state: 'missing',
    },
    {
      title: 'is unknown for the Google agents of its project: the account may be one of them',
      member:
        'principalSet://cloudresourcemanager.googleapis.com/projects/700000000001/type/ServiceAgent',
      state: 'unknown',
    },
    {
      title: 'is unknown for a customer',
      member: 'principalSet://goog/cloudIdentityCustomerId/C01',
      state: 'unknown',
    },
    {
      title: 'is unknown for the owners of a project',
      member: 'projectOwner:acme-ops',
      state: 'unknown',
    },
    {
      title: 'is unknown for a form that the parser does not know',
      member: 'planet:mars',
      state: 'unknown',
    },
  ];
  it.each(cases)('$title', ({ member, state }) => {
    expect(stateOf(on(READER_POLICY, grantTo(member)))).toBe(state);
  });
});

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
