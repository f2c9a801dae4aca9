import { ApiError } from '../../core/api-error.ts';

/** An error as Cloud Storage writes it: with `errors`, and without a canonical code. */
export class StorageError extends ApiError {
  readonly #http: number;
  readonly #reason: string;

  constructor(
    http: 400 | 403 | 404 | 409 | 412,
    reason: 'invalid' | 'required' | 'forbidden' | 'notFound' | 'conflict' | 'conditionNotMet',
    message: string,
  ) {
    super('FAILED_PRECONDITION', message, [], http);
    this.#http = http;
    this.#reason = reason;
  }

  override toJSON(): object {
    const { message } = this;
    const condition = { locationType: 'header', location: 'If-Match' };
    return {
      error: {
        code: this.#http,
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
