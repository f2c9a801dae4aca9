import type { ActiveGrant, Entitlement } from '../../../../shared/domain/iam/policy.ts';
import { CREATOR, type Parts, READER_POLICY, role } from '../../iam/snapshots.ts';
import {
  CI,
  expectFindings,
  type FindingRow,
  grant,
  needed,
  neededAnd,
  others,
  report,
  user,
} from '../audit-world.ts';

const DATA = 'projects/acme-data';
const ORGANIZATION = 'organizations/91';
const AGENT = 'serviceAccount:service-org-91@gcp-sa-pam.iam.gserviceaccount.com';
const PAM = 'roles/privilegedaccessmanager.serviceAgent';
const team = 'group:team@acme.com';
const lead = 'user:lead@acme.com';
const groups = {
  'team@acme.com': { members: [user, lead], administrators: [], isComplete: true },
};

const entitlement = (more: Partial<Entitlement> = {}): Entitlement => {
  const resource = more.resource ?? DATA;
  return {
    name: `${resource}/locations/global/entitlements/oncall`,
    resource,
    eligible: [user],
    roles: [{ role: CREATOR }],
    requiresJustification: true,
    maxSeconds: 3600,
    ...more,
  };
};

/** Privileged Access Manager is set up, and offers this. */
const offering = (more: Partial<Entitlement> = {}, parts: Parts = {}): Parts => ({
  ...parts,
  bindings: { ...needed, [ORGANIZATION]: [grant(AGENT, PAM)], ...parts.bindings },
  roles: [
    role(PAM, [
      'resourcemanager.projects.setIamPolicy',
      'resourcemanager.folders.setIamPolicy',
      'resourcemanager.organizations.setIamPolicy',
    ]),
    role('roles/privilegedaccessmanager.admin', [
      'privilegedaccessmanager.entitlements.create',
      'privilegedaccessmanager.entitlements.update',
    ]),
    ...(parts.roles ?? []),
  ],
  entitlements: [entitlement(more)],
});

const exception = {
  account: { email: 'reader@acme-data.iam.gserviceaccount.com' },
  member: user,
  reason: 'INC-1',
  owner: 'o@acme.com',
  expires: new Date('2027-01-01T00:00:00Z'),
};

const cases: FindingRow[] = [
  {
    title: 'is high without approval: the member can get the access alone',
    parts: offering(),
    findings: [['high', 'latent-grant', 'reader', 'user:eve']],
  },
  {
    title: 'is medium if others must approve',
    parts: offering({ approvers: [[lead]] }),
    findings: [['medium', 'latent-grant', 'reader', 'user:eve']],
  },
  {
    title: 'is medium if nobody else may approve: nobody approves an own request',
    parts: offering({ approvers: [[user]] }),
    findings: [['medium', 'latent-grant', 'reader', 'user:eve']],
  },
  {
    title: 'is high if a colleague who can request it too may approve',
    parts: offering({ eligible: [team], approvers: [[team]] }, { groups }),
    findings: [['high', 'latent-grant', 'reader', 'group:team']],
  },
  {
    title: 'is high if an approver is in the group that can request it',
    parts: offering({ eligible: [team], approvers: [[lead, 'user:boss@acme.com']] }, { groups }),
    findings: [['high', 'latent-grant', 'reader', 'group:team']],
  },
  {
    title: 'is medium if the second of two steps is up to others',
    parts: offering({ eligible: [team], approvers: [[team], ['user:boss@acme.com']] }, { groups }),
    findings: [['medium', 'latent-grant', 'reader', 'group:team']],
  },
  {
    title: 'is a step lower while Privileged Access Manager may not set the policy',
    parts: offering({}, { bindings: { [ORGANIZATION]: [] } }),
    findings: [['medium', 'latent-grant', 'reader', 'user:eve']],
  },
  {
    title: 'is found on a folder and on the organization',
    parts: {
      ...offering(),
      entitlements: [
        entitlement({ resource: 'folders/82' }),
        entitlement({ resource: ORGANIZATION, eligible: [lead] }),
      ],
    },
    findings: [
      ['high', 'latent-grant', 'minter', 'user:lead'],
      ['high', 'latent-grant', 'reader', 'user:eve'],
    ],
  },
  {
    title: 'is found for a role that sets policies',
    parts: offering(
      { roles: [{ role: 'roles/admin' }] },
      { roles: [role('roles/admin', ['resourcemanager.projects.setIamPolicy'])] },
    ),
    findings: [['high', 'latent-grant', 'reader', 'user:eve']],
  },
  {
    title: 'is not found if the condition of the role has ended',
    parts: offering({
      roles: [{ role: CREATOR, condition: 'request.time < timestamp("2020-01-01T00:00:00Z")' }],
    }),
    findings: [],
  },
  {
    title: 'is possible if the condition cannot be decided',
    parts: offering({ roles: [{ role: CREATOR, condition: 'resource.name.startsWith("x")' }] }),
    findings: [['medium', 'latent-grant', 'reader', 'user:eve']],
  },
  {
    title: 'is not found for a role that opens nothing',
    parts: offering({ roles: [{ role: 'roles/viewer' }] }),
    findings: [],
  },
  {
    title: 'is not found in a project without accounts of chains',
    parts: { ...offering(), entitlements: [entitlement({ resource: 'projects/other' })] },
    findings: [],
  },
  {
    title: 'is accepted by an exception',
    parts: offering(),
    edit: { exceptions: [exception] },
    findings: [],
  },
  {
    title: 'is expected of a declared administrator, as far as it sets policies',
    parts: offering(
      { roles: [{ role: 'roles/admin' }] },
      { roles: [role('roles/admin', ['resourcemanager.projects.setIamPolicy'])] },
    ),
    edit: { administrators: [{ member: user, on: DATA, reviewed: new Date(0) }] },
    findings: [],
  },
  {
    title: 'is not expected of a declared administrator, if it impersonates',
    parts: offering(),
    edit: { administrators: [{ member: user, on: DATA, reviewed: new Date(0) }] },
    findings: [['high', 'latent-grant', 'reader', 'user:eve']],
  },
  {
    title: 'leads through an account that no chain names',
    parts: offering(
      {},
      {
        accounts: others,
        bindings: {
          [READER_POLICY]: neededAnd(READER_POLICY, grant(`serviceAccount:${CI}`)),
        },
      },
    ),
    findings: [
      ['high', 'unexpected-impersonator', 'reader', 'serviceAccount:ci'],
      ['high', 'latent-grant', 'reader', 'user:eve'],
    ],
  },
  {
    title: 'completes a route to run code: one half is granted, and the other can be requested',
    parts: offering(
      { roles: [{ role: 'roles/batch.jobsEditor' }] },
      {
        bindings: {
          [READER_POLICY]: neededAnd(READER_POLICY, grant(user, 'roles/iam.serviceAccountUser')),
        },
        roles: [role('roles/batch.jobsEditor', ['batch.jobs.create'])],
      },
    ),
    findings: [['medium', 'escalation', 'reader', 'user:eve']],
  },
  {
    title: 'is near for a member that may change entitlements where they can be granted',
    parts: {
      ...offering(
        {},
        { bindings: { [DATA]: [grant(user, 'roles/privilegedaccessmanager.admin')] } },
      ),
      entitlements: [],
    },
    findings: [['low', 'escalation', 'reader', 'user:eve']],
  },
  {
    title: 'is not near for a member that may change entitlements where none can be granted',
    parts: {
      ...offering(
        {},
        {
          bindings: {
            [ORGANIZATION]: [],
            [DATA]: [grant(user, 'roles/privilegedaccessmanager.admin')],
          },
        },
      ),
      entitlements: [],
    },
    findings: [],
  },
];
it.each(cases)('$title', expectFindings);

