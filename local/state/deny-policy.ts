import type { Condition } from './policy.ts';

export type DenyPolicy = {
  /** `policies/cloudresourcemanager.googleapis.com%2Fprojects%2FP/denypolicies/ID` */
  name: string;
  /** `projects/P`, `folders/F` or `organizations/O` */
  attachedTo: string;
  uid: string;
  etag: string;
  createTime: string;
  updateTime: string;
  displayName?: string;
  annotations?: Record<string, string>;
  rules: {
    description?: string;
    denyRule: {
      deniedPrincipals?: string[];
      exceptionPrincipals?: string[];
      deniedPermissions?: string[];
      exceptionPermissions?: string[];
      denialCondition?: Condition;
    };
  }[];
};
