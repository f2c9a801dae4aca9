import type { Evidence } from '../../../../shared/domain/rotation/ledger/evidence.ts';
import {
  type KnownSecret,
  observationOrder,
} from '../../../../shared/domain/rotation/ledger/observation-order.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const ago = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000);
const seen = (minutes: number, part: Partial<Evidence> = {}): Evidence => ({
  observedAt: ago(minutes),
  latest: { number: 7, state: 'enabled' },
  current: { number: 7, state: 'enabled' },
  unusable: [],
  ...part,
});
const known = (chain: string, evidence?: Evidence, part: Partial<KnownSecret> = {}) => ({
  chain,
  current: 7,
  evidence,
  ...part,
});

describe('the order of observations', () => {
  it('begins with secrets that were never observed, and goes on with those that have waited longest', () => {
    const secrets = [
      known('rotated', seen(5), { current: 8 }),
      known('old', seen(14)),
      known('older', seen(15)),
      known('new'),
      known('unusable', seen(2, { unusable: ['it is disabled'] })),
      known('young', seen(11)),
    ];
    const due = ['new', 'unusable', 'older', 'old', 'rotated'];
    expect(observationOrder(secrets, NOW, { all: false })).toEqual(due);
    expect(observationOrder(secrets, NOW, { all: true })).toEqual([...due, 'young']);
  });

  const rows: { title: string; secret: KnownSecret; isDue: boolean }[] = [
    { title: 'is not due after eleven minutes', secret: known('a', seen(11)), isDue: false },
    { title: 'is due after twelve minutes', secret: known('a', seen(12)), isDue: true },
    {
      title: 'is due a minute after an observation that was not sound',
      secret: known('a', seen(1, { contradiction: 'the ledger is false' })),
      isDue: true,
    },
    {
      title: 'is due a minute after a list that was older than its ledger',
      secret: known('a', seen(1, { isOlder: true })),
      isDue: true,
    },
    {
      title: 'is due a minute after a version on top that no ledger names',
      secret: known('a', seen(1, { latest: { number: 8, state: 'enabled' } })),
      isDue: true,
    },
    {
      title:
        'is due if it was observed less than two minutes after a change, which a list may lag behind',
      secret: known('a', seen(1), { changedAt: ago(2) }),
      isDue: true,
    },
    {
      title: 'is not due if it was observed two minutes after a change',
      secret: known('a', seen(1), { changedAt: ago(3) }),
      isDue: false,
    },
    {
      title: 'is due a minute after a rotation',
      secret: known('a', seen(1), { current: 8 }),
      isDue: true,
    },
  ];
  it.each(rows)('a secret $title', ({ secret, isDue }) => {
    expect(observationOrder([secret], NOW, { all: false })).toEqual(isDue ? ['a'] : []);
  });

  it('reads a secret that is overdue before thousands that have just changed', () => {
    const changed = Array.from({ length: 3000 }, (_, i) =>
      known(`changed-${i}`, seen(1, { unusable: ['it is disabled'] })),
    );
    const [first] = observationOrder([...changed, known('old', seen(13))], NOW, { all: false });
    expect(first).toBe('old');
  });
});
