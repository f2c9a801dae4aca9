import type { Failure } from '../domain/basics/failure.ts';
import type { Result } from '../domain/basics/result.ts';

/** What a call to Google gives: a value, or an expected failure. */
export type AsyncResult<T> = Promise<Result<T, Failure>>;
