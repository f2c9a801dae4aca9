import { ApiError, type CanonicalCode } from '../core/api-error.ts';

/** Google's names for errors before the canonical codes. */
const REASONS: Readonly<Partial<Record<CanonicalCode, string>>> = {
  INVALID_ARGUMENT: 'badRequest',
  FAILED_PRECONDITION: 'failedPrecondition',
  UNAUTHENTICATED: 'authError',
  PERMISSION_DENIED: 'forbidden',
  NOT_FOUND: 'notFound',
  ALREADY_EXISTS: 'alreadyExists',
  ABORTED: 'aborted',
  RESOURCE_EXHAUSTED: 'rateLimitExceeded',
};

/** An error with the list `errors`. */
export class ListedError extends ApiError {
  constructor({ code, message, details, httpStatus }: ApiError) {
    super(code, message, details, httpStatus);
  }

  override toJSON(): object {
    const { error } = super.toJSON() as { error: { message: string } };
    const reason = REASONS[this.code] ?? 'backendError';
    return { error: { ...error, errors: [{ message: error.message, domain: 'global', reason }] } };
  }
}