it('says what is requested, from where and who approves, and proposes to delete the entitlement', () => {
  const parts = offering({ eligible: [team], approvers: [['user:boss@acme.com']] });
  const [finding] = report(parts).findings;
  expect(finding).toMatchObject({
    evidence: {
      summary:
        'group:team@acme.com can request roles/iam.serviceAccountTokenCreator from the entitlement oncall of projects/acme-data, when others approve, and then mint access-token, id-token, signed-jwt, signed-blob as reader@acme-data.iam.gserviceaccount.com',
      resource: DATA,
      entitlement: 'projects/acme-data/locations/global/entitlements/oncall',
      approvers: ['user:boss@acme.com'],
      justification: true,
      maxSeconds: 3600,
    },
    fix: {
      gcloud: 'gcloud pam entitlements delete oncall --location=global --project=acme-data --quiet',
    },
  });
});

it('is a possible way to a credential', () => {
  const [chain] = report(offering()).chains;
  expect(chain?.reach).toMatchObject([{ member: user, possible: true }]);
});

it('names who asked and who approved, once the access is given', () => {
  const name = 'projects/acme-data/locations/global/entitlements/oncall';
  const active: ActiveGrant = {
    name: `${name}/grants/1`,
    requester: 'eve@acme.com',
    approvedBy: ['lead@acme.com'],
    roles: [CREATOR],
    endsAt: '2026-11-22T13:00:00.000Z',
  };
  const parts = offering(
    { approvers: [[lead]] },
    {
      bindings: {
        [DATA]: [
          {
            role: CREATOR,
            members: [user],
            condition: {
              title: 'Created by: PAM',
              expression: 'request.time < timestamp("2026-11-22T13:00:00Z")',
            },
          },
        ],
      },
      activeGrants: { [name]: [active, { ...active, requester: 'adam@acme.com' }] },
    },
  );
  const [given, latent] = report(parts).findings;
  expect(latent?.kind).toBe('latent-grant');
  expect(given).toMatchObject({ kind: 'unexpected-impersonator', severity: 'high', member: user });
  const { roles: _, ...shown } = active;
  expect(given?.evidence.grants).toEqual([shown]);
  expect(given?.evidence.summary).toMatch(
    /; Privileged Access Manager gave it: eve@acme.com asked, and lead@acme.com approved$/,
  );
});

it('does not blame the agent of Privileged Access Manager', () => {
  expect(report({ ...offering(), entitlements: [] }).findings).toEqual([]);
});
