import { CREATOR, READER_POLICY } from '../../iam/snapshots.ts';
import {
  chain,
  expectFindings,
  type FindingRow,
  grant,
  withBindings,
  withGrants,
} from '../audit-world.ts';

describe('a public finding', () => {
  const at = (expression: string) => grant('allAuthenticatedUsers', CREATOR, expression);
  const cases: FindingRow[] = [
    [
      'is an account that everyone with a Google account can impersonate',
      withGrants(READER_POLICY, grant('allAuthenticatedUsers')),
      [['critical', 'public', 'reader', 'allAuthenticatedUsers']],
    ],
    [
      'is a secret that everyone can read',
      withBindings({ [chain.secret]: [grant('allUsers', 'roles/secretmanager.secretAccessor')] }),
      [['critical', 'public', 'reader', 'allUsers']],
    ],
    [
      'is a policy that everyone can change, although the grant is inherited',
      withGrants('projects/acme-data', grant('allUsers', 'roles/owner')),
      [['critical', 'public', 'reader', 'allUsers']],
    ],
    [
      'is an account that will be public in the future',
      withGrants(READER_POLICY, at('request.time > timestamp("2030-01-01T00:00:00Z")')),
      [['critical', 'public', 'reader', 'allAuthenticatedUsers']],
    ],
    [
      'is not an account behind an unknown condition: that is a possible impersonator',
      withGrants(
        READER_POLICY,
        at('"accessPolicies/1/accessLevels/x" in request.auth.access_levels'),
      ),
      [['medium', 'unexpected-impersonator', 'reader', 'allAuthenticatedUsers']],
    ],
    [
      'is not an account that was public in the past',
      withGrants(READER_POLICY, at('request.time < timestamp("2020-01-01T00:00:00Z")')),
      [],
    ],
    [
      'is not an account that everyone can view',
      withGrants(READER_POLICY, grant('allUsers', 'roles/viewer')),
      [],
    ],
    [
      'is not an account that one repository of a pool can use',
      withGrants(
        READER_POLICY,
        grant(
          'principalSet://iam.googleapis.com/projects/700000000001/locations/global/workloadIdentityPools/gh/attribute.repository/acme/app',
          'roles/iam.workloadIdentityUser',
        ),
      ),
      [
        [
          'high',
          'unexpected-impersonator',
          'reader',
          'principalSet://iam.googleapis.com/projects/700000000001/locations/global/workloadIdentityPools/gh/attribute.repository/acme/app',
        ],
      ],
    ],
  ];
  it.each(cases)('%s', expectFindings);
});
