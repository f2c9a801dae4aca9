/** An entitlement of Privileged Access Manager, in Google's form. */
export type Entitlement = {
  /** `projects/P/locations/global/entitlements/E`, with the project's ID */
  name: string;
  createTime: string;
  etag: string;
  eligibleUsers: { principals: string[] }[];
  /** Without it, nobody has to approve. */
  approvalWorkflow?: { manualApprovals: ManualApprovals };
  privilegedAccess: PrivilegedAccess;
  maxRequestDuration: string;
  requesterJustificationConfig: { notMandatory?: object; unstructured?: object };
};

export type ManualApprovals = {
  requireApproverJustification?: boolean | undefined;
  steps: { approvers: { principals: string[] }[]; approvalsNeeded: number }[];
};

export type PrivilegedAccess = {
  gcpIamAccess: {
    resourceType: string;
    resource: string;
    roleBindings: { role: string; conditionExpression?: string | undefined }[];
  };
};

/** A request for an entitlement. */
export type Grant = {
  /** `…/entitlements/E/grants/G` */
  name: string;
  createTime: string;
  /** An email. */
  requester: string;
  requestedDuration: string;
  justification?: object | undefined;
  /** An active grant ends by itself. */
  state: string;
  timeline: { events: object[] };
  privilegedAccess: PrivilegedAccess;
  auditTrail?: { accessGrantTime: string } | undefined;
};
