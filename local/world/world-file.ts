import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { ApiError } from '../core/api-error.ts';
import { World } from './schema.ts';

/** Parses YAML or JSON. A number of 21 digits without quotes keeps all its digits: it becomes a bigint. */
export const readWorld = (text: string): unknown =>
  parseYaml(
    text,
    (_key, value: unknown) =>
      typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value,
    { intAsBigInt: true },
  );

/** @throws {ApiError} 400 with one line for each error, which starts with its path in the file */
export function parseWorld(world: unknown): World {
  const parsed = World.safeParse(world);
  if (parsed.success) return parsed.data;
  throw worldError(
    parsed.error.issues.map(({ path, message }) =>
      [z.core.toDotPath(path), message].filter(Boolean).join(': '),
    ),
  );
}

export const worldError = (errors: readonly string[]): ApiError =>
  new ApiError(
    'INVALID_ARGUMENT',
    `The world has ${errors.length === 1 ? 'an error' : `${errors.length} errors`}:\n${errors.join('\n')}`,
  );
