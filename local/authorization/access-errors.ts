import { ApiError } from '../core/api-error.ts';
import type { State } from '../state/state.ts';

/**
 * The 403 in Google's wording of 2026. It names the permission.
 *
 * @param resource the full name. Resource Manager v3 names it, and no other API does
 */
export function permissionDenied(state: State, permission: string, resource?: string): ApiError {
  const id = Buffer.from(Array.from({ length: 24 }, () => Math.floor(state.random() * 256)));
  const url = `https://console.cloud.google.com/iam-admin/troubleshooter/summary;errorId=${id.toString('base64url')}`;
  return new ApiError(
    'PERMISSION_DENIED',
    `Permission '${permission}' denied on resource${resource ? ` '${resource}'` : ''} (or it may not exist). Remediate access with this Troubleshooter URL or share it with your administrator - ${url} .`,
    [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'IAM_PERMISSION_DENIED',
        domain: 'iam.googleapis.com',
        metadata: {
          permission,
          error_info_id: id.toString('base64url'),
          troubleshooter_url: url,
        },
      },
    ],
  );
}

/**
 * The 401.
 *
 * @param reason from Google's error_reason.proto
 * @see https://github.com/googleapis/googleapis/blob/master/google/api/error_reason.proto
 */
export function unauthenticated(
  reason:
    | 'CREDENTIALS_MISSING'
    | 'ACCESS_TOKEN_TYPE_UNSUPPORTED'
    | 'ACCESS_TOKEN_EXPIRED'
    | 'ACCOUNT_STATE_INVALID',
): ApiError {
  const expected =
    'Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.';
  return new ApiError(
    'UNAUTHENTICATED',
    reason === 'CREDENTIALS_MISSING'
      ? `Request is missing required authentication credential. ${expected}`
      : `Request had invalid authentication credentials. ${expected}`,
    [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason,
        domain: 'googleapis.com',
      },
    ],
  );
}
