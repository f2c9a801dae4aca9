import type { ApiMethod } from '../../core/api-method.ts';
import { listTimeSeries } from './list-time-series.ts';

/** Cloud Monitoring v3, as far as the limits of quotas are read. @see https://cloud.google.com/monitoring/api/ref_v3/rest */
export const monitoring: readonly ApiMethod[] = [listTimeSeries];
