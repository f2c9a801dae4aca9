import type { Snapshot } from '../../iam/snapshot.ts';
import type { Finding } from './finding.ts';

/** The resource of each gcloud command of a fix that changes a policy, as the command names it. */
const CHANGED = /-iam-policy-binding (\S+)/g;

/**
 * The findings without the fixes that Google refuses. It refuses each change of a policy that still has a binding with a deleted custom role,
 * so such a binding must go first, with all its members at once. No gcloud command does that.
 */
export function withoutRefusedFixes(findings: readonly Finding[], snapshot: Snapshot): Finding[] {
  const blocked = new Set(
    [...snapshot.policies].flatMap(([resource, { bindings }]) =>
      bindings.some(({ role }) => snapshot.roles.get(role)?.state === 'deleted')
        ? [nameIn(resource)]
        : [],
    ),
  );
  if (blocked.size === 0) return [...findings];
  return findings.map(({ fix, ...finding }) => {
    const isRefused = [...(fix?.gcloud ?? '').matchAll(CHANGED)].some(([, name = '']) =>
      blocked.has(name),
    );
    return fix && !isRefused ? { ...finding, fix } : finding;
  });
}

/** `target@…` for an account, `gs://bucket` for a bucket, the ID of a container. */
function nameIn(resource: string): string {
  const name = resource.split('/').at(-1) ?? '';
  return resource.startsWith('projects/_/buckets/') ? `gs://${name}` : name;
}
