import type { FirstAdministrators } from '../../../../shared/domain/audit/access-findings/administrator-findings.ts';
import {
  alertsOf,
  EMPTY_STATE,
  firstAdministratorsAfter,
} from '../../../../shared/domain/audit/alerts/alerts.ts';
import { membersIn } from '../../../../shared/domain/audit/finding/finding.ts';
import { reportOf } from '../../../../shared/domain/audit/report.ts';
import type { Administrator } from '../../../../shared/domain/chain/chain.ts';
import { READER_POLICY, snapshot } from '../../iam/snapshots.ts';
import {
  expectFindings,
  type FindingRow,
  file,
  grant,
  neededAnd,
  now,
  type Parts,
  report,
  user,
  version,
  withBindings,
} from '../audit-world.ts';

const OWNER = 'roles/owner';
const ORGANIZATION_ADMIN = 'roles/resourcemanager.organizationAdmin';
const ADMINS = 'group:admins@acme.com';
const declare = (member: string, on: string): Administrator => ({
  member,
  on,
  reviewed: new Date('2026-11-01'),
});
const parts = (bindings: Parameters<typeof withBindings>[0]) => withBindings(bindings);
const unexpected = (severity: string, account: string, ...member: string[]) => [
  severity,
  'unexpected-administrator',
  account,
  ...member,
];

describe('an administrator', () => {
  const cases: FindingRow[] = [
    {
      title: 'is listed if the chain file declares none',
      parts: parts({ 'organizations/91': [grant(user, ORGANIZATION_ADMIN)] }),
      findings: [unexpected('info', 'minter', 'user:eve')],
    },
    {
      title: 'is not reported if it is declared',
      parts: parts({ 'organizations/91': [grant(user, ORGANIZATION_ADMIN)] }),
      edit: { administrators: [declare('user:Eve@acme.com', 'organizations/91')] },
      findings: [],
    },
    ...[
      { who: 'is reported as the owner of a declared group', declared: [] },
      {
        who: 'is not reported as the owner of a declared group if it is declared too',
        declared: [user],
      },
    ].map(({ who, declared }) => ({
      title: who,
      parts: {
        ...parts({ 'organizations/91': [grant(ADMINS, OWNER)] }),
        groups: {
          'admins@acme.com': { members: [], administrators: [user], isComplete: true },
        },
      },
      edit: {
        administrators: [ADMINS, ...declared].map((one) => declare(one, 'organizations/91')),
      },
      findings: declared.length > 0 ? [] : [['medium', 'escalation', 'minter', 'user:eve']],
    })),
    {
      title: 'is not reported below the resource of its declaration',
      parts: parts({ 'projects/acme-data': [grant(user, OWNER)] }),
      edit: { administrators: [declare(user, 'organizations/91')] },
      findings: [],
    },
    {
      title: 'of an ancestor is reported as medium if others are declared',
      parts: parts({ 'organizations/91': [grant(user, ORGANIZATION_ADMIN)] }),
      edit: { administrators: [declare(ADMINS, 'organizations/91')] },
      findings: [unexpected('medium', 'minter', 'user:eve')],
    },
    {
      title: 'of the project of a chain is reported as high if others are declared',
      parts: parts({ 'projects/acme-data': [grant(user, OWNER)] }),
      edit: { administrators: [declare(ADMINS, 'organizations/91')] },
      findings: [unexpected('high', 'reader', 'user:eve')],
    },
    {
      title: 'is reported above the resource of its declaration',
      parts: parts({ 'organizations/91': [grant(user, ORGANIZATION_ADMIN)] }),
      edit: { administrators: [declare(user, 'projects/acme-data')] },
      findings: [unexpected('medium', 'minter', 'user:eve')],
    },
    {
      title: 'may change an account below, but a declaration never silences a grant of a hop',
      parts: parts({
        [READER_POLICY]: neededAnd(
          READER_POLICY,
          grant(user),
          grant(user, 'roles/iam.serviceAccountAdmin'),
        ),
      }),
      edit: { administrators: [declare(user, 'organizations/91')] },
      findings: [['high', 'unexpected-impersonator', 'reader', 'user:eve']],
    },
    {
      title: 'of an account is not reported if it is declared there',
      parts: parts({
        [READER_POLICY]: neededAnd(READER_POLICY, grant(user, 'roles/iam.serviceAccountAdmin')),
      }),
      edit: { administrators: [declare(user, READER_POLICY)] },
      findings: [],
    },
  ];
  it.each(cases)('$title', expectFindings);

  it('is listed with what to write into the chain file', () => {
    const [finding] = report(
      parts({ 'organizations/91': [grant(user, ORGANIZATION_ADMIN)] }),
    ).findings;
    expect(finding?.evidence.stanza).toBe(
      'administrators:\n  - { member: "user:eve@acme.com", on: organizations/91, reviewed: 2026-11-22 }',
    );
    expect(finding?.fix).toBeUndefined();
  });

  it('that is unexpected has a command that removes it', () => {
    const [finding] = report(parts({ 'projects/acme-data': [grant(user, OWNER)] }), {
      administrators: [declare(ADMINS, 'organizations/91')],
    }).findings;
    expect(finding?.fix?.gcloud).toBe(
      'gcloud projects remove-iam-policy-binding acme-data --member=user:eve@acme.com --role=roles/owner --condition=None',
    );
  });
});

describe('an administrator of an installation without declarations', () => {
  const reportAfter = (of: Parts, first: FirstAdministrators, at: Date) =>
    reportOf(file, version, snapshot(of), undefined, at, undefined, first);
  const before = parts({ 'organizations/91': [grant(ADMINS, ORGANIZATION_ADMIN)] });
  const after = parts({
    'organizations/91': [{ role: ORGANIZATION_ADMIN, members: [ADMINS, user] }],
  });
  const later = new Date(now.getTime() + 60_000);
  const made = reportAfter(before, {}, now);
  const first = firstAdministratorsAfter(EMPTY_STATE, made);
  const state = {
    ...EMPTY_STATE,
    ...alertsOf(EMPTY_STATE, made),
    reportAt: made.generatedAt,
    administrators: first,
  };

  it('is reported and alerted if it was not there at the first audit', () => {
    const next = reportAfter(after, first, later);
    expect(next.findings.map((one) => [one.severity, one.kind, ...membersIn(one)])).toEqual([
      ['medium', 'unexpected-administrator', user],
      ['info', 'unexpected-administrator', ADMINS],
    ]);
    expect(next.clean).toBe(false);
    const { alerts } = alertsOf(state, next);
    expect(alerts.map(({ event, finding }) => [event, finding.kind, finding.member])).toEqual([
      ['opened', 'unexpected-administrator', user],
    ]);
  });

  it('stays unexpected, because the first audit does not change', () => {
    const next = reportAfter(after, first, later);
    expect(firstAdministratorsAfter(state, next)).toEqual(first);
  });

  it('is not new on a resource that is read for the first time', () => {
    const { 'organizations/91': _, ...others } = first;
    const next = reportAfter(after, others, later);
    expect(next.clean).toBe(true);
    expect(firstAdministratorsAfter({ ...state, administrators: others }, next)).toEqual({
      ...others,
      'organizations/91': [ADMINS, user],
    });
  });
});
