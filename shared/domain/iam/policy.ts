/** A condition as IAM stores it; `expression` is CEL. Anyone who can edit the policy chose these texts: they are hostile until escaped. */
export type Condition = {
  readonly expression: string;
  readonly title?: string;
  readonly description?: string;
};

/** Role and condition identify a binding: several bindings may have the same role. */
export type Binding = {
  readonly role: string;
  readonly members: readonly string[];
  readonly condition?: Condition;
  /** The binding is in no policy yet. Its members can request it from this entitlement. */
  readonly entitlement?: Entitlement;
};

/** An entitlement of Privileged Access Manager: who can request which roles on a container. */
export type Entitlement = {
  /** `projects/acme-data/locations/global/entitlements/oncall` */
  readonly name: string;
  /** The container that the roles are on. */
  readonly resource: string;
  /** The members that can request it. A group means each of its members. */
  readonly eligible: readonly string[];
  readonly roles: readonly { readonly role: string; readonly condition?: string }[];
  /** The members who must approve, one of each step; absent if nobody has to. */
  readonly approvers?: readonly (readonly string[])[];
  readonly requiresJustification: boolean;
  readonly maxSeconds: number;
};

/** A request for an entitlement that gives access now, or will at a set time. */
export type ActiveGrant = {
  readonly name: string;
  /** An email, or another name of a principal. */
  readonly requester: string;
  readonly approvedBy: readonly string[];
  readonly roles: readonly string[];
  /** RFC 3339. */
  readonly endsAt?: string;
};

/** The allow policy of an account, a secret, a project, a folder or an organization. */
export type Policy = {
  readonly bindings: readonly Binding[];
  /** Another one after each change. */
  readonly etag?: string;
  /** Absent if it switches no log on. */
  readonly dataAccessLogs?: readonly DataAccessLog[];
};

/** Data Access entries of a service that are logged. @see https://cloud.google.com/iam/docs/reference/rest/v1/Policy#AuditConfig */
export type DataAccessLog = {
  /** `iam.googleapis.com`, or `allServices` */
  readonly service: string;
  /** `ADMIN_READ`, `DATA_READ` or `DATA_WRITE` */
  readonly logType: string;
  /** Members whose calls are not logged. */
  readonly exemptedMembers: readonly string[];
};

/** Principals and permissions are spelled as in IAM v2: `principal://goog/subject/…`, `iam.googleapis.com/serviceAccounts.signJwt`. */
export type DenyRule = {
  readonly deniedPrincipals: readonly string[];
  readonly exceptionPrincipals: readonly string[];
  readonly deniedPermissions: readonly string[];
  readonly exceptionPermissions: readonly string[];
  readonly condition?: Condition;
};

export type DenyPolicy = {
  /** `policies/cloudresourcemanager.googleapis.com%2Fprojects%2FP/denypolicies/ID` */
  readonly name: string;
  readonly rules: readonly DenyRule[];
  readonly etag?: string;
};
