/** The canonical error codes of Google's REST APIs. */
export type CanonicalCode =
  | 'INVALID_ARGUMENT'
  | 'FAILED_PRECONDITION'
  | 'UNAUTHENTICATED'
  | 'PERMISSION_DENIED'
  | 'NOT_FOUND'
  | 'ALREADY_EXISTS'
  | 'ABORTED'
  | 'RESOURCE_EXHAUSTED'
  | 'INTERNAL'
  | 'UNIMPLEMENTED'
  | 'UNAVAILABLE'
  | 'DEADLINE_EXCEEDED';

/** @see https://cloud.google.com/apis/design/errors */
export const HTTP_STATUS: Readonly<Record<CanonicalCode, number>> = {
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  ABORTED: 409,
  RESOURCE_EXHAUSTED: 429,
  INTERNAL: 500,
  UNIMPLEMENTED: 501,
  UNAVAILABLE: 503,
  DEADLINE_EXCEEDED: 504,
};

/** The number of each code, as in the status of a log entry and of an operation. @see https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto */
export const CODE_NUMBERS: Readonly<Record<CanonicalCode, number>> = {
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  UNAUTHENTICATED: 16,
};

/** An error that the caller gets, in Google's JSON form. Any other thrown value is a bug of the local cloud. */
export class ApiError extends Error {
  readonly code: CanonicalCode;
  readonly details: readonly object[];
  readonly httpStatus: number;

  /** @param httpStatus for a status that no canonical code has, like the 412 of Cloud Storage */
  constructor(
    code: CanonicalCode,
    message: string,
    details: readonly object[] = [],
    httpStatus?: number,
  ) {
    super(message);
    this.code = code;
    this.details = details;
    this.httpStatus = httpStatus ?? HTTP_STATUS[code];
  }

  toJSON(): object {
    return {
      error: {
        code: this.httpStatus,
        message: this.message,
        status: this.code,
        ...(this.details.length > 0 && { details: this.details }),
      },
    };
  }
}
