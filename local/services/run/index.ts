import type { ApiMethod } from '../../core/api-method.ts';
import { getServiceIamPolicy, setServiceIamPolicy } from './iam-policies.ts';
import { listServices } from './list-services.ts';

/** Cloud Run Admin v1, as far as a service is read. A world file declares the services. @see https://cloud.google.com/run/docs/reference/rest */
export const run: readonly ApiMethod[] = [listServices, getServiceIamPolicy, setServiceIamPolicy];
