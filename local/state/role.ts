/** The launch stages of a role. */
export const STAGES = ['ALPHA', 'BETA', 'GA', 'DEPRECATED', 'DISABLED', 'EAP'] as const;

export type Role = {
  /** `projects/P/roles/R`, `organizations/O/roles/R` or `roles/R` */
  name: string;
  title?: string;
  description?: string;
  includedPermissions: string[];
  stage?: string;
  deleted?: boolean;
  etag?: string;
};
