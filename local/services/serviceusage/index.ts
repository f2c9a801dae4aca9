import type { ApiMethod } from '../../core/api-method.ts';
import { batchEnableServices, enableService } from './enable-service.ts';
import { batchGetServices, getService } from './get-service.ts';
import { listServices } from './list-services.ts';

/** Service Usage v1: which APIs are enabled. @see https://cloud.google.com/service-usage/docs/reference/rest */
export const serviceusage: readonly ApiMethod[] = [
  getService,
  batchGetServices,
  listServices,
  enableService,
  batchEnableServices,
];
