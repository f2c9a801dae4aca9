import { type Audit, failureLine } from '../../../../cli/commands/start/round/audit.ts';

const constraint =
  'constraints/iam.allowServiceAccountCredentialLifetimeExtension does not allow reader@acme-data.iam.gserviceaccount.com access tokens with a lifetime of more than an hour';
const audit = (state: string): Audit => ({
  chains: [
    { name: 'long', hops: [{ from: 'a', to: 'b', permission: 'iam.p', state }] },
    { name: 'other', hops: [{ from: 'a', to: 'c', permission: 'iam.p', state: 'ok' }] },
  ],
  findings: [
    {
      kind: 'lifetime-not-allowed',
      chain: 'long',
      severity: 'high',
      evidence: { summary: constraint },
    },
  ],
});

describe('the line about a chain that was not minted', () => {
  it.each([
    {
      title: 'names the constraint that does not allow its lifetime',
      failed: { chain: 'long', reason: 'mint-refused' },
      state: 'ok',
      line: `  long  mint-refused  ${constraint}`,
    },
    {
      title: 'does not say that hops look right if Google refuses the request itself',
      failed: { chain: 'other', reason: 'mint-refused' },
      state: 'ok',
      line: '  other  mint-refused',
    },
    {
      title: 'says that every hop looks right if Google denies it nevertheless',
      failed: { chain: 'other', reason: 'mint-denied', permission: 'iam.p' },
      state: 'ok',
      line: '  other  mint-denied  iam.p, every hop looks right',
    },
    {
      title: 'names a hop that does not work',
      failed: { chain: 'long', reason: 'mint-denied', permission: 'iam.p' },
      state: 'missing',
      line: '  long  mint-denied  hop 1 is missing: a -> b (iam.p)',
    },
  ] as const)('$title', ({ failed, state, line }) => {
    expect(failureLine(failed, audit(state))).toBe(line);
  });
});
