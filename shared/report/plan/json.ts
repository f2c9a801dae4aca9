import { commandOf } from '../../domain/apply/gcloud-commands.ts';
import { isEmpty, type Plan } from '../../domain/apply/plan.ts';
import { canonicalJson } from '../../domain/basics/canonical.ts';

/** A plan for machines, and as it is saved. */
export type PlanDocument = {
  readonly version: 1;
  /** RFC 3339. Two plans that differ in it alone are the same. */
  readonly generatedAt: string;
  /** SHA-256 of the chain file. */
  readonly chainFile: { readonly digest: string };
  readonly empty: boolean;
  readonly steps: readonly (Plan['steps'][number] & { readonly gcloud: string })[];
  readonly obstacles: Plan['obstacles'];
  readonly notes: Plan['notes'];
};

export const planDocumentOf = (plan: Plan, digest: string, now: Date): PlanDocument => ({
  version: 1,
  generatedAt: now.toISOString(),
  chainFile: { digest },
  empty: isEmpty(plan),
  steps: plan.steps.map((step) => ({ ...step, gcloud: commandOf(step) })),
  obstacles: plan.obstacles,
  notes: plan.notes,
});

/** In what a saved plan differs from one that was just made: the names of its parts. None when in nothing but when it was made. */
export function differencesOf(saved: unknown, made: PlanDocument): string[] {
  if (typeof saved !== 'object' || saved === null || Array.isArray(saved)) return ['all of it'];
  // As it reads back from a file: what JSON leaves out is not there.
  const { generatedAt: _then, ...before } = saved as Record<string, unknown>;
  const { generatedAt: _now, ...after } = JSON.parse(JSON.stringify(made)) as Record<
    string,
    unknown
  >;
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter(
    (key) => canonicalJson(before[key] ?? null) !== canonicalJson(after[key] ?? null),
  );
}
