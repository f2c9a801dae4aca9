import { NOTHING_HEALED, planHealing } from '../../../../shared/domain/rotation/tick/healing.ts';

const NOON = new Date('2026-11-22T12:00:00Z');
const never = () => undefined;
const minutes = (n: number) => new Date(NOON.getTime() + n * 60_000);

describe('healing', () => {
  it('heals a chain at once three times within an hour, and then every ten minutes', () => {
    let memory = NOTHING_HEALED;
    const healedAt: number[] = [];
    for (let minute = 0; minute <= 60; minute++) {
      const plan = planHealing(['export'], memory, never, 540, minutes(minute));
      if (plan.heal.length > 0) healedAt.push(minute);
      expect(plan.limited).toEqual(plan.heal.length > 0 ? [] : ['export']);
      memory = plan.memory;
    }
    expect(healedAt).toEqual([0, 1, 2, 12, 22, 32, 42, 52]);
  });

  it('heals a chain at once again after a quiet hour', () => {
    const memory = {
      ...NOTHING_HEALED,
      healedAt: new Map([['export', [minutes(0), minutes(1), minutes(2)]]]),
    };
    expect(planHealing(['export'], memory, never, 540, minutes(62)).heal).toEqual(['export']);
  });

  // 90 writes a minute allow 30 rotations.
  it('uses a fifth of the quota of any minute, and leaves the other chains to a later tick', () => {
    const names = Array.from({ length: 8 }, (_, i) => `chain-${i}`);
    const first = planHealing(names, NOTHING_HEALED, never, 90, NOON);
    expect(first.heal).toEqual(names.slice(0, 6));
    const waiting = [...first.memory.waiting].flatMap(([name, at]) => (at > NOON ? [] : [name]));
    expect(waiting).toEqual(names.slice(6));
    expect(planHealing(names.slice(6), first.memory, never, 90, minutes(0.9)).heal).toEqual([]);
    expect(planHealing(names.slice(6), first.memory, never, 90, minutes(1)).heal).toEqual(
      names.slice(6),
    );
  });

  // The list may have shown the ledger before the last rotation. Then mint drops the request.
  it('checks a healed chain again within a minute', () => {
    const { memory } = planHealing(['export'], NOTHING_HEALED, never, 540, NOON);
    expect(memory.waiting.get('export')).toEqual(minutes(0.75));
  });
});
