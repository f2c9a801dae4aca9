import { ApiError } from '../../core/api-error.ts';

/** An error in the form of Cloud Storage: it has `errors`, and no canonical code. */
export class StorageError extends ApiError {
  readonly #reason: string;

  constructor(
    httpStatus: 400 | 403 | 404 | 409 | 412,
    reason: 'invalid' | 'required' | 'forbidden' | 'notFound' | 'conflict' | 'conditionNotMet',
    message: string,
  ) {
    super('FAILED_PRECONDITION', message, [], httpStatus);
    this.#reason = reason;
  }

  override toJSON(): object {
    const { message } = this;
    const condition = { locationType: 'header', location: 'If-Match' };
    return {
      error: {
        code: this.httpStatus,
        message,
        errors: [
          {
            message,
            domain: 'global',
            reason: this.#reason,
            ...(this.#reason === 'conditionNotMet' && condition),
          },
        ],
      },
    };
  }
}
