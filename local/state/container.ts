import type { OrgPolicy } from './org-policy.ts';
import type { QuotaLimit } from './quota-limit.ts';

/** An organization, a folder or a project. */
export type Container = {
  /** `organizations/O`, `folders/F` or `projects/P` */
  name: string;
  parent?: string;
  displayName?: string;
  labels?: Record<string, string>;
  /** RFC 3339. A container of a world lacks it. */
  createTime?: string;
  /** RFC 3339, of the last change. */
  updateTime?: string;
  /** RFC 3339. The container is shut down, and Google deletes it 30 days later. */
  deleteTime?: string;
  /** By constraint, without the `constraints/` prefix. */
  orgPolicies?: Record<string, OrgPolicy>;
};

export type Project = Container & {
  projectId: string;
  projectNumber: string;
  /** The enabled APIs, as `run.googleapis.com`. Undefined: every API is enabled. */
  services?: string[];
  /** What Monitoring shows. Undefined: the limits that Google publishes. */
  quotaLimits?: QuotaLimit[];
};
