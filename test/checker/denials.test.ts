import { denies } from '../../shared/checker/denials.ts';

const GET = 'iam.serviceAccounts.getAccessToken';
const DENIED = 'iam.googleapis.com/serviceAccounts.getAccessToken';
const EVE = 'user:eve@acme.com';
const RELAY = 'serviceAccount:relay@acme-ops.iam.gserviceaccount.com';
const PEOPLE = 'principal://goog/subject/';
const ACCOUNTS = 'principal://iam.googleapis.com/projects/-/serviceAccounts/';
const ALL = 'principalSet://goog/public:all';
const OPS = 'principalSet://goog/group/ops@acme.com';
const INSIDE = 'principalSet://cloudresourcemanager.googleapis.com/projects/7/type/ServiceAccount';

/** Eve is in the group, and relay is in the project. Nobody read `group:other@acme.com`. */
const group = (name: string, ...members: string[]) =>
  [name, { name, members, administrators: [] as string[], complete: true }] as const;
const known = { groups: new Map([group('group:ops@acme.com', EVE), group(INSIDE, RELAY)]) };
const rule = (deniedPrincipals: string[], exceptionPrincipals: string[] = [], more = {}) => ({
  deniedPrincipals,
  exceptionPrincipals,
  deniedPermissions: [DENIED],
  exceptionPermissions: [] as string[],
  hasCondition: false,
  ...more,
});

describe('the checker on a deny rule', () => {
  it.each([
    ['yes', EVE, 'a person by name', rule([`${PEOPLE}eve@acme.com`])],
    [
      'yes',
      RELAY,
      'an account by name',
      rule([`${ACCOUNTS}relay@acme-ops.iam.gserviceaccount.com`]),
    ],
    ['no', EVE, 'another person', rule([`${PEOPLE}ada@acme.com`])],
    ['no', EVE, 'an account with her address', rule([`${ACCOUNTS}ada@acme.com`])],
    ['yes', EVE, 'everybody', rule([ALL])],
    ['yes', 'domain:acme.com', 'everybody, and so a domain', rule([ALL])],
    ['no', EVE, 'everybody but her', rule([ALL], [`${PEOPLE}eve@acme.com`])],
    ['yes', RELAY, 'everybody but her', rule([ALL], [`${PEOPLE}eve@acme.com`])],
    ['yes', RELAY, 'everybody but a group without it', rule([ALL], [OPS])],
    ['no', EVE, 'everybody but her group', rule([ALL], [OPS])],
    ['yes', EVE, 'her group', rule([OPS])],
    ['yes', 'group:ops@acme.com', 'the group itself', rule([OPS])],
    ['yes', RELAY, 'the accounts of its project', rule([INSIDE])],
    ['no', EVE, 'the accounts of a project', rule([INSIDE])],
    [
      'no',
      EVE,
      'another permission',
      rule([ALL], [], { deniedPermissions: ['iam.googleapis.com/roles.update'] }),
    ],
    [
      'yes',
      EVE,
      'all verbs',
      rule([ALL], [], { deniedPermissions: ['iam.googleapis.com/serviceAccounts.*'] }),
    ],
    [
      'no',
      EVE,
      'a permission that is excepted',
      rule([ALL], [], { exceptionPermissions: [DENIED] }),
    ],
    ['unknown', EVE, 'everybody under a condition', rule([ALL], [], { hasCondition: true })],
    [
      'unknown',
      EVE,
      'a group that nobody read',
      rule(['principalSet://goog/group/other@acme.com']),
    ],
    [
      'unknown',
      EVE,
      'everybody but a group that nobody read',
      rule([ALL], ['principalSet://goog/group/other@acme.com']),
    ],
    [
      'unknown',
      'domain:acme.com',
      'everybody but one of the domain',
      rule([ALL], [`${PEOPLE}eve@acme.com`]),
    ],
    ['unknown', 'allUsers', 'a person', rule([`${PEOPLE}eve@acme.com`])],
    [
      'unknown',
      RELAY,
      'an account in the form for people',
      rule([`${PEOPLE}relay@acme-ops.iam.gserviceaccount.com`]),
    ],
    [
      'unknown',
      RELAY,
      'an account in one project',
      rule([
        'principal://iam.googleapis.com/projects/acme-ops/serviceAccounts/relay@acme-ops.iam.gserviceaccount.com',
      ]),
    ],
    [
      'unknown',
      EVE,
      'a form that Google does not document',
      rule(['principalSet://goog/everyone']),
    ],
  ])('says %s for %s and a rule for %s', (truth, member, _, one) => {
    expect(denies(one, GET, member, known)).toBe(truth);
  });

  it('knows the full name of a service that a permission shortens', () => {
    const deniedPermissions = ['cloudresourcemanager.googleapis.com/projects.setIamPolicy'];
    const one = rule([ALL], [], { deniedPermissions });
    expect(denies(one, 'resourcemanager.projects.setIamPolicy', EVE, known)).toBe('yes');
    expect(denies(one, 'resourcemanager.folders.setIamPolicy', EVE, known)).toBe('no');
  });
});
