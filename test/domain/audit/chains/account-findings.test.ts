import { account, MINTER, READER, READER_POLICY, RELAY } from '../../iam/snapshots.ts';
import { chain, grant, needed, type Parts, relay, report, short } from '../audit-world.ts';

const at = ['billing-export/2', 'reader', 'serviceAccount:relay'];

describe('an account of a chain', () => {
  const cases: [title: string, parts: Parts, findings: unknown[][], states: string[]][] = [
    [
      'is reported once if it is disabled, although two hops are denied',
      { bindings: needed, accounts: { [RELAY]: account(RELAY, '2', true) } },
      [['high', 'account-disabled', 'billing-export/1', 'relay']],
      ['denied', 'denied'],
    ],
    [
      'is reported if it is disabled and the caller',
      { bindings: needed, accounts: { [MINTER]: account(MINTER, '1', true) } },
      [['high', 'account-disabled', 'billing-export/1', 'minter']],
      ['denied', 'ok'],
    ],
    [
      'is reported if it does not exist, and its hop is not',
      { bindings: needed, accounts: { [READER]: 'missing' } },
      [['high', 'account-missing', 'billing-export/2', 'reader']],
      ['ok', 'missing'],
    ],
  ];
  it.each(cases)('%s', (_title, parts, findings, states) => {
    const made = report(parts);
    expect(made.findings.map(short)).toEqual(findings);
    expect(made.chains[0]?.hops.map(({ state }) => state)).toEqual(states);
    expect(made.clean).toBe(false);
  });
});

describe('an account that was created again', () => {
  const dead = `deleted:serviceAccount:${RELAY}?uid=999999999999999999999`;
  const pinned = { email: READER, uniqueId: '999999999999999999999' };
  const cases: [title: string, parts: Parts, edit: object, findings: unknown[][]][] = [
    [
      'does not have the grant of the deleted account',
      { bindings: { ...needed, [READER_POLICY]: [grant(dead)] } },
      {},
      [['high', 'account-recreated', ...at]],
    ],
    [
      'is not reported once it has its own grant',
      { bindings: { ...needed, [READER_POLICY]: [grant(dead), grant(relay)] } },
      {},
      [],
    ],
    [
      'is not reported if the deleted grant is for another account',
      {
        bindings: {
          ...needed,
          [READER_POLICY]: [grant(dead.replace('relay', 'other'))],
        },
      },
      {},
      [['high', 'hop-missing', ...at]],
    ],
    [
      'is reported if the chain file pins the deleted account',
      { bindings: needed, accounts: { [pinned.uniqueId]: 'missing' } },
      { chains: [{ ...chain, target: pinned }] },
      [['high', 'account-recreated', 'billing-export/2', 'reader']],
    ],
    [
      'is reported as missing if no other account has its email',
      { bindings: needed, accounts: { [pinned.uniqueId]: 'missing', [READER]: 'missing' } },
      { chains: [{ ...chain, target: pinned }] },
      [['high', 'account-missing', 'billing-export/2', 'reader']],
    ],
  ];
  it.each(cases)('%s', (_title, parts, edit, findings) => {
    expect(report(parts, edit).findings.map(short)).toEqual(findings);
  });

  it('is reported with the grant to the deleted account, and the fix grants the new one', () => {
    const parts = { bindings: { ...needed, [READER_POLICY]: [grant(dead)] } };
    const [finding] = report(parts).findings;
    expect(finding?.evidence).toMatchObject({ resource: READER_POLICY });
    expect(finding?.fix?.gcloud).toContain(`--member=serviceAccount:${RELAY}`);
  });
});
