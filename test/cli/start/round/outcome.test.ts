import type { Failed } from '../../../../cli/commands/start/messages.ts';
import { type Outcome, outcomeOf } from '../../../../cli/commands/start/round/outcome.ts';
import { runRound } from '../../../../cli/commands/start/round/round.ts';
import type { Chain } from '../../../../shared/domain/chain/chain.ts';
import type { Ledger } from '../../../../shared/domain/rotation/ledger/ledger.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 10, 22, 12, minute));
const chain: Chain = {
  name: 'billing-export',
  delegates: [],
  target: { email: 'billing-reader@acme-data.iam.gserviceaccount.com' },
  credential: { kind: 'access-token', scopes: ['openid'], lifetimeSeconds: 3600 },
  secret: 'projects/acme-data/secrets/billing-export',
  format: 'raw',
  rotateEverySeconds: 1800,
  retryWindowSeconds: 600,
  minValiditySeconds: 300,
};
const ledger = (current: number, changed: Partial<Ledger> = {}): Ledger => ({
  chain: chain.name,
  kind: 'access-token',
  digest: 'd',
  mintedAt: at(0),
  expiresAt: at(60),
  current,
  previous: current - 1,
  first: 1,
  leftover: 0,
  unproven: false,
  ...changed,
});
const denied = {
  chain: chain.name,
  reason: 'mint-denied',
  permission: 'iam.serviceAccounts.getAccessToken',
} satisfies Failed;
const busy = { chain: chain.name, reason: 'cloud-busy' } satisfies Failed;

describe('outcomeOf', () => {
  const minted = (version: number): Outcome => ({
    is: 'minted',
    minted: {
      chain: chain.name,
      kind: 'access-token',
      secret: chain.secret,
      version,
      expiresAt: '2026-11-22T13:00:00Z',
    },
  });
  const { chain: name, reason, permission } = denied;
  const cases: {
    title: string;
    before?: Ledger;
    now?: Ledger;
    said?: Failed;
    expected: Outcome;
  }[] = [
    { title: 'nothing is heard yet', expected: { is: 'silent' } },
    { title: 'a first version is committed', now: ledger(1), expected: minted(1) },
    {
      title: 'the ledger is that of an earlier round',
      before: ledger(1),
      now: ledger(1),
      expected: { is: 'silent' },
    },
    {
      title: 'a next version is committed',
      before: ledger(1),
      now: ledger(2),
      expected: minted(2),
    },
    { title: 'a later attempt succeeds', now: ledger(1), said: denied, expected: minted(1) },
    {
      title: 'the ledger is that of another chain',
      now: ledger(1, { chain: 'other' }),
      expected: { is: 'silent' },
    },
    {
      title: 'the prover did not answer',
      now: ledger(1, { unproven: true }),
      expected: { is: 'busy', failed: { chain: name, reason: 'unproven' } },
    },
    {
      title: 'Google refuses, and the next tick would try again',
      said: denied,
      expected: {
        is: 'failed',
        failed: { chain: name, reason, permission },
      },
    },
    {
      title: 'Google is busy',
      said: busy,
      expected: { is: 'busy', failed: { chain: name, reason: 'cloud-busy' } },
    },
  ];
  it.each(cases)('$title', ({ before, now, said, expected }) => {
    expect(outcomeOf(chain, before, now, said)).toEqual(expected);
  });
});

describe('a round', () => {
  const never = new AbortController().signal;

  it('forces another attempt after a busy answer', async () => {
    const ticks: object[] = [];
    const ledgers = new Map<string, Ledger>();
    const messages = {
      tick: async (data: object) => {
        ticks.push(data);
        if (ticks.length === 2) ledgers.set(chain.secret, ledger(1));
      },
      failed: async () => (ticks.length === 1 ? [busy] : []),
    };
    const { minted, failed } = await runRound(
      [chain],
      messages,
      async () => new Map(ledgers),
      never,
    );
    expect(minted).toMatchObject([{ chain: chain.name, version: 1 }]);
    expect(failed).toEqual([]);
    expect(ticks).toEqual([{}, { only: [chain.name], force: true }]);
  });

  it('ends a refused chain at its first attempt', async () => {
    const ticks: object[] = [];
    const messages = {
      tick: async (data: object) => {
        ticks.push(data);
      },
      failed: async () => (ticks.length === 1 ? [denied] : []),
    };
    const { minted, failed } = await runRound([chain], messages, async () => new Map(), never);
    expect(minted).toEqual([]);
    expect(failed).toMatchObject([{ chain: chain.name, reason: 'mint-denied' }]);
    expect(ticks).toHaveLength(1);
  });

  it('forces its tick where a credential stands, as nothing may be due', async () => {
    const ticks: object[] = [];
    const ledgers = new Map([[chain.secret, ledger(3)]]);
    const messages = {
      tick: async (data: object) => {
        ticks.push(data);
        ledgers.set(chain.secret, ledger(4));
      },
      failed: async () => [],
    };
    const { minted } = await runRound([chain], messages, async () => new Map(ledgers), never);
    expect(minted).toMatchObject([{ version: 4 }]);
    expect(ticks).toEqual([{ only: [chain.name], force: true }]);
  });
});
