/** A principal access boundary policy. @see https://cloud.google.com/iam/docs/reference/rest/v3/organizations.locations.principalAccessBoundaryPolicies */
export type AccessBoundary = {
  /** `organizations/O/locations/global/principalAccessBoundaryPolicies/ID` */
  name: string;
  /** The resources that the principals may access, as `//cloudresourcemanager.googleapis.com/projects/P`. */
  resources: string[];
  enforcementVersion: string;
  /** The containers whose principals the policy is bound to: `projects/P`, `folders/F`, `organizations/O`. */
  boundTo: { container: string; condition?: string | undefined }[];
};
