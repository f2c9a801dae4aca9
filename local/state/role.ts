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
