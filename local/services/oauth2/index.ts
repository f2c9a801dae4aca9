import type { ApiMethod } from '../../core/api-method.ts';
import { certsV1, certsV3 } from './google-certs.ts';
import { serviceAccountKeys } from './service-account-keys.ts';
import { token } from './token.ts';
import { tokeninfo, tokeninfoByGet } from './tokeninfo.ts';

/** Methods that exchange or check a credential. All of them are anonymous. */
export const oauth2: readonly ApiMethod[] = [
  token,
  tokeninfo,
  tokeninfoByGet,
  certsV3,
  certsV1,
  serviceAccountKeys,
];
