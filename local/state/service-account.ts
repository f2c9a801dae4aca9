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

/** A key that a user created. */
export type UserManagedKey = {
  id: string;
  disabled?: boolean;
  validAfterTime?: string;
  validBeforeTime?: string;
  /** In PEM. A key of a world file has none, so nothing that somebody signs with it is accepted. */
  publicKey?: string;
};
