import type { ApiMethod } from '../../core/api-method.ts';
import { listEntries } from './entries/list-entries.ts';
import { sinkMethods } from './sinks/sinks.ts';

/** Cloud Logging v2: entries and sinks. @see https://cloud.google.com/logging/docs/reference/v2/rest */
export const logging: readonly ApiMethod[] = [listEntries, ...sinkMethods];
