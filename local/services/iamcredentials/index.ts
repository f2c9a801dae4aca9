import type { ApiMethod } from '../../core/api-method.ts';
import { generateAccessToken } from './generate-access-token.ts';
import { generateIdToken } from './generate-id-token.ts';
import { signBlob } from './sign-blob.ts';
import { signJwt } from './sign-jwt.ts';

/** IAM Service Account Credentials v1. @see https://cloud.google.com/iam/docs/reference/credentials/rest */
export const iamcredentials: readonly ApiMethod[] = [
  generateAccessToken,
  generateIdToken,
  signJwt,
  signBlob,
];
