import { includes, type Who } from '../iam/members.ts';
import { accountNamed, accountResource, lineOf, type World } from '../iam/world.ts';
import { accountsOf, type FileText, isRecreated } from '../scenario/scenario.ts';

/** The accounts whose credentials an audit guards, by email. */
export const guardedBy = (file: FileText): ReadonlySet<string> =>
  new Set(
    file.chains
      .flatMap((chain) => accountsOf(file, chain))
      .filter((email) => !isRecreated(file, email)),
  );

/**
 * The accounts that the chain file lets this principal have: by the hops and exceptions, one after the other.
 *
 * @param asAdministrator also those below the resource of which it is a declared administrator
 */
export function expectedOf(
  world: World,
  file: FileText,
  who: Who,
  asAdministrator = true,
): ReadonlySet<string> {
  const emailOf = (name: string) => accountNamed(world, name)?.email ?? name;
  const arrows = [
    ...file.chains.flatMap((chain) => {
      const accounts = accountsOf(file, chain);
      return accounts
        .slice(1)
        .map((to, i) => [`serviceAccount:${accounts[i]}`, to] as const)
        .filter(
          (_, i) => ![accounts[i], accounts[i + 1]].some((one = '') => isRecreated(file, one)),
        );
    }),
    ...(file.exceptions ?? []).map(({ member, account }) => [member, account] as const),
    ...(asAdministrator ? (file.administrators ?? []) : []).flatMap(({ member, on }) =>
      world.accounts
        .filter(({ email }) => lineOf(world, accountResource(email)).includes(on))
        .map(({ email }) => [member, email] as const),
    ),
  ];
  const own = who.replace(/^serviceAccount:/, '');
  const found = new Set<string>([own]);
  for (const email of found) {
    const identity = email === own ? who : `serviceAccount:${email}`;
    for (const [from, to] of arrows) {
      if (includes(world, from, identity)) found.add(emailOf(to));
    }
  }
  return found;
}
