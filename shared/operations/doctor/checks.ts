import type { CheckId } from '../../domain/doctor/checks.ts';
import type { Judged } from '../../domain/doctor/judged.ts';
import type { DoctorContext } from './context.ts';
import type { Facts } from './facts.ts';

/** Every check reads what it needs, and judges it. */
export type Checks = Readonly<
  Record<CheckId, (context: DoctorContext, facts: Facts) => Promise<Judged>>
>;
