import { CREATOR, data, MINTER_ROLE, onAccount, ops, SECRET, sa } from './plan-world.ts';

// Steps of a plan, as `stepsOf` writes them.

export const RELAY = onAccount(ops('relay'));
export const READER = onAccount(data('reader'));

export const hop1 = `add-member ${sa(ops('minter'))} ${CREATOR} ${RELAY}`;
export const hop2 = `add-member ${sa(ops('relay'))} ${CREATOR} ${READER}`;
export const minterOnSecret = `add-member ${sa(ops('minter'))} ${MINTER_ROLE} ${SECRET}`;

/** The condition of a grant that ends then. */
export const until = (at: string) => ({
  expression: `request.time < timestamp("${at}")`,
  title: 'end',
});
