/**
 * Enforced, it keeps what runs as an account in the account's own project. Google enforces it by default.
 *
 * @see https://cloud.google.com/iam/docs/attach-service-accounts#attaching-different-project
 */
export const CROSS_PROJECT_CONSTRAINT = 'iam.disableCrossProjectServiceAccountUsage';
