import type { Failure } from '../../domain/basics/failure.ts';
import type { Container } from '../../domain/iam/snapshot.ts';

/**
 * Does Google refuse the call because the container itself does not use the API? Then there is nothing to read. If another project is named,
 * the auditor's own for example, the refusal says nothing about the container.
 *
 * @see https://github.com/googleapis/googleapis/blob/master/google/api/error_reason.proto `SERVICE_DISABLED`
 */
export function isUnused({ api }: Failure, { name, number }: Container): boolean {
  const project = api?.project && `projects/${api.project}`;
  return project !== undefined && (project === name || project === number);
}
