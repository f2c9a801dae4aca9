import type { Credentials } from './credentials.ts';
import type { Objects } from './objects.ts';
import type { Policies } from './policies.ts';
import type { Secrets } from './secrets.ts';
import type { Topics } from './topics.ts';

/** Everything that the functions ask of Google. `googleCloud` is the only implementation. */
export interface Cloud {
  readonly credentials: Credentials;
  readonly secrets: Secrets;
  readonly topics: Topics;
  readonly policies: Policies;
  readonly objects: Objects;
}
