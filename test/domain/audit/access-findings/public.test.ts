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
    {
      title: 'is an account that everyone with a Google account can impersonate',
      parts: withGrants(READER_POLICY, grant('allAuthenticatedUsers')),
      findings: [['critical', 'public', 'reader', 'allAuthenticatedUsers']],
    },
    {
      title: 'is a secret that everyone can read',
      parts: withBindings({
        [chain.secret]: [grant('allUsers', 'roles/secretmanager.secretAccessor')],
      }),
      findings: [['critical', 'public', 'reader', 'allUsers']],
    },
    {
      title: 'is a policy that everyone can change, although the grant is inherited',
      parts: withGrants('projects/acme-data', grant('allUsers', 'roles/owner')),
      findings: [['critical', 'public', 'reader', 'allUsers']],
    },
    {
      title: 'is an account that will be public in the future',
      parts: withGrants(READER_POLICY, at('request.time > timestamp("2030-01-01T00:00:00Z")')),
      findings: [['critical', 'public', 'reader', 'allAuthenticatedUsers']],
    },
    {
      title: 'is high and possible if something must run as the account',
      parts: withGrants(READER_POLICY, grant('allUsers', 'roles/iam.serviceAccountUser')),
      findings: [['high', 'public', 'reader', 'allUsers']],
    },
    {
      title: 'is not an account behind an unknown condition: that is a possible impersonator',
      parts: withGrants(
        READER_POLICY,
        at('"accessPolicies/1/accessLevels/x" in request.auth.access_levels'),
      ),
      findings: [['medium', 'unexpected-impersonator', 'reader', 'allAuthenticatedUsers']],
    },
    {
      title: 'is not an account that was public in the past',
      parts: withGrants(READER_POLICY, at('request.time < timestamp("2020-01-01T00:00:00Z")')),
      findings: [],
    },
    {
      title: 'is not an account that everyone can view',
      parts: withGrants(READER_POLICY, grant('allUsers', 'roles/viewer')),
      findings: [],
    },
    {
      title: 'is not an account that one repository of a pool can use',
      parts: withGrants(
        READER_POLICY,
        grant(
          'principalSet://iam.googleapis.com/projects/700000000001/locations/global/workloadIdentityPools/gh/attribute.repository/acme/app',
          'roles/iam.workloadIdentityUser',
        ),
      ),
      findings: [
        [
          'high',
          'unexpected-impersonator',
          'reader',
          'principalSet://iam.googleapis.com/projects/700000000001/locations/global/workloadIdentityPools/gh/attribute.repository/acme/app',
        ],
      ],
    },
  ];
  it.each(cases)('$title', expectFindings);
});
