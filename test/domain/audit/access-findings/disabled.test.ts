import type { ChainFile } from '../../../../shared/domain/chain/chain.ts';
import { account, CREATOR, READER, READER_POLICY, role } from '../../iam/snapshots.ts';
import {
  CI_POLICY,
  ci,
  DEPLOYER,
  DEPLOYER_POLICY,
  deployer,
  grant,
  neededAnd,
  others,
  type Parts,
  RELAY_POLICY,
  report,
  user,
  withBindings,
  withGrants,
} from '../audit-world.ts';

const off = { ...others, [DEPLOYER]: account(DEPLOYER, '100000000000000000011', true) };
const holder: Parts = { ...withGrants(READER_POLICY, grant(deployer)), accounts: off };
const target: Parts = {
  ...withGrants(READER_POLICY, grant(user)),
  accounts: { [READER]: account(READER, '100000000000000000003', true) },
};
const ENABLES = role('roles/enables', ['iam.serviceAccounts.enable']);
const declared: Partial<ChainFile> = {
  administrators: [
    { member: 'group:a@acme.com', on: 'organizations/91', reviewed: new Date('2026-11-01') },
  ],
};
const shown = (parts: Parts, edit: Partial<ChainFile> = {}) =>
  report(parts, edit)
    .findings.filter(({ kind }) => !kind.startsWith('account-'))
    .map(({ severity, kind, evidence }) => [severity, kind, evidence.disabled?.split('@')[0]]);

describe('access that has no effect, because an account is disabled', () => {
  it('is not shown as certain because another power with the same severity is', () => {
    const mover = role('roles/mover', [
      'iam.serviceAccounts.getAccessToken',
      'resourcemanager.projects.move',
    ]);
    const parts = withGrants('projects/acme-data', grant(user, mover.name));
    const summary = ({ accounts }: Parts) =>
      report({ ...parts, ...(accounts && { accounts }), roles: [mover] }).findings.find(
        ({ kind }) => kind === 'unexpected-impersonator',
      )?.evidence.summary;
    expect(summary(target)).toMatch(
      /can mint .*move projects\/acme-data.*; some of it has no effect while reader@.* is disabled/,
    );
    expect(summary({})).not.toMatch('disabled');
  });

  it.each([
    {
      title: 'is medium if the member is disabled',
      parts: holder,
      findings: [['medium', 'unexpected-impersonator', 'deployer']],
    },
    {
      title: 'is medium if the target is disabled',
      parts: target,
      findings: [['medium', 'unexpected-impersonator', 'reader']],
    },
    {
      title: 'is medium if everyone has it',
      parts: { ...target, ...withGrants(READER_POLICY, grant('allUsers')) },
      findings: [['medium', 'public', 'reader']],
    },
    {
      title: 'is low if a condition makes it only possible too',
      parts: {
        ...holder,
        ...withGrants(READER_POLICY, grant(deployer, CREATOR, 'resource.matchTag("a/b", "c")')),
      },
      findings: [['low', 'unexpected-impersonator', 'deployer']],
    },
    {
      title: 'is medium for the member of a disabled account, and so is what that account has',
      parts: {
        ...withBindings({
          [READER_POLICY]: [
            ...(withGrants(READER_POLICY, grant(deployer)).bindings?.[READER_POLICY] ?? []),
          ],
          [DEPLOYER_POLICY]: [grant(user)],
        }),
        accounts: off,
      },
      findings: [
        ['medium', 'unexpected-impersonator', 'deployer'],
        ['medium', 'unexpected-impersonator', 'deployer'],
      ],
    },
    {
      title:
        'is medium for a member that can become accounts which lead to a disabled target alone',
      parts: {
        ...withBindings({
          [READER_POLICY]: neededAnd(READER_POLICY, grant(ci)),
          [CI_POLICY]: [grant(deployer)],
          [DEPLOYER_POLICY]: [grant(user)],
        }),
        accounts: { ...others, ...target.accounts },
      },
      findings: [
        ['medium', 'unexpected-impersonator', 'reader'],
        ['medium', 'unexpected-impersonator', 'reader'],
        ['medium', 'unexpected-impersonator', 'reader'],
      ],
    },
    {
      title: 'is high for a member whose accounts lead to another target too',
      parts: {
        ...withBindings({
          [READER_POLICY]: neededAnd(READER_POLICY, grant(ci)),
          [RELAY_POLICY]: neededAnd(RELAY_POLICY, grant(ci)),
          [CI_POLICY]: [grant(deployer)],
        }),
        accounts: { ...others, ...target.accounts },
      },
      findings: [
        ['high', 'unexpected-impersonator', undefined],
        ['high', 'unexpected-impersonator', undefined],
        ['medium', 'unexpected-impersonator', 'reader'],
      ],
    },
    {
      title: 'is medium for an administrator',
      parts: { ...withGrants('projects/acme-ops', grant(deployer, 'roles/owner')), accounts: off },
      edit: declared,
      findings: [['medium', 'unexpected-administrator', 'deployer']],
    },
    {
      title: 'can be given back by a member that may enable the account',
      parts: {
        ...holder,
        ...withBindings({
          [READER_POLICY]: [...(holder.bindings?.[READER_POLICY] ?? [])],
          [DEPLOYER_POLICY]: [grant(user, ENABLES.name)],
        }),
        roles: [ENABLES],
      },
      findings: [
        ['medium', 'unexpected-impersonator', 'deployer'],
        ['low', 'escalation', undefined],
      ],
    },
    {
      title: 'does not lower the access to another account',
      parts: { ...target, ...withGrants('organizations/91', grant(user)) },
      findings: [['high', 'unexpected-impersonator', undefined]],
    },
  ])('$title', ({ parts, edit, findings }) => {
    expect(shown(parts, edit)).toEqual(findings);
  });

  it('is described as what it is', () => {
    const [finding] = report(holder).findings;
    expect(finding?.evidence.summary).toBe(
      `${deployer} could mint access-token, id-token, signed-jwt, signed-blob as ${READER}, and no hop needs it; nothing today, because ${DEPLOYER} is disabled: somebody who enables it gives this access`,
    );
  });

  it('is only a possible way to the credential', () => {
    for (const { parts, member } of [
      { parts: holder, member: deployer },
      { parts: target, member: user },
    ]) {
      const { reach } = report(parts).chains[0] ?? { reach: [] };
      expect(reach.map((one) => [one.member, one.possible])).toEqual([[member, true]]);
    }
  });

  it('is high again when somebody enables the account', () => {
    expect(shown({ ...holder, accounts: others })).toEqual([
      ['high', 'unexpected-impersonator', undefined],
    ]);
  });
});
