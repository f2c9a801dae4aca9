import { commandOf } from '../../domain/apply/gcloud-commands.ts';
import { isEmpty, type Plan } from '../../domain/apply/plan.ts';
import { canonicalJson } from '../../domain/basics/canonical.ts';

/** A plan as JSON: the output of `--json` and the content of a saved plan. */
export type PlanDocument = {
  readonly version: 1;
  /** RFC 3339. Plans that differ only in this are equal. */
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

/** The names of the fields in which a saved plan differs from a new one, without `generatedAt`. Empty if the plans are equal. */
export function differencesOf(saved: unknown, current: PlanDocument): string[] {
  if (typeof saved !== 'object' || saved === null || Array.isArray(saved)) return ['all of it'];
  // Through JSON and back, because JSON leaves out fields that are `undefined`.
  const { generatedAt: _then, ...before } = saved as Record<string, unknown>;
  const { generatedAt: _now, ...after } = JSON.parse(JSON.stringify(current)) as Record<
    string,
    unknown
  >;
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter(
    (key) => canonicalJson(before[key] ?? null) !== canonicalJson(after[key] ?? null),
  );
}
