import type { Reach } from '../../shared/domain/audit/access/reach.ts';
import type { Finding } from '../../shared/domain/audit/finding/finding.ts';
import type { ChainReport } from '../../shared/domain/audit/report.ts';
import { grantHop, removeMembers } from '../../shared/domain/grants/fix.ts';
import type { ShownReport } from '../../shared/report/words/shown-report.ts';
import {
  CREATOR,
  chain,
  data,
  finding,
  hopsAlong,
  minter,
  ops,
  P,
  policyOf,
  relay,
  shop,
  vault,
} from './parts.ts';

const MADE = '2026-11-22T12:00:00.000Z';

/** A direct way, a way through a build's account, and a possible way through a group that could not be read. */
const WAYS: Reach[] = [
  {
    member: 'allAuthenticatedUsers',
    steps: [
      {
        who: 'allAuthenticatedUsers',
        permission: P('getAccessToken'),
        on: data('billing-reader'),
        resource: 'projects/acme-data',
        role: CREATOR,
      },
    ],
  },
  {
    member: 'user:eve@acme.com',
    steps: [
      {
        who: 'user:eve@acme.com',
        permission: P('actAs'),
        on: ops('deployer'),
        resource: policyOf(ops('deployer')),
        role: 'roles/iam.serviceAccountUser',
      },
      {
        who: ops('deployer'),
        permission: P('setIamPolicy'),
        on: data('billing-reader'),
        resource: 'projects/acme-data',
        role: 'roles/owner',
      },
    ],
  },
  {
    member: 'group:oncall@acme.com',
    steps: [
      {
        who: 'group:oncall@acme.com',
        permission: 'secretmanager.versions.access',
        on: 'projects/acme-data/secrets/billing-export',
        resource: 'folders/800000000003',
        role: 'roles/secretmanager.secretAccessor',
      },
    ],
    possible: true,
  },
];

const chains: ChainReport[] = [
  chain('metrics-push', 'ok', '12:47', hopsAlong([minter, ops('metrics-writer')])),
  chain(
    'billing-export',
    'broken',
    '12:16',
    hopsAlong([minter, relay, data('billing-reader')], undefined, { 2: 'missing' }),
    WAYS,
  ),
  chain(
    'nightly-batch',
    'expiring',
    '15:40',
    hopsAlong([minter, relay, data('data-relay'), data('batch')], undefined, { 3: 'expiring' }),
  ),
  chain(
    'firestore-jwt',
    'late',
    '11:42',
    hopsAlong([minter, relay, vault, data('firestore-sync')], 'signJwt', { 3: 'denied' }),
  ),
  chain(
    'partner-api',
    'unknown',
    '12:51',
    hopsAlong([minter, relay, shop('shop-relay'), shop('partner')], 'getOpenIdToken', {
      2: 'unknown',
    }),
  ),
  chain('status-probe', 'paused', null, hopsAlong([minter, ops('probe')], 'getOpenIdToken')),
];

const ending = {
  title: 'until the migration ends',
  expression: 'request.time < timestamp("2026-11-23T00:00:00Z")',
};

export const FINDINGS: readonly Finding[] = [
  finding({
    kind: 'unexpected-impersonator',
    severity: 'critical',
    chains: ['billing-export', 'nightly-batch'],
    member: 'allAuthenticatedUsers',
    evidence: {
      summary:
        'allAuthenticatedUsers can mint access-token, id-token, signed-jwt, signed-blob as 2 accounts of chains, and no hop needs it',
      resource: 'projects/acme-data',
      role: CREATOR,
      accounts: [data('billing-reader'), data('batch')],
      kinds: ['access-token', 'id-token', 'signed-jwt', 'signed-blob'],
    },
    fix: removeMembers('projects/acme-data', CREATOR, ['allAuthenticatedUsers'], undefined, []),
  }),
  finding({
    kind: 'hop-missing',
    chain: 'billing-export',
    hop: 2,
    member: `serviceAccount:${relay}`,
    evidence: {
      summary: `${relay} needs ${P('getAccessToken')} on ${data('billing-reader')}, and has no grant`,
      resource: policyOf(data('billing-reader')),
    },
    fix: grantHop(relay, { name: data('billing-reader'), projectId: 'acme-data' }),
  }),
  finding({
    kind: 'hop-denied',
    chain: 'firestore-jwt',
    hop: 3,
    account: data('firestore-sync'),
    member: `serviceAccount:${vault}`,
    evidence: {
      summary: `${vault} needs ${P('signJwt')} on ${data('firestore-sync')}, and a deny policy forbids it`,
      resource: policyOf(data('firestore-sync')),
      denyPolicy:
        'policies/cloudresourcemanager.googleapis.com%2Fprojects%2Facme-data/denypolicies/no-signing',
    },
  }),
  finding({
    kind: 'hop-conditional',
    severity: 'medium',
    chain: 'nightly-batch',
    hop: 3,
    account: data('batch'),
    member: `serviceAccount:${data('data-relay')}`,
    evidence: {
      summary: `the grant of ${data('data-relay')} on ${data('batch')} ends before the credential after next is due`,
      resource: policyOf(data('batch')),
      role: CREATOR,
      condition: ending,
    },
    fix: removeMembers(
      policyOf(data('batch')),
      CREATOR,
      [`serviceAccount:${data('data-relay')}`],
      ending,
      [grantHop(data('data-relay'), { name: data('batch'), projectId: 'acme-data' })],
    ),
  }),
  finding({
    kind: 'unexpected-impersonator',
    severity: 'info',
    chains: chains.map(({ name }) => name),
    account: minter,
    member: 'group:org-admins@acme.com',
    evidence: {
      summary: 'group:org-admins@acme.com administers every account below the organization',
      resource: 'organizations/900000000001',
      role: 'roles/resourcemanager.organizationAdmin',
    },
  }),
];

/** A chain in each state, a finding of each severity except low, and a folder that could not be read. */
export const REPORT: ShownReport = {
  version: 1,
  generatedAt: MADE,
  clean: false,
  chainFile: {
    digest: '9f1c27ab03de45bb9f1c27ab03de45bb',
    generation: '1763812800000001',
    writtenAt: '2026-11-22T11:00:00.000Z',
    writtenBy: 'ada@acme.com',
    commit: null,
    sources: [
      { path: 'deploy/chains.yaml', sha256: 'a'.repeat(64) },
      { path: 'deploy/batch.yaml', sha256: 'b'.repeat(64) },
    ],
  },
  chains,
  findings: FINDINGS,
  coverage: {
    read: ['organizations/900000000001', 'projects/acme-data', 'projects/acme-ops'].concat(
      [relay, vault, data('billing-reader'), data('batch')].map(policyOf),
    ),
    unread: [
      {
        resource: 'folders/800000000003',
        reason: 'permission resourcemanager.folders.getIamPolicy is missing',
      },
    ],
    notCovered: [
      {
        resource: 'domain-wide delegation',
        reason: 'only the Workspace admin console shows which accounts may act for its users',
      },
    ],
  },
};

export const CLEAN: ShownReport = {
  ...REPORT,
  clean: true,
  chains: chains
    .slice(0, 3)
    .map((c) => ({ ...c, state: 'ok', hops: c.hops.map((hop) => ({ ...hop, state: 'ok' })) })),
  findings: [],
  coverage: { ...REPORT.coverage, unread: [] },
};
