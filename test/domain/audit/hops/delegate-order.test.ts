import { diagnosisOf } from '../../../../shared/domain/audit/diagnosis.ts';
import type { Chain } from '../../../../shared/domain/chain/chain.ts';
import { account, READER, READER_POLICY, RELAY } from '../../iam/snapshots.ts';
import {
  chain,
  DEPLOYER,
  DEPLOYER_POLICY,
  deployer,
  file,
  grant,
  minter,
  others,
  type Parts,
  RELAY_POLICY,
  relay,
  report,
  short,
  user,
} from '../audit-world.ts';

/** minter → relay → deployer → reader */
const listed: Chain = { ...chain, delegates: [{ email: RELAY }, { email: DEPLOYER }] };
const edit = { chains: [listed] };
/** The grants of minter → deployer → relay → reader. */
const turned = {
  [DEPLOYER_POLICY]: [grant(minter)],
  [RELAY_POLICY]: [grant(deployer)],
  [READER_POLICY]: [grant(relay)],
};
const parts: Parts = { accounts: others, bindings: turned };
const ORDER = ['high', 'hop-order', 'billing-export/undefined', 'reader'];

describe('delegates whose reversed order is granted', () => {
  it('are one finding with the order to write, and no command', () => {
    const [finding, ...more] = report(parts, edit).findings;
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ kind: 'hop-order', severity: 'high', chain: 'billing-export' });
    expect(finding?.evidence.summary).toBe(
      `the delegates of billing-export are granted in the other order: write delegates: [${DEPLOYER}, ${RELAY}]`,
    );
    expect(finding?.fix).toBeUndefined();
    expect(report(parts, edit).chains[0]?.state).toBe('broken');
  });

  it('work in that order', () => {
    const right = { chains: [{ ...listed, delegates: listed.delegates.toReversed() }] };
    expect(report(parts, right)).toMatchObject({ clean: true, findings: [] });
  });

  it.each([
    {
      title: 'have missing hops if a grant of the reversed order is missing too',
      bindings: { ...turned, [RELAY_POLICY]: [] },
      findings: ['hop-missing', 'hop-missing', 'hop-missing', 'shortcut', 'shortcut'],
    },
    {
      title: 'have no finding if the listed order is granted too',
      bindings: {
        [RELAY_POLICY]: [grant(minter)],
        [DEPLOYER_POLICY]: [grant(relay)],
        [READER_POLICY]: [grant(deployer)],
      },
      findings: [],
    },
  ])('$title', ({ bindings, findings }) => {
    expect(report({ ...parts, bindings }, edit).findings.map(({ kind }) => kind)).toEqual(findings);
  });

  it('do not hide another power, or another member', () => {
    const more = {
      ...turned,
      [RELAY_POLICY]: [
        grant(deployer),
        grant(deployer, 'roles/iam.serviceAccountKeyAdmin'),
        grant(user),
      ],
    };
    expect(report({ ...parts, bindings: more }, edit).findings.map(short)).toEqual([
      ORDER,
      ['high', 'escalation', 'relay', 'serviceAccount:deployer'],
      ['high', 'unexpected-impersonator', 'relay', 'user:eve'],
    ]);
  });

  it('are the diagnosis of a denied mint', () => {
    const failed = {
      reason: 'mint-denied',
      permission: 'iam.serviceAccounts.getAccessToken',
    } as const;
    const { cause, summary, fix } = diagnosisOf(failed, listed, file.caller, report(parts, edit));
    expect([cause, summary, fix]).toEqual([
      'hop',
      expect.stringContaining('in the other order'),
      undefined,
    ]);
  });
});

it('A summary names the email of an account that the chain file names by its unique ID', () => {
  const byId: Chain = {
    ...chain,
    delegates: [{ uniqueId: '100000000000000000002' }],
    target: { uniqueId: '100000000000000000003' },
  };
  const accounts = {
    '100000000000000000002': account(RELAY, '100000000000000000002'),
    '100000000000000000003': account(READER, '100000000000000000003', true),
  };
  const made = report(
    { accounts, bindings: { [RELAY_POLICY]: [grant(minter)] } },
    { chains: [byId] },
  );
  expect(made.findings.map(({ account: name, evidence }) => [name, evidence.summary])).toEqual([
    [READER, `${READER} is disabled`],
    [READER, `${RELAY} needs iam.serviceAccounts.getAccessToken on ${READER}, and has no grant`],
  ]);
  expect(made.chains[0]?.hops.map(({ from, to }) => [from, to])).toEqual([
    [file.caller.email, RELAY],
    [RELAY, READER],
  ]);
});
