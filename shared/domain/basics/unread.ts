/** What could not be read, and why, in our words. */
export type Unread = { readonly resource: string; readonly reason: string };
