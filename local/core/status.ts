/** The canonical codes that Google's REST APIs answer with. */
export type Code =
  | 'INVALID_ARGUMENT'
  | 'FAILED_PRECONDITION'
  | 'UNAUTHENTICATED'
  | 'PERMISSION_DENIED'
  | 'NOT_FOUND'
  | 'ALREADY_EXISTS'
  | 'ABORTED'
  | 'RESOURCE_EXHAUSTED'
  | 'INTERNAL'
  | 'UNAVAILABLE'
  | 'DEADLINE_EXCEEDED';

/** @see https://cloud.google.com/apis/design/errors */
export const HTTP_STATUS: Readonly<Record<Code, number>> = {
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  ABORTED: 409,
  RESOURCE_EXHAUSTED: 429,
  INTERNAL: 500,
  UNAVAILABLE: 503,
  DEADLINE_EXCEEDED: 504,
};

/** An error that an action answers with, in Google's envelope. Anything else that is thrown is a bug of the local cloud. */
export class Status extends Error {
  readonly code: Code;
  readonly details: readonly object[];
  /** Cloud Storage answers some HTTP codes that the canonical ones do not have, as 412. */
  readonly http: number;

  constructor(code: Code, message: string, details: readonly object[] = [], http?: number) {
    super(message);
    this.code = code;
    this.details = details;
    this.http = http ?? HTTP_STATUS[code];
  }

  toJSON(): object {
    return {
      error: {
        code: this.http,
        message: this.message,
        status: this.code,
        ...(this.details.length > 0 && { details: this.details }),
      },
    };
  }
}
