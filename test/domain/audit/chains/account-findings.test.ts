import { account, MINTER, READER, READER_POLICY, RELAY } from '../../iam/snapshots.ts';
import {
  chain,
  grant,
  needed,
  type Parts,
  RELAY_POLICY,
  relay,
  report,
  short,
  user,
} from '../audit-world.ts';

const at = ['billing-export/2', 'reader', 'serviceAccount:relay'];

describe('an account of a chain', () => {
  const cases: { title: string; parts: Parts; findings: unknown[][]; states: string[] }[] = [
    {
      title: 'is reported once if it is disabled, although two hops are denied',
      parts: { bindings: needed, accounts: { [RELAY]: account(RELAY, '2', true) } },
      findings: [['high', 'account-disabled', 'billing-export/1', 'relay']],
      states: ['denied', 'denied'],
    },
    {
      title: 'is reported if it is disabled and the caller',
      parts: { bindings: needed, accounts: { [MINTER]: account(MINTER, '1', true) } },
      findings: [['high', 'account-disabled', 'billing-export/1', 'minter']],
      states: ['denied', 'ok'],
    },
    {
      title: 'is reported if it does not exist, and its hop is not',
      parts: { bindings: needed, accounts: { [READER]: 'missing' } },
      findings: [['high', 'account-missing', 'billing-export/2', 'reader']],
      states: ['ok', 'missing'],
    },
  ];
  it.each(cases)('$title', ({ parts, findings, states }) => {
    const made = report(parts);
    expect(made.findings.map(short)).toEqual(findings);
    expect(made.chains[0]?.hops.map(({ state }) => state)).toEqual(states);
    expect(made.clean).toBe(false);
  });
});

describe('the command for an account that is gone', () => {
  const gone = (email: string, uniqueId?: string) =>
    report(
      { bindings: needed, accounts: { [uniqueId ?? email]: 'missing', [email]: 'missing' } },
      { chains: [{ ...chain, target: uniqueId ? { email, uniqueId } : { email } }] },
    ).findings.find(({ kind }) => kind === 'account-missing')?.fix?.gcloud;
  const at = (name: string) => `${name}@acme-data.iam.gserviceaccount.com`;

  it.each([
    { title: 'a name of five characters', email: at('ghost') },
    { title: 'a name of 31 characters', email: at('a'.repeat(31)) },
    { title: 'a name that begins with a digit', email: at('1reader') },
    { title: 'a name that ends with "-"', email: at('reader-') },
    { title: 'the account of App Engine', email: 'acme-data@appspot.gserviceaccount.com' },
    {
      title: 'an agent of Google',
      email: 'service-700000000002@gcp-sa-pubsub.iam.gserviceaccount.com',
    },
  ])('is not printed for $title, because Google would refuse it', ({ email }) => {
    expect(gone(email)).toBeUndefined();
  });

  it.each([
    { title: 'six characters', name: 'ghosts' },
    { title: '30 characters', name: 'a'.repeat(30) },
  ])('creates an account with a name of $title', ({ name }) => {
    expect(gone(at(name))).toBe(`gcloud iam service-accounts create ${name} --project=acme-data`);
  });

  it('restores a pinned account with any name', () => {
    expect(gone(at('ghost'), '999999999999999999999')).toMatch(/ undelete 999999999999999999999 /);
  });
});

describe('an account that was created again', () => {
  const dead = `deleted:serviceAccount:${RELAY}?uid=999999999999999999999`;
  const pinned = { email: READER, uniqueId: '999999999999999999999' };
  const cases: { title: string; parts: Parts; edit: object; findings: unknown[][] }[] = [
    {
      title: 'does not have the grant of the deleted account',
      parts: { bindings: { ...needed, [READER_POLICY]: [grant(dead)] } },
      edit: {},
      findings: [['high', 'account-recreated', ...at]],
    },
    {
      title: 'is not reported once it has its own grant',
      parts: { bindings: { ...needed, [READER_POLICY]: [grant(dead), grant(relay)] } },
      edit: {},
      findings: [],
    },
    {
      title: 'is not reported if the deleted grant is for another account',
      parts: {
        bindings: {
          ...needed,
          [READER_POLICY]: [grant(dead.replace('relay', 'other'))],
        },
      },
      edit: {},
      findings: [['high', 'hop-missing', ...at]],
    },
    {
      title: 'is reported if the chain file pins the deleted account',
      parts: { bindings: needed, accounts: { [pinned.uniqueId]: 'missing' } },
      edit: { chains: [{ ...chain, target: pinned }] },
      findings: [['high', 'account-recreated', 'billing-export/2', 'reader']],
    },
    {
      title:
        'is not the delegate that the chain file pins, so its grants and its impersonators are reported',
      parts: {
        bindings: { ...needed, [RELAY_POLICY]: [grant(user)] },
        accounts: { [pinned.uniqueId]: 'missing' },
      },
      edit: { chains: [{ ...chain, delegates: [{ ...pinned, email: RELAY }] }] },
      findings: [
        ['high', 'account-recreated', 'billing-export/1', 'relay'],
        ['high', 'unexpected-impersonator', 'reader', 'serviceAccount:relay'],
        ['high', 'unexpected-impersonator', 'reader', 'user:eve'],
      ],
    },
    {
      title: 'is reported as missing if no other account has its email',
      parts: { bindings: needed, accounts: { [pinned.uniqueId]: 'missing', [READER]: 'missing' } },
      edit: { chains: [{ ...chain, target: pinned }] },
      findings: [['high', 'account-missing', 'billing-export/2', 'reader']],
    },
  ];
  it.each(cases)('$title', ({ parts, edit, findings }) => {
    expect(report(parts, edit).findings.map(short)).toEqual(findings);
  });

  it('is reported with the grant to the deleted account, and the fix grants the new one', () => {
    const parts = { bindings: { ...needed, [READER_POLICY]: [grant(dead)] } };
    const [finding] = report(parts).findings;
    expect(finding?.evidence).toMatchObject({ resource: READER_POLICY });
    expect(finding?.fix?.gcloud).toContain(`--member=serviceAccount:${RELAY}`);
  });
});
