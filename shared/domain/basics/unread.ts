/** A resource that could not be read, and why, in a phrase of our own. */
export type Unread = { readonly resource: string; readonly reason: string };
