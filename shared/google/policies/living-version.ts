import type { Version } from '../../domain/rotation/ledger/version.ts';

/** @returns undefined for a version that is destroyed or scheduled for destruction */
export const livingVersion = (
  number: number,
  state: unknown,
  scheduledDestroyTime: unknown,
  createdAt: Date,
): Version | undefined =>
  !scheduledDestroyTime && (state === 'ENABLED' || state === 'DISABLED')
    ? { number, state, createdAt }
    : undefined;
