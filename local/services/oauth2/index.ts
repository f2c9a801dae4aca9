import type { Action } from '../../core/action.ts';
import { certsV1, certsV3, serviceAccountKeys } from './certs.ts';
import { tokeninfo, tokeninfoByGet } from './tokeninfo.ts';

/** What proves a credential: all of it is for everybody. */
export const oauth2: readonly Action[] = [
  tokeninfo,
  tokeninfoByGet,
  certsV3,
  certsV1,
  serviceAccountKeys,
];
