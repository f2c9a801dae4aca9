import { controlMethods } from '../control/index.ts';
import type { ApiMethod } from '../core/api-method.ts';
import { cloudidentity } from '../services/cloudidentity/index.ts';
import { cloudresourcemanager } from '../services/cloudresourcemanager/index.ts';
import { cloudscheduler } from '../services/cloudscheduler/index.ts';
import { iam } from '../services/iam/index.ts';
import { iamcredentials } from '../services/iamcredentials/index.ts';
import { logging } from '../services/logging/index.ts';
import { monitoring } from '../services/monitoring/index.ts';
import { oauth2 } from '../services/oauth2/index.ts';
import { orgpolicy } from '../services/orgpolicy/index.ts';
import { privilegedaccessmanager } from '../services/privilegedaccessmanager/index.ts';
import { pubsub } from '../services/pubsub/index.ts';
import { run } from '../services/run/index.ts';
import { secretmanager } from '../services/secretmanager/index.ts';
import { serviceusage } from '../services/serviceusage/index.ts';
import { storage } from '../services/storage/index.ts';
import { workloads } from '../services/workloads/index.ts';

/** Every method that the local cloud serves. */
export const API_METHODS: readonly ApiMethod[] = [
  ...cloudidentity,
  ...cloudresourcemanager,
  ...cloudscheduler,
  ...iam,
  ...iamcredentials,
  ...logging,
  ...monitoring,
  ...oauth2,
  ...orgpolicy,
  ...privilegedaccessmanager,
  ...pubsub,
  ...run,
  ...secretmanager,
  ...serviceusage,
  ...storage,
  ...workloads,
  ...controlMethods,
];
