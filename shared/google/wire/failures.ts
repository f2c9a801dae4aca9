import { z } from 'zod';
import type { Failure, Reason } from '../../domain/basics/failure.ts';
import { printable } from '../../domain/basics/text/printable.ts';
import type { HttpResponse } from './http.ts';

/** The part of Google's error body that we read. Never the message: it may repeat what the caller sent. */
const ErrorBody = z.object({
  error: z.object({
    status: z.string().optional(),
    details: z
      .array(
        z.object({
          reason: z.string().optional(),
          metadata: z.record(z.string(), z.string()).optional(),
          violations: z.array(z.object({ type: z.string().optional() })).optional(),
        }),
      )
      .optional(),
  }),
});

const PERMISSION = /^[a-z]+(\.[A-Za-z]+)+$/;

/** The permission that a 403 names, if it names one. */
export function permissionOf(body: unknown): string | undefined {
  const details = ErrorBody.safeParse(body).data?.error.details ?? [];
  const named = details.map(({ metadata }) => metadata?.permission).find(Boolean);
  return named !== undefined && PERMISSION.test(named) ? named : undefined;
}

/** Google's reason, such as `SERVICE_DISABLED`. Ignores anything but capital letters and underscores. */
export function reasonOf(body: unknown): string | undefined {
  const details = ErrorBody.safeParse(body).data?.error.details ?? [];
  return details.map(({ reason }) => reason).find((r) => r !== undefined && /^[A-Z_]+$/.test(r));
}

const SERVICE = /^[a-z]+(?:-[a-z]+)*\.googleapis\.com$/;

/** The API that is not enabled, if a 403 names one. @see https://github.com/googleapis/googleapis/blob/master/google/api/error_reason.proto */
export function disabledApiOf(body: unknown): Failure['api'] {
  const details = ErrorBody.safeParse(body).data?.error.details ?? [];
  const metadata = details.find(({ reason }) => reason === 'SERVICE_DISABLED')?.metadata;
  const { service = '', consumer = '' } = metadata ?? {};
  if (!SERVICE.test(service)) return undefined;
  const [, project] = /^projects\/([a-z0-9:.-]+)$/.exec(consumer) ?? [];
  return { service, ...(project !== undefined && { project }) };
}

/** The constraint of an organization policy that a refusal names, if it names one. */
export function constraintOf(body: unknown): string | undefined {
  const details = ErrorBody.safeParse(body).data?.error.details ?? [];
  const types = details.flatMap(({ violations = [] }) => violations.map(({ type }) => type));
  return types.find((type) => type !== undefined && /^constraints\/[A-Za-z.]+$/.test(type));
}

const Violations = z.object({
  error: z.object({
    message: z.string().default(''),
    details: z
      .array(
        z.object({
          fieldViolations: z
            .array(z.object({ field: z.string().default(''), description: z.string().default('') }))
            .default([]),
        }),
      )
      .default([]),
  }),
});

/** A message is shown up to this length. */
const VIOLATION_MAX = 400;
/** No request that changes settings contains a credential. If an answer seems to contain one nevertheless, it is not shown. */
const CREDENTIAL = /ya29\.|eyJ|Bearer/;

/**
 * The fields that Google names in a refusal, with its reasons; without such fields, its message. Only for calls whose request contains no
 * credential and no payload.
 *
 * @see https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto `BadRequest`
 */
export function violationOf(body: unknown): string | undefined {
  const parsed = Violations.safeParse(body);
  if (!parsed.success) return undefined;
  const { message, details } = parsed.data.error;
  const fields = details
    .flatMap(({ fieldViolations }) => fieldViolations)
    .map(({ field, description }) => [field, description].filter(Boolean).join(': '))
    .filter(Boolean);
  const text = printable(fields.length > 0 ? fields.join('; ') : message).trim();
  if (text === '' || CREDENTIAL.test(text)) return undefined;
  return text.length > VIOLATION_MAX ? `${text.slice(0, VIOLATION_MAX)}…` : text;
}

/** The canonical code of an error body, such as `FAILED_PRECONDITION`. */
export const errorCodeOf = (body: unknown): string | undefined =>
  ErrorBody.safeParse(body).data?.error.status;

/** Google is busy, broken or unreachable: the same request may succeed later. Status 0 means no answer. */
export const isBusy = (status: number): boolean =>
  status === 0 || status === 408 || status === 429 || status >= 500;

/** Our reasons for the refusals of one API: `denied` for a 403, `missing` for a 404, `refused` for any other 4xx. */
export type Refusals = {
  readonly operation: string;
  readonly denied: Reason;
  readonly missing: Reason;
  readonly refused: Reason;
};

/** A failure made from Google's status, reason and permission, without Google's text. */
export function failureOf(
  { status, body }: Pick<HttpResponse, 'status' | 'body'>,
  refusals: Refusals,
): Failure {
  const { operation, denied, missing, refused } = refusals;
  const answered = `${operation}: Google answered ${status}`;
  const googleReason = reasonOf(body);
  const because = googleReason === undefined ? '' : ` ${googleReason}`;
  if (isBusy(status)) {
    return {
      reason: 'cloud-busy',
      detail: status === 0 ? `${operation}: no answer` : answered + because,
      ...(status > 0 && { status }),
    };
  }
  const permission = permissionOf(body);
  const api = disabledApiOf(body);
  const constraint = constraintOf(body);
  const failure = (reason: Reason): Failure => ({
    reason,
    detail: answered + because,
    status,
    ...(permission !== undefined && { permission }),
    ...(api && { api }),
    ...(constraint !== undefined && { constraint }),
  });
  if (status === 401) return failure('unauthenticated');
  if (status === 403) return failure(denied);
  if (status === 404) return failure(missing);
  return failure(refused);
}
