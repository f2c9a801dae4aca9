export type ServiceAccount = {
  email: string;
  uniqueId: string;
  projectId: string;
  displayName?: string;
  description?: string;
  disabled: boolean;
  deleted: boolean;
  keys?: UserManagedKey[] | undefined;
};

/** A key that a user created. Only its metadata is here: it signs nothing. */
export type UserManagedKey = { id: string; disabled?: boolean; validBeforeTime?: string };
