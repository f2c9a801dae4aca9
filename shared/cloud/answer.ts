import type { Failure } from '../domain/basics/failure.ts';
import type { Result } from '../domain/basics/result.ts';

export type Answer<T> = Promise<Result<T, Failure>>;
